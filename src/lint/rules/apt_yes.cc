// `apt-get install` that waits for a confirmation.
#include "base/strings.h"
#include "lint/rules/rules.h"
#include "lint/yes_option.h"

namespace whittle {

extern const Rule kAptYes;

namespace {

bool is_answered(const CommandWords& line) {
  if (line.has("-y --yes --assume-yes --force-yes -s --simulate --dry-run --print-uris"))
    return true;
  size_t quiet = line.count("-q --quiet");
  for (const CommandOption& option : line.options) {
    bool is_quiet = option.name == "-q" || option.name == "--quiet";
    if (is_quiet && option.has_value && parse_u64(option.value).value_or(0) >= 2) return true;
    bool is_setting = option.name == "-o" || option.name == "--option";
    if (is_setting && contains(to_lower(option.value), "apt::get::assume-yes")) return true;
  }
  return quiet >= 2;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  static const YesRule kYes = {
      &kAptYes,
      {PackageTool::Apt},
      "install reinstall build-dep satisfy upgrade dist-upgrade full-upgrade safe-upgrade",
      "-o -c -t -a --option --config-file --target-release --default-release --host-architecture",
      is_answered,
      "-y",
      false,
  };
  check_yes(input, kYes, findings);
}

}  // namespace

const Rule kAptYes = {
    {.name = "apt-yes",
     .code = "WH2001",
     .aliases = "DL3014 DS-0021 apt-get_missing_param aptGetInstallUseY",
     .severity = Severity::Warning,
     .summary = "`apt-get install` without `-y`",
     .why = "apt-get shows what it is about to do and waits for an answer. A build has no "
            "terminal: as soon as more than the named packages would be installed, apt-get reads "
            "the end of its input and stops the build with `Abort`. Two `-q` or an option "
            "`APT::Get::Assume-Yes` answer as well.",
     .bad = "FROM debian:bookworm\nRUN apt-get update && apt-get install curl\n",
     .good = "FROM debian:bookworm\nRUN apt-get update && apt-get install -y curl\n",
     .fixes = kSafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
