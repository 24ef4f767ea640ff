// A database file that somebody made to harm: opening and every look-up is an answer or an error.
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "vuln/lookup.h"
#include "vuln/matcher.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace whittle;
  std::vector<uint64_t> aligned(size / sizeof(uint64_t) + 1);
  std::memcpy(aligned.data(), data, size);
  std::string_view bytes(reinterpret_cast<const char*>(aligned.data()), size);
  Result<Database> database = Database::over(bytes);
  if (!database.ok()) return 0;
  (void)database->info();
  (void)database->verify();
  (void)database->cve("CVE-2026-1");
  (void)find_vulnerability(*database, "CVE-2026-1");
  PackageCatalog catalog;
  catalog.distribution.id = "debian";
  catalog.distribution.version = "12";
  for (const char* type : {"npm", "deb", "pypi"}) {
    Package package;
    package.type = type;
    package.name = "x";
    package.version = "1.0";
    catalog.packages.push_back(std::move(package));
  }
  (void)match_packages(*database, catalog);
  return 0;
}
