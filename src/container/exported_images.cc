#include "container/exported_images.h"

#include <fmt/format.h>

namespace whittle {

fs::path ExportedImages::add(std::string_view suffix) {
  std::lock_guard lock(mutex_);
  return paths_.emplace_back(folder_ / fmt::format("image-{}{}", ++count_, suffix));
}

void ExportedImages::clear() {
  std::lock_guard lock(mutex_);
  std::error_code ignored;  // what stays goes with the run's folder
  for (const fs::path& path : paths_) fs::remove_all(path, ignored);
  paths_.clear();
}

}  // namespace whittle
