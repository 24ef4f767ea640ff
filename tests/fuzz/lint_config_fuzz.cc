// Any text as a configuration: ours, hadolint's, and a baseline. Each is read or refused with a
// place.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "config/baseline.h"
#include "config/hadolint_config.h"
#include "config/policy.h"
#include "config/read.h"

namespace whittle {

namespace {

void require(bool is_true) {
  if (!is_true) std::abort();
}

void check(const std::string& text) {
  Result<LintConfig> config = parse_config(text, "w");
  if (config.ok()) {
    require(make_policy(*config, "a/Dockerfile").ok());
  } else {
    require(config.error().message().starts_with("w:"));
  }
  Result<HadolintConfig> hadolint = parse_hadolint_config(text, "h");
  if (hadolint.ok()) hadolint_policy(*hadolint);
  Result<Baseline> baseline = Baseline::parse(text, "b");
  if (baseline.ok()) {
    Result<Baseline> again = Baseline::parse(baseline->to_json(), "b");
    require(again.ok() && again->to_json() == baseline->to_json());
  }
}

}  // namespace

}  // namespace whittle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  whittle::check(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
