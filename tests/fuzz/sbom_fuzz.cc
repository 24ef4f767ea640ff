// Inventories of any bytes, and the package URLs in them: what was read as a package is named by a
// URL that reads as the same again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "model/package_url.h"
#include "packages/read_sbom.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace whittle;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (std::optional<PackageUrl> url = parse_package_url(text)) {
    std::optional<PackageUrl> again = parse_package_url(to_string(*url));
    if (!again || to_string(*again) != to_string(*url)) std::abort();
  }
  Result<PackageCatalog> catalog = read_sbom(text);
  if (!catalog.ok()) return 0;
  for (const Package& package : catalog->packages) {
    if (package.name.empty() || package.type.empty()) std::abort();
    if (!parse_package_url(package_url(package, catalog->distribution))) std::abort();
  }
  return 0;
}
