// `apt` is made for people at a terminal.
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/package_commands.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/stages.h"

namespace whittle {

extern const Rule kAptNotAptGet;

namespace {

constexpr std::string_view kSameActions =
    "install reinstall update remove purge autoremove clean autoclean build-dep source download";

std::optional<Fix> replace_fix(const PackageCommand& command) {
  const ShellWord& name = *command.words[0];
  if (name.raw != "apt") return std::nullopt;
  if (is_one_of(kSameActions, command.action)) {
    return make_fix("Use `apt-get`", Applicability::Safe, {{name.range, "apt-get"}});
  }
  if (command.action != "upgrade") return std::nullopt;
  uint32_t at = command.after_action();
  return make_fix("Use `apt-get upgrade --with-new-pkgs`",
                  Applicability::Safe,
                  {{name.range, "apt-get"}, {{at, at}, " --with-new-pkgs"}});
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const PackageCommand& command : package_commands(run)) {
      if (command.tool != PackageTool::Apt || command_name(command.words) != "apt") continue;
      Finding finding = make_finding(kAptNotAptGet,
                                     command.words[0]->range,
                                     "`apt` is for terminals, its options and output may change",
                                     "Use `apt-get` or `apt-cache`");
      if (!run.is_onbuild && is_editable_run(input, run.index)) finding.fix = replace_fix(command);
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

const Rule kAptNotAptGet = {
    {.name = "apt-not-apt-get",
     .code = "WH2002",
     .aliases = "DL3027 CKV_DOCKER_9",
     .severity = Severity::Warning,
     .summary = "`apt` is used where a script should use `apt-get`",
     .why = "apt says itself that its command line is not stable and warns when its output is no "
            "terminal. `apt-get` and `apt-cache` do the same with options that stay. Actions with "
            "a twin of the same meaning are replaced; `apt upgrade` may add packages, which "
            "`apt-get upgrade` does only with `--with-new-pkgs`.",
     .bad = "FROM debian:bookworm\nRUN apt update && apt install -y curl\n",
     .good = "FROM debian:bookworm\nRUN apt-get update && apt-get install -y curl\n",
     .declares = kDeclaresCommands,
     .fixes = kSafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
