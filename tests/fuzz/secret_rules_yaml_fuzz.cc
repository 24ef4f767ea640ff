// Any text as rules for secrets in Trivy's YAML: read or refused with a place; what is read can be
// searched with.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "config/secret_rules.h"
#include "secrets/scanner.h"

namespace whittle {

namespace {

void require(bool is_true) {
  if (!is_true) std::abort();
}

void check(const std::string& text) {
  Result<SecretRuleFile> file = parse_secret_rules(text, "rules.yaml");
  if (!file.ok()) {
    require(file.error().message().starts_with("rules.yaml:"));
    return;
  }
  // A rule may name a group that its pattern does not have.
  auto scanner = SecretScanner::make(std::move(file->rules), {"", SecretEngine::Keywords});
  if (scanner.ok()) (*scanner)->scan("app/a.conf", "token = \"a1b2c3d4e5f6g7h8\" house_abcd1234");
}

}  // namespace

}  // namespace whittle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  whittle::check(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
