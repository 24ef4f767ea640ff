// `whittle optimize PROJECT`: the whole path from a project to a smaller image that is proven to
// work.
#include "engine/optimize.h"

#include "cli/commands/commands.h"
#include "cli/commands/optimize_options.h"
#include "cli/commands/optimize_output.h"
#include "report/formats/formats.h"

namespace whittle {

namespace {

Result<Outcome> run(const Invocation& invocation) {
  TRY_ASSIGN(OptimizeSettings settings, optimize_settings(invocation));
  const FormatInfo* format = find_format(settings.format);
  CHECK(format != nullptr);
  TRY_ASSIGN(OptimizeResult result,
             optimize(settings.options, invocation.cancel, invocation.progress));
  Outcome outcome;
  // The measurements took minutes: they are shown even if the files cannot be written.
  if (Status written = write_results(result, settings); !written.ok()) {
    result.report.files.clear();
    outcome.error = std::move(written).error();
  }
  RenderOptions render;
  render.color = invocation.stdout_color;
  render.width = invocation.stdout_width;
  render.verbose = invocation.common.verbose;
  render.next_steps = next_steps(result, settings);
  outcome.text = format->optimize(result.report, render);
  return outcome;
}

constexpr std::string_view kDescription = R"(
Builds the project's image, measures it, finds what wastes bytes and time, rewrites the Dockerfile and the ignore file,
builds again, runs the same probe against both images, compares, and reports. Every saving in the report was measured.
A change that makes the build or the probe fail is taken back alone and reported with the log lines that show why.

The project's own files are not touched unless --in-place is given. The results go to whittle-out (-o names another
folder; the report itself is printed on stdout): the new Dockerfile and ignore file, changes.patch, report.json and
report.md.

Only safe changes are made: the image cannot behave differently beyond what the finding names. Unsafe ones are shown,
and made with --unsafe, or for one rule with --unsafe-rule.

--slim goes on from there: the rebuilt image becomes its slim twin, which holds what its programs need and nothing else (`whittle help slim`
says what stays), is run beside it, and must pass the same probe as the image of the unchanged project. Then it takes the result's
name; else that stays with the rebuilt image, and the report says why.

Without --probe and --http-probe the probe is automatic: start the image, wait for its exposed ports, GET /, and watch
for a crash for a few seconds; of a command that ends by itself, exit code and output are compared. A probe of your own
that exercises what matters proves more.
)";

}  // namespace

const CommandInfo kOptimizeCommand = {
    .name = "optimize",
    .summary = "make a project's image smaller and quicker to build, and prove it",
    .description = kDescription,
    .positionals = {{"PROJECT",
                     "folder of the project: the build context, with its Dockerfile",
                     true,
                     {},
                     Completes::Folders}},
    .options = [] { return optimize_option_groups(); },
    .examples =
        {
            {"whittle optimize .", "Optimise the project in this folder, with the automatic probe"},
            {"whittle optimize . --http-probe '/health=>200' --http-probe 'POST /login=>401'",
             "Two requests must be answered the same before and after"},
            {"whittle optimize . --probe ./probe.sh --probe-env MODE=test",
             "A probe of your own; it finds the container at $HOST:$PORT"},
            {"whittle optimize . --compose compose.yaml --http-probe '/health=>200'",
             "Beside the services that the one built here depends on"},
            {"whittle optimize . --slim --probe ./probe.sh --tag shop:1.5",
             "Then leave out of the image what its programs do not need, proven by the same probe"},
            {"whittle optimize . --dry-run", "See the plan and the patch without building"},
            {"whittle optimize . --unsafe-rule apt-no-recommends --in-place",
             "Allow one unsafe rule, and change the project's files"},
            {"whittle optimize . --format markdown > comment.md", "A comment for a pull request"},
        },
    .exit_codes =
        "0  done, whether something was improved or not\n2  it could not be done; stderr says "
        "why\n",
    .run = run,
};

}  // namespace whittle
