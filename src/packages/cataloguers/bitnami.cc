// What Bitnami unpacks below opt/bitnami: each component's folder has an inventory in SPDX, whose
// packages of the type "bitnami" are the component. What else is listed there is found by its own
// records.
#include "base/strings.h"
#include "packages/cataloguers/rows.h"
#include "packages/read_sbom.h"

namespace whittle {

namespace {

constexpr std::string_view kFolder = "opt/bitnami/";
constexpr std::string_view kBegin = ".spdx-";
constexpr std::string_view kEnd = ".spdx";
constexpr uint64_t kMaxBytes = 8ULL << 20;

uint64_t max_bytes(std::string_view path) {
  std::string_view name = path.substr(path.rfind('/') + 1);  // npos + 1 is 0
  bool is_record = path.starts_with(kFolder) && name.starts_with(kBegin) && name.ends_with(kEnd);
  return is_record ? kMaxBytes : 0;
}

void read(const Snapshot& snapshot, CatalogBuilder& into) {
  for (const DatabaseFile& file : snapshot.files) {
    Result<PackageCatalog> inventory = read_sbom(file.content.value_or(""));
    if (!inventory.ok()) {
      into.problem("cannot read " + printable(file.path) + ": " + inventory.error().message());
      continue;
    }
    for (Package& package : inventory->packages) {
      if (package.type != "bitnami") continue;
      std::string key = package.name;
      uint32_t number = into.add(std::move(package), file, key);
      into.own(file.id, number);
      into.own_folder(snapshot.paths.parent(file.id), number);
    }
  }
}

}  // namespace

const Cataloguer kBitnamiCataloguer = {.name = "bitnami",
                                       .what = "Bitnami components: the inventory of each",
                                       .folders = "opt/bitnami/",
                                       .ends = "",
                                       .max_bytes = &max_bytes,
                                       .read = &read};

}  // namespace whittle
