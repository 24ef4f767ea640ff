// Folders that Skopeo's transport `dir:` writes: manifest.json is the manifest or index itself, the
// blobs are files HEX, and the manifests of an index HEX.manifest.json (containers/image,
// directory/directory_transport.go).
#include <fmt/format.h>

#include "base/strings.h"
#include "codec/digest.h"
#include "image/sources/blobs.h"
#include "image/sources/openers.h"

namespace whittle {

namespace {

class DirBlobs : public BlobStore {
 public:
  DirBlobs(std::shared_ptr<const FileStore> files, Digest root)
      : files_(std::move(files)), root_(std::move(root)) {}

  Result<uint64_t> size(const Digest& digest) const override {
    return files_->size(path_of(digest));
  }

  Result<std::unique_ptr<ByteSource>> read(const Digest& digest) const override {
    return files_->read(path_of(digest));
  }

 private:
  std::string path_of(const Digest& digest) const {
    if (digest == root_) return "manifest.json";
    std::string hex(digest_hex(digest));
    std::string other = digest.substr(0, digest.find(':')) + "-" + hex;
    for (const std::string& name : {hex, hex + ".manifest.json", other, other + ".manifest.json"}) {
      if (files_->contains(name)) return name;
    }
    return hex;
  }

  std::shared_ptr<const FileStore> files_;
  Digest root_;
};

}  // namespace

Result<Images> open_dir_layout(const std::shared_ptr<const FileStore>& store,
                               const OpenOptions& options) {
  TRY_ASSIGN(std::string text, store->read_text("manifest.json", options.limits.max_json_bytes));
  ManifestRoot root;
  root.descriptor.digest = digest_of(text);
  root.descriptor.size = text.size();
  auto blobs = std::make_shared<DirBlobs>(store, root.descriptor.digest);
  TRY_ASSIGN(std::vector<ManifestImage> images, walk_manifests(*blobs, {root}, options));
  return blob_images(blobs, std::move(images), "dir");
}

Result<Images> open_dir_folder(std::string_view rest, const OpenOptions& options) {
  std::error_code ignored;
  if (!fs::is_directory(rest, ignored)) {
    return Error(ErrorKind::NotFound, fmt::format("{} is not a folder", printable(rest)));
  }
  Result<Images> images = open_dir_layout(folder_store(rest), options);
  if (!images.ok()) return std::move(images).error().with(printable(rest));
  return images;
}

}  // namespace whittle
