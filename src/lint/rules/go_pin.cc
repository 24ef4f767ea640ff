// Go programs installed without a version.
#include "base/strings.h"
#include "lint/pins.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kGoPin;

namespace {

bool is_pinned(std::string_view package) {
  std::string_view host = package.substr(0, package.find('/'));
  if (!contains(host, ".") || host[0] == '.' || ends_with(package, ".go")) return true;
  size_t at = package.find('@');
  if (at == package.npos) return false;
  std::string_view version = package.substr(at + 1);
  return !version.empty() && version != "latest" && version != "none";
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  static const PinRule kPins = {
      &kGoPin,
      {PackageTool::Go},
      "install get run",
      "-ldflags -tags -o -p -mod -modfile -exec -gcflags -asmflags -buildmode -overlay -pkgdir "
      "-toolexec -C",
      is_pinned,
      "`package@version`",
      nullptr,
  };
  check_pins(input, kPins, findings);
}

}  // namespace

const Rule kGoPin = {
    {.name = "go-pin",
     .code = "WH2019",
     .aliases = "DL3062",
     .severity = Severity::Warning,
     .summary = "`go install` of a module without a version",
     .why = "`go install` and `go run` of a remote package take what the module proxy calls the "
            "latest; `@latest` says the same in words. A version or a commit builds the same for "
            "years. Packages of the project itself have the versions of go.mod.",
     .bad = "FROM golang:1.23\nRUN go install golang.org/x/tools/gopls@latest\n",
     .good = "FROM golang:1.23\nRUN go install golang.org/x/tools/gopls@v0.16.2\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
