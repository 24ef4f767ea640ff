// `whittle slim TARGET`: the image's slim twin, and the proof that it works.
#include "engine/slim.h"

#include <fmt/format.h>

#include <optional>

#include "apply/apply.h"
#include "base/fs.h"
#include "base/strings.h"
#include "cli/commands/commands.h"
#include "cli/commands/inspect_options.h"
#include "cli/commands/slim_options.h"
#include "cli/commands/vuln_database.h"
#include "cli/today.h"
#include "engine/trace.h"
#include "report/formats/formats.h"
#include "vuln/database.h"

namespace whittle {

namespace {

// The database of vulnerabilities; nullopt where the usual one was never made.
Result<std::optional<Database>> open_database(const SlimSettings& settings, fs::path& file) {
  TRY_ASSIGN(file, vuln_database_file(settings.database));
  std::error_code ignored;
  if (settings.database.empty() && !fs::exists(file, ignored)) return std::optional<Database>();
  TRY_ASSIGN(Database database, Database::open(file));
  return std::optional<Database>(std::move(database));
}

Status write_documents(const SlimSettings& settings, SlimResult& result) {
  if (result.sbom) {
    TRY_ASSIGN(result.sbom->created_seconds, document_seconds(result.sbom->analysis->info));
    std::string text = find_format(settings.sbom_format)->sbom(*result.sbom, {});
    TRY(write_file_atomic(settings.sbom_file, text));
    result.report.written.push_back(settings.sbom_file);
  }
  if (settings.vex_file.empty()) return {};
  TRY(write_file_atomic(settings.vex_file, find_format("openvex")->slim(result.report, {})));
  result.report.written.push_back(settings.vex_file);
  return {};
}

// Limits of the result, from a run of it, and proven by one more.
Status harden(const SlimSettings& settings, const Invocation& invocation, Outcome& outcome) {
  const SlimOptions& options = settings.options;
  TraceImageOptions trace;
  trace.image = options.tag;
  trace.engine = options.engine;
  trace.run = options.run;
  trace.run.probe = options.probe;
  trace.services = options.services;
  trace.hardens = true;
  trace.limits = options.inspect.open.limits;
  TRY_ASSIGN(TraceImageResult result, trace_image(trace, invocation.cancel, invocation.progress));
  std::vector<OutputFile> files;
  for (const HardeningFile& file : result.hardening) files.push_back({file.name, file.bytes});
  TRY(write_outputs(settings.harden_folder, files));
  for (const auto* checks : {&result.report.checks, &result.report.hardened}) {
    for (const TraceCheck& check : *checks) {
      if (check.passed) continue;
      outcome.exit_code = 1;
      outcome.remarks += fmt::format("under the limits: {}: {}\n{}\n",
                                     printable(check.name),
                                     printable(check.observed),
                                     check.detail);
    }
  }
  return {};
}

Result<Outcome> run(const Invocation& invocation) {
  TRY_ASSIGN(SlimSettings settings, slim_settings(invocation));
  const FormatInfo* format = find_format(settings.format);
  CHECK(format != nullptr && format->slim != nullptr);
  SlimOptions& options = settings.options;
  if (!settings.sbom_file.empty()) options.sbom = SbomFiles::None;
  options.wants_removed = !settings.vex_file.empty() || settings.format == "openvex";
  std::optional<Database> database;
  if (options.wants_removed) {
    TRY_ASSIGN(database, open_database(settings, options.database_file));
    options.database = database ? &*database : nullptr;
    options.today = date_of_today();
  }
  TRY_ASSIGN(SlimResult result, slim_image(options));
  TRY(write_documents(settings, result));
  Outcome outcome;
  if (!result.explanations.empty()) {
    outcome.text = join(result.explanations, "\n") + "\n";
    return outcome;
  }
  RenderOptions render;
  render.color = invocation.stdout_color;
  render.width = invocation.stdout_width;
  render.verbose = invocation.common.verbose;
  outcome.text = format->slim(result.report, render);
  outcome.exit_code = result.report.policy == SlimPolicy::Original ? 1 : 0;
  if (!settings.harden_folder.empty()) TRY(harden(settings, invocation, outcome));
  return outcome;
}

const std::string& description() {
  static const std::string text = R"(
Makes an image that holds what its programs need and nothing else, with the same configuration. What is needed is found
out from the image itself, starting at its entry point, command and health check: libraries, interpreters, commands of scripts, imported
modules, files that are named anywhere; then come rules for what programs look for without naming it (certificates,
time zones, accounts). --explain tells for a file why it stays or goes.

Entries that stay keep their bytes, but for symbols that only debuggers read: owners, modes, times, extended attributes, capabilities and links are those of the
original, layer by layer, and a layer of which all stays is the same blob. The databases of packages hold exactly the
packages of which something stays, so that scanners find in the result what is in it.

Where a container engine answers, the original is run under the sensor of `whittle trace` with the probe, and what it used stays.
Then the result is run in the same way and compared: checks, bodies, exit codes, errors in logs, and look-ups. A path that the result asks
for in vain and the original has is put back with what belongs to it, until nothing is missing. A result that does not
pass is put aside and the next safer policy tried: tight, balanced, package, and at last the original. So the
result either works as far as the probe can tell, or is the original. Without an engine, and with --static-only, nothing is run, and the report says so.

--sbom writes what packages the result holds, --vex which vulnerabilities, of those that the database of `whittle db
update` has for the original, were in packages of which nothing is left.

Nothing is written unless an option says where, and never over the original.
)" + target_paragraph();
  return text;
}

}  // namespace

const CommandInfo kSlimCommand = {
    .name = "slim",
    .summary = "make an image that holds only what its programs need, and prove that it works",
    .description = description(),
    .positionals = {target_positional("TARGET", "the image: a reference, a file or a folder")},
    .options = [] { return slim_option_groups(); },
    .examples =
        {
            {"whittle slim shop:1.4 --tag shop:1.4-slim",
             "Slim an image of the engine, run both, keep the result"},
            {"whittle slim shop:1.4 --probe ./smoke.sh -o shop-slim.tar",
             "With a probe of your own, into an archive"},
            {"whittle slim shop:1.4 --crawl --openapi api.yaml --tag shop:1.4-slim",
             "With all that its pages lead to, and what a description of its API offers"},
            {"whittle slim shop:1.4 --exec 'bin/migrate --check' --trace whittle-trace.json --tag "
             "shop:1.4-slim",
             "With a command inside, and with what was traced before"},
            {"whittle slim shop:1.4 --probe ./smoke.sh --verify-probe ./all.sh --tag shop:1.4-slim",
             "Proved by more than it was traced with"},
            {"whittle slim shop:1.4 --probe ./smoke.sh --tag shop:1.4-slim --harden limits",
             "With limits for production, proven by the same probe"},
            {"whittle slim shop:1.4 --compose compose.yaml --tag shop:1.4-slim",
             "As the service of that file, beside the database and cache that it depends on"},
            {"whittle slim shop.tar --static-only -o oci:out",
             "Without running anything, into an OCI layout"},
            {"whittle slim shop:1.4 --layers app+base --tag shop:1.4-slim",
             "Two layers: the base's, which other images may share, and the image's own"},
            {"whittle slim shop:1.4 --tag shop:1.4-slim --sbom shop.cdx.json --vex shop.vex.json",
             "With an inventory, and what need not be looked into any more"},
            {"whittle slim shop:1.4 --tag shop:1.4-slim --debug-companion shop:1.4-debug",
             "With an image that brings a shell and tools to look into its containers"},
            {"whittle slim shop:1.4 --static-only --explain /usr/bin/curl",
             "Why a file stays or goes"},
        },
    .exit_codes =
        "0  done\n1  no smaller image passes the probe: the result is the original; or a probe "
        "fails under the limits\n2  it could "
        "not "
        "be done; stderr says why\n",
    .run = run,
};

}  // namespace whittle
