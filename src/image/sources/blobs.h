// Inside of sources: where the files and blobs of an image lie, in a folder or in an archive, and
// the images over them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/fs.h"
#include "image/source.h"
#include "image/sources/archive.h"
#include "image/sources/manifest.h"

namespace whittle {

using Images = std::vector<std::unique_ptr<Image>>;

// Files by relative path. Immutable, thread-safe.
class FileStore {
 public:
  virtual ~FileStore() = default;
  virtual bool contains(std::string_view path) const = 0;
  // NotFound if there is none; Invalid for a path that leads out.
  virtual Result<uint64_t> size(std::string_view path) const = 0;
  virtual Result<std::unique_ptr<ByteSource>> read(std::string_view path) const = 0;

  // Names at the top, sorted; folders end in '/'.
  virtual std::vector<std::string> top_names() const { return {}; }

  Result<std::string> read_text(std::string_view path, uint64_t max_bytes) const;
};

std::shared_ptr<const FileStore> folder_store(fs::path root);
std::shared_ptr<const FileStore> archive_store(std::shared_ptr<const Archive> archive);

// Blobs by digest. Immutable, thread-safe.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  // NotFound if the store does not hold it.
  virtual Result<uint64_t> size(const Digest& digest) const = 0;
  virtual Result<std::unique_ptr<ByteSource>> read(const Digest& digest) const = 0;
};

// Blobs that are files FOLDER/ALGORITHM/HEX, as OCI layouts and containerd keep them.
std::shared_ptr<const BlobStore> file_blobs(std::shared_ptr<const FileStore> files,
                                            std::string folder);

// A small document (manifest, configuration), with its size and digest checked.
Result<std::string> read_document(const BlobStore& blobs,
                                  const BlobRef& blob,
                                  const Limits& limits);

// Invalid if the blob has another size than its descriptor says; NotFound if it is not there.
Status check_size(const BlobStore& blobs, const Descriptor& blob);
// True for the first 512 bytes of a POSIX or GNU archive.
bool looks_like_tar(std::string_view first_block);

// What manifests and indexes lead to, before it becomes an Image.
struct ManifestImage {
  ImageInfo info;
  std::vector<BlobRef> blobs;  // as info.layers
};

// Where a walk begins.
struct ManifestRoot {
  BlobRef descriptor;
  std::vector<std::string> names;
};

// All images that the roots lead to, of all platforms, in the order of the indexes; attestations
// and artifacts are passed over, provenance is taken from the former. Manifests that a store does
// not hold are passed over as long as there is an image. Errors: Invalid for damage and where there
// is no image, naming what there is instead; NotFound for missing blobs; Limit.
Result<std::vector<ManifestImage>> walk_manifests(const BlobStore& blobs,
                                                  const std::vector<ManifestRoot>& roots,
                                                  const OpenOptions& options);
// An image whose layers are blobs of a store.
std::unique_ptr<Image> blob_image(std::shared_ptr<const BlobStore> blobs, ManifestImage image);
// The same for all, as `source`.
Images blob_images(const std::shared_ptr<const BlobStore>& blobs,
                   std::vector<ManifestImage> images,
                   std::string_view source);

// All images of a docker archive (a store with manifest.json), as `source`.
Result<Images> open_docker_archive(const std::shared_ptr<const FileStore>& store,
                                   const OpenOptions& options,
                                   std::string_view source = "docker-archive");
// All images of an archive of Docker before 1.10 (`repositories`, ID/json, ID/layer.tar).
Result<Images> open_old_docker_archive(const std::shared_ptr<const FileStore>& store,
                                       const OpenOptions& options);

// All images of an OCI layout, of all platforms. `position` picks one item of index.json.
struct LayoutOptions {
  std::string_view source = "oci";
  std::optional<size_t> position;
};

Result<Images> open_oci_layout(const std::shared_ptr<const FileStore>& store,
                               const OpenOptions& options,
                               const LayoutOptions& layout = {});
Result<std::vector<ManifestImage>> read_oci_layout(const FileStore& store,
                                                   const BlobStore& blobs,
                                                   const OpenOptions& options,
                                                   std::optional<size_t> position);
// All images of a folder that Skopeo's `dir:` wrote.
Result<Images> open_dir_layout(const std::shared_ptr<const FileStore>& store,
                               const OpenOptions& options);

}  // namespace whittle
