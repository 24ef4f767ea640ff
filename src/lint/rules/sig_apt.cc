// apt that takes packages without a signature.
#include "base/strings.h"
#include "lint/rules/rules.h"
#include "lint/unwanted_options.h"

namespace whittle {

extern const Rule kSigApt;

namespace {

bool is_harmless(const CommandOption& option) {
  if (option.name != "-o" && option.name != "--option")
    return option.has_value && is_off_value(option.value);
  size_t equals = option.value.find('=');
  std::string name = to_lower(std::string_view(option.value).substr(0, equals));
  bool is_switch =
      name == "apt::get::allowunauthenticated" || name == "acquire::allowinsecurerepositories";
  return !is_switch || equals == std::string::npos ||
         is_off_value(std::string_view(option.value).substr(equals + 1));
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  static const UnwantedOption kUnwanted = {
      &kSigApt,
      "apt apt-get aptitude",
      "--allow-unauthenticated --force-yes --allow-insecure-repositories -o --option",
      "-t --target-release -o --option -c --config-file",
      "installs packages that no known key has signed",
      is_harmless};
  check_unwanted_options(input, kUnwanted, findings);
}

}  // namespace

const Rule kSigApt = {
    {.name = "sig-apt",
     .code = "WH3004",
     .aliases = "CKV2_DOCKER_8 CKV2_DOCKER_11",
     .severity = Severity::Warning,
     .summary = "apt installs packages without a valid signature",
     .why = "`--force-yes` and `--allow-unauthenticated` install what no known key has signed, and "
            "the first does whatever else apt warns of. A key of an own repository belongs into "
            "`/etc/apt/keyrings`, named by `signed-by`.",
     .bad = "FROM debian:bookworm\nRUN apt-get update && apt-get install -y "
            "--allow-unauthenticated x\n",
     .good = "FROM debian:bookworm\nRUN apt-get update && apt-get install -y x\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
