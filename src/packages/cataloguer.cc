#include "packages/cataloguer.h"

#include <algorithm>
#include <unordered_map>

#include "packages/records.h"

namespace whittle {

std::optional<std::string_view> Snapshot::content(std::string_view path) const {
  auto at = std::lower_bound(
      files.begin(), files.end(), path, [](const DatabaseFile& file, std::string_view wanted) {
        return file.path < wanted;
      });
  if (at == files.end() || at->path != path) return std::nullopt;
  return at->content;
}

const DatabaseFile* Snapshot::find(PathId id) const {
  if (id == kNoPath) return nullptr;
  auto at = std::find_if(
      files.begin(), files.end(), [&](const DatabaseFile& file) { return file.id == id; });
  return at == files.end() ? nullptr : &*at;
}

void read_examined(const Snapshot& snapshot, CatalogBuilder& into) {
  std::unordered_map<std::string, uint32_t> of_system;
  for (const DatabaseFile& file : snapshot.files) {
    bool has_owner = into.has_system_owner(file.id);
    uint32_t first = kNoPackage;
    for (Package& package : read_records(file.content.value_or(""))) {
      if (package.name.empty() || package.type.empty()) continue;
      // What a file says of its own package, the database knows better.
      bool is_known = has_owner && (is_of_system(package) || package.type == "generic");
      if (is_known) continue;
      std::string key = package.name + '\0' + package.version + '\0' + package.architecture;
      if (!is_of_system(package)) key.append("\0").append(file.path);
      auto known = of_system.find(key);
      uint32_t number =
          known != of_system.end() ? known->second : into.add(std::move(package), file, key);
      of_system.emplace(std::move(key), number);
      if (first == kNoPackage) first = number;
    }
    if (first != kNoPackage) into.own(file.id, first);
  }
}

}  // namespace whittle
