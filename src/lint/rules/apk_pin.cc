// apk packages without a version.
#include "base/strings.h"
#include "lint/pins.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kApkPin;

namespace {

bool is_pinned(std::string_view package) {
  return package.find_first_of("=~<>") != package.npos || ends_with(package, ".apk") ||
         package[0] == '!' || package[0] == '.';
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  static const PinRule kPins = {
      &kApkPin,
      {PackageTool::Apk},
      "add",
      "-t --virtual -X --repository -p --root --arch --keys-dir --repositories-file --wait "
      "--cache-dir --cache-max-age --timeout --progress-fd",
      is_pinned,
      "`name=version` or `name~version`",
      nullptr,
  };
  check_pins(input, kPins, findings);
}

}  // namespace

const Rule kApkPin = {
    {.name = "apk-pin",
     .code = "WH2012",
     .aliases = "DL3018",
     .severity = Severity::Warning,
     .summary = "`apk add` of a package without a version",
     .why = "The version that is installed is the one of the day the layer is built. "
            "`name=version` takes one, `name~version` its fixes as well. Off unless asked for: the "
            "versions leave the repository again, and the build then fails.",
     .bad = "FROM alpine:3.20\nRUN apk add --no-cache curl\n",
     .good = "FROM alpine:3.20\nRUN apk add --no-cache curl~8.9\n",
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
