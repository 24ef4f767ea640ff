// `whittle slim TARGET`: the image's slim twin, and the proof that it works.
#include "engine/slim.h"

#include "base/strings.h"
#include "cli/commands/commands.h"
#include "cli/commands/inspect_options.h"
#include "cli/commands/slim_options.h"
#include "report/formats/formats.h"

namespace whittle {

namespace {

Result<Outcome> run(const Invocation& invocation) {
  TRY_ASSIGN(SlimSettings settings, slim_settings(invocation));
  const FormatInfo* format = find_format(settings.format);
  CHECK(format != nullptr && format->slim != nullptr);
  TRY_ASSIGN(SlimResult result, slim_image(settings.options));
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
  return outcome;
}

const std::string& description() {
  static const std::string text = R"(
Makes an image that holds what its programs need and nothing else, with the same configuration. What is needed is found
out from the image itself, starting at its entry point, command and health check: libraries, interpreters, commands of scripts, imported
modules, files that are named anywhere; then come rules for what programs look for without naming it (certificates,
time zones, accounts). --explain tells for a file why it stays or goes.

Entries that stay keep their bytes: owners, modes, times, extended attributes, capabilities and links are those of the
original, layer by layer, and a layer of which all stays is the same blob. The databases of packages hold exactly the
packages of which something stays, so that scanners find in the result what is in it.

Where a container engine answers, the original is run under the sensor of `whittle trace` with the probe, and what it used stays.
Then the result is run in the same way and compared: checks, bodies, exit codes, errors in logs, and look-ups. A path that the result asks
for in vain and the original has is put back with what belongs to it, until nothing is missing. A result that does not
pass is put aside and the next safer policy tried: tight, balanced, package, and at last the original. So the
result either works as far as the probe can tell, or is the original. Without an engine, and with --static-only, nothing is run, and the report says so.

Nothing is written unless -o or --tag says where, and never over the original.
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
            {"whittle slim shop:1.4 --exec 'bin/migrate --check' --trace whittle-trace.json --tag "
             "shop:1.4-slim",
             "With a command inside, and with what was traced before"},
            {"whittle slim shop:1.4 --probe ./smoke.sh --verify-probe ./all.sh --tag shop:1.4-slim",
             "Proved by more than it was traced with"},
            {"whittle slim shop.tar --static-only -o oci:out",
             "Without running anything, into an OCI layout"},
            {"whittle slim shop:1.4 --static-only --explain /usr/bin/curl",
             "Why a file stays or goes"},
        },
    .exit_codes =
        "0  done\n1  no smaller image passes the probe: the result is the original\n2  it could "
        "not "
        "be done; stderr says why\n",
    .run = run,
};

}  // namespace whittle
