// Any text as rules for secrets in gitleaks' TOML.
#include <cstddef>
#include <cstdint>
#include <string>

#include "secret_rules_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  whittle::check_secret_rules(std::string(reinterpret_cast<const char*>(data), size), "rules.toml");
  return 0;
}
