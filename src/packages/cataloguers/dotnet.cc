// .NET packages that an application was published with: NAME.deps.json. Format: .NET runtime,
// "Runtime configuration files", section libraries.
#include <nlohmann/json.hpp>
#include <string>

#include "packages/cataloguers/rows.h"
#include "packages/json_document.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxBytes = 16ULL << 20;

uint64_t max_bytes(std::string_view path) {
  return path.ends_with(".deps.json") ? kMaxBytes : 0;
}

void read(const Snapshot& snapshot, CatalogBuilder& into) {
  for (const DatabaseFile& file : snapshot.files) {
    nlohmann::json document = parse_document(file.content.value_or(""));
    const nlohmann::json& libraries = member(document, "libraries");
    if (!libraries.is_object()) continue;
    for (const auto& [key, library] : libraries.items()) {  // "Newtonsoft.Json/13.0.1"
      size_t slash = key.rfind('/');
      if (string_member(library, "type") != "package" || slash == std::string::npos || slash == 0)
        continue;
      Package package;
      package.type = "nuget";
      package.name = key.substr(0, slash);
      package.version = key.substr(slash + 1);
      into.add(std::move(package), file, std::string(file.path) + '\0' + key);
    }
  }
}

}  // namespace

const Cataloguer kDotnetCataloguer = {.name = "dotnet",
                                      .what = ".NET packages: the deps.json of applications",
                                      .folders = "",
                                      .ends = ".deps.json",
                                      .max_bytes = &max_bytes,
                                      .read = &read,
                                      .set = kPackageInventory};

}  // namespace whittle
