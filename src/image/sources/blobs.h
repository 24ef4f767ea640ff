// Inside of sources: where the files of an image lie, in a folder or in an archive, and the image
// over them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/fs.h"
#include "image/source.h"
#include "image/sources/archive.h"

namespace whittle {

// Files by relative path. Immutable, thread-safe.
class FileStore {
 public:
  virtual ~FileStore() = default;
  virtual bool contains(std::string_view path) const = 0;
  // NotFound if there is none; Invalid for a path that leads out.
  virtual Result<uint64_t> size(std::string_view path) const = 0;
  virtual Result<std::unique_ptr<ByteSource>> read(std::string_view path) const = 0;
  Result<std::string> read_text(std::string_view path, uint64_t max_bytes) const;
};

std::shared_ptr<const FileStore> folder_store(fs::path root);
std::shared_ptr<const FileStore> archive_store(std::shared_ptr<const Archive> archive);

// An image whose layers are files of a store.
class StoredImage : public Image {
 public:
  StoredImage(std::shared_ptr<const FileStore> store,
              ImageInfo info,
              std::vector<std::string> layer_paths)
      : store_(std::move(store)), info_(std::move(info)), layer_paths_(std::move(layer_paths)) {}

  const ImageInfo& info() const override { return info_; }

  Result<std::unique_ptr<ByteSource>> open_layer(size_t index) const override {
    CHECK(index < layer_paths_.size());
    return store_->read(layer_paths_[index]);
  }

 private:
  std::shared_ptr<const FileStore> store_;
  ImageInfo info_;
  std::vector<std::string> layer_paths_;
};

using Images = std::vector<std::unique_ptr<Image>>;

// All images of a docker archive (a store with manifest.json).
Result<Images> open_docker_archive(const std::shared_ptr<const FileStore>& store,
                                   const OpenOptions& options);
// All images of an OCI layout, of all platforms. Invalid if there is none.
Result<Images> open_oci_layout(const std::shared_ptr<const FileStore>& store,
                               const OpenOptions& options);

}  // namespace whittle
