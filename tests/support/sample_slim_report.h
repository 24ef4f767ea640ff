// A slim report with something of everything, and one whose foreign texts want to be markup.
#pragma once

#include <string>

#include "model/slim_report.h"

namespace whittle::test {

inline SlimReport sample_slim_report(const std::string& foreign = "") {
  SlimReport report;
  report.target = "shop:1.4" + foreign;
  report.digest = report.result_digest = "sha256:" + std::string(64, '1');
  report.proof = SlimProof::Probed;
  report.engine = "docker";
  report.layers_wanted = "app+base";
  report.base_layers = 2;
  report.image_bytes_before = 500'000'000;
  report.image_bytes_after = 40'000'000;
  report.tree_before = {9000, 480'000'000};
  report.tree_after = {700, 39'000'000};
  report.layers_before = 6;
  report.layers_after = 2;
  for (size_t i = 0; i < kKeepTiers; ++i) {
    report.by_tier[i] = {100 * (i + 1), 10'000'000 * (i + 1)};
    if (i < 4) report.kept_by_tier[i] = {90 * (i + 1), 9'000'000 * (i + 1)};
  }
  for (int i = 0; i < 300; ++i) {
    KeepTier tier = i % 2 == 0 ? KeepTier::Traced : KeepTier::Must;
    report.reasons.push_back({"NEEDED by usr/sbin/program" + std::to_string(i) + foreign,
                              tier,
                              {uint64_t(300 - i), 1000 * uint64_t(300 - i)}});
  }
  for (int i = 0; i < 40; ++i) {
    SlimPackage row{"deb",
                    "package" + std::to_string(i) + foreign,
                    "1.0-" + std::to_string(i),
                    "",
                    false,
                    false,
                    {10, 100'000},
                    {}};
    row.is_kept = i % 2 == 0;
    row.is_whole = i % 4 == 0;
    if (row.is_kept) row.after = {5, 50'000};
    report.packages.push_back(row);
  }
  report.attempts = {{SlimPolicy::Tight, false, "GET /: 500" + foreign, 2},
                     {SlimPolicy::Balanced, true, "", 0}};
  report.misses = {{"/etc/motd" + foreign, "/usr/bin/shop", false}};
  report.trace = SlimTraceFacts{"notify", 420, {300, 20'000'000}, {290, 19'000'000}, {}};
  report.trace->programs = {{"/usr/bin/shop" + foreign, 400, {280, 18'000'000}},
                            {"/bin/sh", 20, {4, 2'000'000}}};
  report.verify = SlimVerifyFacts{500, 80, 1};
  ProbeReport probe;
  probe.passed = true;
  probe.checks = {{"GET / says 200" + foreign, true, "200", ""}};
  report.probe_after = probe;
  report.phases = {{"reading the image", 2.5}, {"running results", 7.5}};
  report.seconds = 10;
  report.probe_seconds = 7.5;
  report.notes = {"a note" + foreign};
  report.written = {"shop:1.4-slim"};
  return report;
}

}  // namespace whittle::test
