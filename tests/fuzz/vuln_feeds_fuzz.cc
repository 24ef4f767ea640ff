// Documents of feeds: whatever they hold, they become a database that can be opened, is whole, and
// is looked up in without a surprise.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "vuln/cvss.h"
#include "vuln/database_builder.h"
#include "vuln/feeds/feeds.h"
#include "vuln/matcher.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace whittle;
  std::string_view document(reinterpret_cast<const char*>(data), size);
  DatabaseBuilder builder;
  builder.begin_source("seed", "");
  (void)read_feed_document(document, "seed", builder);
  (void)cvss_base_score(document);
  Result<std::string> bytes = builder.finish(0);
  if (!bytes.ok()) return 0;
  Result<Database> database = Database::over(*bytes);
  if (!database.ok() || !database->verify().ok()) std::abort();
  PackageCatalog catalog;
  catalog.distribution.id = "debian";
  catalog.distribution.version = "12";
  for (const char* type : {"npm", "deb", "pypi", "golang", "maven"}) {
    Package package;
    package.type = type;
    package.name = "x";
    package.version = "1.0";
    catalog.packages.push_back(std::move(package));
  }
  if (!match_packages(*database, catalog).ok()) std::abort();
  return 0;
}
