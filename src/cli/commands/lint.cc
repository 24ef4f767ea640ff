// `whittle lint [FILE]...`: what is wrong with Dockerfiles, and the fixes for it.
#include "cli/commands/commands.h"
#include "cli/commands/lint_hadolint.h"
#include "cli/commands/lint_run.h"

namespace whittle {

namespace {

Result<Outcome> run(const Invocation& invocation) {
  if (invocation.arguments.is_foreign)
    return run_hadolint(invocation.arguments.positionals, invocation);
  TRY_ASSIGN(LintRequest request, lint_request(invocation));
  return run_lint(request, invocation);
}

constexpr std::string_view kDescription = R"(
Finds what is wrong with Dockerfiles, and mends it with --fix. A folder is searched for Dockerfile*, Containerfile*,
*.Dockerfile and the like; what git ignores is left out. Without FILE that is this folder. `-` is standard input.

A Bake or Compose file that is named (docker-bake.hcl, compose.yaml, ...) stands for the Dockerfiles it builds, each with its
arguments, target, platforms and context.

A safe fix leaves the built image as it was but for what the finding names; both texts are evaluated before it is
made. --unsafe-fixes makes more of them. --diff shows what would be written.

Comments keep findings back: `# whittle: ignore=RULE -- reason` above an instruction or above a line of one,
`# whittle: ignore-file=RULE`, and those of hadolint, BuildKit, tally, checkov, trivy and dockerfile-utils.

With --compat=hadolint, or when the program is called by the name hadolint, options, configuration, environment
variables, output and exit codes are hadolint's.

The nearest whittle.yaml (or .whittle.yaml) in the file's folder or above configures it. `whittle explain RULE` tells what
a rule is about.
)";

}  // namespace

const CommandInfo kLintCommand = {
    .name = "lint",
    .summary = "find and fix what is wrong with Dockerfiles",
    .description = kDescription,
    .positionals = {{.name = "FILE",
                     .help = "a Dockerfile, a Bake or Compose file, a folder, a pattern, or -",
                     .required = false,
                     .choices = {},
                     .completes = Completes::Files,
                     .repeatable = true}},
    .options = [] { return infos_of(lint_rows()); },
    .examples =
        {
            {"whittle lint", "All Dockerfiles of this folder and below"},
            {"whittle lint --fix Dockerfile", "Make the safe fixes"},
            {"whittle lint --diff --unsafe-fixes .", "Look at all fixes before making any"},
            {"whittle lint --preset security --fail-level error .",
             "Only what an attacker gains from"},
            {"whittle lint --format text --format sarif=lint.sarif .", "Two reports at once"},
            {"whittle lint docker-bake.hcl compose.yaml", "All that these files build"},
            {"whittle lint --ignore DL3008,apt-lists - < Dockerfile",
             "Ids of other tools are known"},
        },
    .exit_codes =
        "0  nothing found at or above --fail-level\n1  something was found; with --diff: "
        "there are fixes\n2  it could not be done; stderr says why\n",
    .run = run,
    .is_foreign = is_hadolint_line,
};

}  // namespace whittle
