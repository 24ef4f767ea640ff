// PHP packages as Composer installs them: vendor/composer/installed.json. A package owns its
// folder. Format: Composer 1 (a list) and 2 (an object), InstalledFilesystemRepository.
#include <nlohmann/json.hpp>
#include <string>

#include "packages/cataloguers/rows.h"
#include "packages/json_document.h"

namespace whittle {

namespace {

constexpr std::string_view kFile = "composer/installed.json";
constexpr uint64_t kMaxBytes = 16ULL << 20;

uint64_t max_bytes(std::string_view path) {
  bool is_file = path == kFile || path.ends_with("/composer/installed.json");
  return is_file ? kMaxBytes : 0;
}

void read_package(const nlohmann::json& record,
                  const DatabaseFile& file,
                  OwnedPaths& paths,
                  CatalogBuilder& into) {
  Package package;
  package.type = "composer";
  package.name = string_member(record, "name");
  package.version = string_member(record, "version");
  if (package.name.empty()) return;
  const nlohmann::json& licenses = member(record, "license");
  if (licenses.is_string()) package.licenses.push_back(licenses.get<std::string>());
  if (licenses.is_array()) {
    for (const nlohmann::json& license : licenses) {
      if (license.is_string()) package.licenses.push_back(license.get<std::string>());
    }
  }
  std::string place = string_member(record, "install-path");
  if (place.empty()) place = "../" + package.name;
  PathId folder = paths.find_folder(place, paths.parent(file.id));
  std::string key = std::string(file.path) + '\0' + package.name;
  into.own_folder(folder, into.add(std::move(package), file, key));
}

void read(const Snapshot& snapshot, CatalogBuilder& into) {
  for (const DatabaseFile& file : snapshot.files) {
    nlohmann::json document = parse_document(file.content.value_or(""));
    const nlohmann::json& records = document.is_array() ? document : member(document, "packages");
    if (!records.is_array()) {
      into.problem("cannot read " + std::string(file.path) + ": no list of packages");
      continue;
    }
    for (const nlohmann::json& record : records) read_package(record, file, snapshot.paths, into);
  }
}

}  // namespace

const Cataloguer kComposerCataloguer = {.name = "composer",
                                        .what = "PHP packages: Composer's installed.json",
                                        .folders = "",
                                        .ends = "composer/installed.json",
                                        .max_bytes = &max_bytes,
                                        .read = &read};

}  // namespace whittle
