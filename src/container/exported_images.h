// Where an engine writes an image for whoever reads it: files and folders that go when they have
// been read, at the latest with the engine.
#pragma once

#include <mutex>
#include <string_view>
#include <vector>

#include "base/fs.h"

namespace whittle {

// Thread-safe.
class ExportedImages {
 public:
  // `folder` is the run's private one.
  explicit ExportedImages(fs::path folder) : folder_(std::move(folder)) {}

  ~ExportedImages() { clear(); }

  ExportedImages(const ExportedImages&) = delete;
  ExportedImages& operator=(const ExportedImages&) = delete;

  // A path for the next image, where nothing is yet: "FOLDER/image-3SUFFIX".
  fs::path add(std::string_view suffix);
  // Removes all of them.
  void clear();

 private:
  fs::path folder_;
  std::mutex mutex_;
  size_t count_ = 0;
  std::vector<fs::path> paths_;
};

}  // namespace whittle
