#include "packages/cataloguer.h"

#include <algorithm>

namespace whittle {

std::optional<std::string_view> Snapshot::content(std::string_view path) const {
  auto at = std::lower_bound(
      files.begin(), files.end(), path, [](const DatabaseFile& file, std::string_view wanted) {
        return file.path < wanted;
      });
  if (at == files.end() || at->path != path) return std::nullopt;
  return at->content;
}

}  // namespace whittle
