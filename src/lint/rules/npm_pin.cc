// npm packages without a version.
#include "base/strings.h"
#include "lint/pins.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kNpmPin;

namespace {

bool is_pinned(std::string_view package) {
  if (contains(package, "://") || package.substr(0, 4) == "git@") {
    bool is_archive =
        ends_with(package, ".tgz") || ends_with(package, ".tar.gz") || ends_with(package, ".tar");
    return contains(package, "#") || is_archive;
  }
  if (package[0] == '.' || package[0] == '/' || package[0] == '~') return true;
  if (ends_with(package, ".tgz") || ends_with(package, ".tar.gz") || ends_with(package, ".tar"))
    return true;
  if (contains(package, "#")) return true;
  size_t at = package.rfind('@');
  return at != package.npos && at > 0;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  static const PinRule kPins = {
      &kNpmPin,
      {PackageTool::Npm},
      "install i in ins add",
      "--loglevel --registry --prefix -C --cache -w --workspace --userconfig --fetch-retries "
      "--fetch-retry-mintimeout --fetch-retry-maxtimeout --fetch-timeout --omit --include "
      "--maxsockets --python --tag --unsafe-perm --audit-level",
      is_pinned,
      "`name@version`",
      nullptr,
  };
  check_pins(input, kPins, findings);
}

}  // namespace

const Rule kNpmPin = {
    {.name = "npm-pin",
     .code = "WH2017",
     .aliases = "DL3016",
     .severity = Severity::Warning,
     .summary = "`npm install` of a package without a version",
     .why = "`npm install -g name` takes the newest release of the day. The registry keeps all "
            "versions, so that `name@version` builds the same for years. Archives and folders are "
            "what they are; a repository needs `#revision`.",
     .bad = "FROM node:22\nRUN npm install -g typescript\n",
     .good = "FROM node:22\nRUN npm install -g typescript@5.6.2 && npm cache clean --force\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
