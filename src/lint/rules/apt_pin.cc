// apt packages without a version.
#include "base/strings.h"
#include "lint/pins.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kAptPin;

namespace {

bool is_pinned(std::string_view package) {
  return contains(package, "=") || contains(package, "/") || ends_with(package, ".deb") ||
         ends_with(package, "-");
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  static const PinRule kPins = {
      &kAptPin,
      {PackageTool::Apt},
      "install reinstall",
      "-o -c -t -a --option --config-file --target-release --default-release --host-architecture",
      is_pinned,
      "`name=version`",
      nullptr,
  };
  check_pins(input, kPins, findings);
}

}  // namespace

const Rule kAptPin = {
    {.name = "apt-pin",
     .code = "WH2011",
     .aliases = "DL3008",
     .severity = Severity::Warning,
     .summary = "`apt-get install` of a package without a version",
     .why = "The version that is installed is the one of the day the layer is built. A pinned "
            "version makes the image the same again, as long as the archive keeps it; a release "
            "name behind `/` and a local file are taken as pinned, too. Off unless asked for: the "
            "versions leave the repository again, and the build then fails.",
     .bad = "FROM debian:bookworm\nRUN apt-get update && apt-get install -y curl\n",
     .good =
         "FROM debian:bookworm\nRUN apt-get update && apt-get install -y curl=7.88.1-10+deb12u5\n",
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
