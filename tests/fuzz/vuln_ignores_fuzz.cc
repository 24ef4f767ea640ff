// Files of what does not count, of any bytes: Trivy's, Grype's, gitleaks', own rules, OpenVEX,
// CSAF. A rule that asks nothing takes nothing.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/vuln_ignores.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace whittle;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  Result<VulnIgnores> ignores =
      parse_vuln_ignores(text, size % 7 == 0 ? ".gitleaksignore" : "file");
  if (!ignores.ok()) return 0;
  VulnFinding finding;
  finding.id = "CVE-2026-0001";
  Package package;
  package.type = "npm";
  package.name = "lodash";
  package.version = "4.17.20";
  package.database = "app/node_modules/lodash/package.json";
  ImageInfo image;
  image.names = {"registry.example/shop:1.4"};
  for (const VulnIgnore& rule : ignores->rules) {
    bool asks = !rule.id.empty() || !rule.package.empty() || !rule.version.empty() ||
                !rule.type.empty() || !rule.fix_state.empty() || !rule.purl.empty() ||
                !rule.paths.empty();
    bool is_taken = takes(rule, finding, package, "2026-11-21");
    if (is_taken && !asks) std::abort();
    if (reason_text(rule).empty()) std::abort();
    is_about(rule, image);
  }
  return 0;
}
