// gems without a version.
#include "base/strings.h"
#include "lint/pins.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kGemPin;

namespace {

bool is_pinned(std::string_view package) {
  return contains(package, ":") || ends_with(package, ".gem") || is_path_or_url(package);
}

bool is_exempt(const PackageCommand&, const CommandWords& line) {
  return line.has("-v --version -g --file");
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  static const PinRule kPins = {
      &kGemPin,
      {PackageTool::Gem},
      "install i",
      "-v --version -s --source -i --install-dir -n --bindir -P --trust-policy --platform -p "
      "--http-proxy --document -g --file --without -B --build-root",
      is_pinned,
      "`name:version`",
      is_exempt,
  };
  check_pins(input, kPins, findings);
}

}  // namespace

const Rule kGemPin = {
    {.name = "gem-pin",
     .code = "WH2018",
     .aliases = "DL3028",
     .severity = Severity::Warning,
     .summary = "`gem install` of a gem without a version",
     .why =
         "`gem install name` takes the newest release of the day. rubygems.org keeps the versions, "
         "so that `name:version` builds the same for years; `--version` counts as well.",
     .bad = "FROM ruby:3.3\nRUN gem install rails\n",
     .good = "FROM ruby:3.3\nRUN gem install rails:7.2.1\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
