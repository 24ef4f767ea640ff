// An optimize report that has everything a report can have, for the tests of formats and command
// line.
#pragma once

#include <string>

#include "model/report.h"

namespace whittle {

inline constexpr std::string_view kSampleDockerfile =
    "FROM debian:bookworm\n"
    "RUN apt-get update\n"
    "RUN apt-get install -y curl python3\n"
    "COPY . /app\n"
    "CMD [\"python3\", \"/app/main.py\"]\n";

inline Range range_of_line(uint32_t line) {
  LineIndex index(kSampleDockerfile);
  return {index.line_begin(line), index.line_begin(line + 1) - 1};
}

inline ReportedChange sample_applied_change() {
  ReportedChange reported;
  Change& change = reported.change;
  change.id = {"apt-lists-kept", 3};
  change.title = "Delete the package lists in the same RUN";
  change.finding.rule = "apt-lists-kept";
  change.finding.range = range_of_line(3);
  change.finding.message = "`/var/lib/apt/lists` keeps 41.3 MiB in layer 2, nothing reads it";
  change.finding.help = "Delete it in the same RUN";
  change.finding.evidence = {{"bytes", "43305472"}};
  change.finding.fix.emplace();
  change.saving.kind = SavingKind::Paths;
  change.expected_saving_bytes = 43305472;
  reported.measured_saving_bytes = 43305472;
  return reported;
}

inline ReportedChange sample_taken_back_change() {
  ReportedChange reported;
  Change& change = reported.change;
  change.id = {"apt-no-recommends", 3};
  change.title = "Install without recommended packages";
  change.applicability = Applicability::Unsafe;
  change.finding.rule = "apt-no-recommends";
  change.finding.range = range_of_line(3);
  change.finding.message =
      "`apt-get install` takes recommended packages along, 12 of them are not asked for";
  change.finding.help = "Add --no-install-recommends";
  change.saving.kind = SavingKind::DroppedPackages;
  change.expected_saving_bytes = 20'000'000;
  reported.status = ChangeStatus::TakenBack;
  reported.why = "GET /: status 500 instead of 200\nModuleNotFoundError: No module named 'ssl'";
  return reported;
}

inline ReportedChange sample_ignore_change() {
  ReportedChange reported;
  Change& change = reported.change;
  change.id = {"context-holds-unneeded", 0};
  change.title = "Keep out of the build context what the image does not need";
  change.finding.rule = "context-holds-unneeded";
  change.finding.message = "the build context carries 3.0 MiB that no COPY needs";
  change.finding.fix.emplace();
  change.finding.fix->ignore_lines = {{".git", 120, 3'000'000}, {"__pycache__", 4, 145'728}};
  change.saving.kind = SavingKind::ContextFiles;
  reported.measured_saving_bytes = 3'145'728;
  reported.measured_context_bytes = 3'145'728;
  return reported;
}

inline Finding sample_shown_finding() {
  Finding finding;
  finding.rule = "runs-as-root";
  finding.severity = Severity::Warning;
  finding.range = range_of_line(5);
  finding.message = "the last stage runs as root, a break-out has the whole container";
  finding.help = "Add a USER instruction";
  return finding;
}

inline SideMeasure sample_before() {
  SideMeasure side;
  side.image = "shop:baseline";
  side.image_bytes = 200'000'000;
  side.gzip_bytes = 80'000'000;
  side.layers = 4;
  side.context_files = 200;
  side.context_bytes = 4'194'304;
  side.build_seconds = 84.24;
  side.rebuild_seconds = 21.5;
  side.steps = {{2, "RUN apt-get update", 12.5, false, 43305472},
                {4, "COPY . /app", 0.25, true, {}}};
  return side;
}

inline SideMeasure sample_after() {
  SideMeasure side = sample_before();
  side.image = "shop:whittled";
  side.image_bytes = 150'000'000;
  side.gzip_bytes = 60'000'000;
  side.layers = 3;
  side.context_files = 76;
  side.context_bytes = 1'048'576;
  side.build_seconds = 90.0;
  side.rebuild_seconds.reset();
  return side;
}

inline OptimizeReport sample_report() {
  OptimizeReport report;
  report.project = "shop";
  report.dockerfile = "Dockerfile";
  report.engine = "docker";
  report.engine_description = "Docker 20.10.24 with BuildKit";
  report.verdict = Verdict::Improved;
  report.before = sample_before();
  report.after = sample_after();
  report.touched_file = "main.py";
  report.changes = {sample_applied_change(), sample_ignore_change(), sample_taken_back_change()};
  report.unattributed_bytes = 3'548'800;
  report.shown = {sample_shown_finding()};
  report.config_differences = {"`Env` lost `DEBIAN_FRONTEND=noninteractive`"};
  ProbeReport probe;
  probe.passed = true;
  probe.ready_seconds = 0.8;
  probe.checks = {{"GET /", true, "status 200, 512 bytes of text/html", ""},
                  {"stays up for 3 s", true, "", ""}};
  report.probe_before = probe;
  report.probe_after = probe;
  report.probe_is_automatic = true;
  report.result_image = "shop:whittled";
  report.files = {"whittle-out/Dockerfile", "whittle-out/changes.patch"};
  report.notes = {"the base image has a newer version"};
  report.patch = "--- a/Dockerfile\n+++ b/Dockerfile\n@@ -2 +2 @@\n-RUN a\n+RUN b\n";
  report.dockerfile_text = kSampleDockerfile;
  return report;
}

// With the slim twin of the rebuilt image as the result.
inline OptimizeReport sample_slimmed_report() {
  OptimizeReport report = sample_report();
  SlimSide slim;
  slim.wanted = "tight";
  slim.policy = "balanced";
  slim.image_bytes = 50'000'000;
  slim.gzip_bytes = 20'000'000;
  slim.layers = 3;
  slim.files_before = 4'000;
  slim.files = 900;
  slim.packages_before = 100;
  slim.packages = 25;
  slim.put_back = 2;
  slim.probe = report.probe_after;
  report.slim = slim;
  return report;
}

// With one that does not work.
inline OptimizeReport sample_not_slimmed_report() {
  OptimizeReport report = sample_slimmed_report();
  report.slim->policy = "";
  report.slim->why_not = "no smaller image passes the probe: the probe failed\n  GET /: status 500";
  report.slim->image_bytes.reset();
  report.slim->gzip_bytes.reset();
  report.slim->layers.reset();
  report.slim->probe.reset();
  return report;
}

}  // namespace whittle
