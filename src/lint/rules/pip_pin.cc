// pip packages without a version.
#include <algorithm>
#include <array>

#include "base/strings.h"
#include "lint/pins.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kPipPin;

namespace {

// "git+https://host/name@revision": the revision stands behind the host, as a user may before it.
bool is_pinned_repository(std::string_view package) {
  std::string_view path = package.substr(package.find("://") + 3);
  return contains(path.substr(std::min(path.find('/'), path.size())), "@");
}

bool is_repository(std::string_view package) {
  std::string_view scheme = package.substr(0, package.find("://"));
  return contains(package, "://") &&
         is_one_of("git hg svn bzr", scheme.substr(0, scheme.find('+')));
}

bool is_pinned(std::string_view package) {
  if (is_repository(package)) return is_pinned_repository(package);
  constexpr std::array<std::string_view, 6> kCompares = {"==", ">=", "<=", "~=", "!=", "@"};
  bool compares = package.find_first_of("<>") != package.npos ||
                  std::any_of(kCompares.begin(), kCompares.end(), [&](std::string_view op) {
                    return contains(package, op);
                  });
  return compares || is_path_or_url(package) || ends_with(package, ".whl") ||
         ends_with(package, ".tar.gz") || ends_with(package, ".zip");
}

bool is_exempt(const PackageCommand& command, const CommandWords& line) {
  return line.has("-r --requirement -c --constraint") || command.has_word("--help");
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  static const PinRule kPins = {
      &kPipPin,
      {PackageTool::Pip},
      "install",
      "-r -c -e -t -i -f -b -d --requirement --constraint --editable --target --index-url "
      "--extra-index-url --find-links --platform --python-version --implementation --abi --root "
      "--prefix --src --upgrade-strategy --global-option --install-option --config-settings -C "
      "--no-binary --only-binary --progress-bar --log --proxy --retries --timeout --exists-action "
      "--trusted-host --cert --client-cert --cache-dir --python --report --root-user-action "
      "--use-feature --use-deprecated --build --build-option --keyring-provider",
      is_pinned,
      "`name==version`",
      is_exempt,
  };
  check_pins(input, kPins, findings);
}

}  // namespace

const Rule kPipPin = {
    {.name = "pip-pin",
     .code = "WH2016",
     .aliases = "DL3013",
     .severity = Severity::Warning,
     .summary = "`pip install` of a package without a version",
     .why =
         "PyPI keeps every version, so that `name==version` builds the same for years; without it "
         "the image holds whatever was the newest on that day. Requirement and constraint files, "
         "local paths, archives and repositories with `@revision` are left to whoever wrote them.",
     .bad = "FROM python:3.12\nRUN pip install --no-cache-dir flask\n",
     .good = "FROM python:3.12\nRUN pip install --no-cache-dir flask==3.0.3\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
