// Conda packages: conda-meta/NAME-VERSION-BUILD.json of an environment, with their files. Format:
// conda, "Package metadata" (PrefixRecord).
#include <nlohmann/json.hpp>
#include <string>

#include "packages/cataloguers/rows.h"
#include "packages/json_document.h"

namespace whittle {

namespace {

constexpr std::string_view kFolder = "/conda-meta/";
constexpr uint64_t kMaxBytes = 16ULL << 20;

uint64_t max_bytes(std::string_view path) {
  size_t slash = path.rfind('/');
  bool is_record = path.ends_with(".json") && slash != std::string_view::npos &&
                   path.substr(0, slash + 1).ends_with(kFolder);
  return is_record ? kMaxBytes : 0;
}

void read(const Snapshot& snapshot, CatalogBuilder& into) {
  for (const DatabaseFile& file : snapshot.files) {
    nlohmann::json record = parse_document(file.content.value_or(""));
    Package package;
    package.type = "conda";
    package.name = string_member(record, "name");
    package.version = string_member(record, "version");
    package.architecture = string_member(record, "subdir");
    if (package.name.empty()) continue;
    if (std::string license = string_member(record, "license"); !license.empty())
      package.licenses = {std::move(license)};
    uint32_t number = into.add(std::move(package), file, file.path);
    into.own(file.id, number);
    PathId prefix = snapshot.paths.parent(snapshot.paths.parent(file.id));
    const nlohmann::json& files = member(record, "files");
    if (!files.is_array()) continue;
    for (const nlohmann::json& path : files) {
      if (path.is_string())
        into.own(snapshot.paths.find(path.get_ref<const std::string&>(), prefix), number);
    }
  }
}

}  // namespace

const Cataloguer kCondaCataloguer = {.name = "conda",
                                     .what = "Conda packages: the records of an environment",
                                     .folders = "",
                                     .ends = ".json",
                                     .max_bytes = &max_bytes,
                                     .read = &read};

}  // namespace whittle
