#include "image/sources/blobs.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/strings.h"
#include "codec/digest.h"
#include "codec/tar.h"

namespace whittle {

Result<std::string> FileStore::read_text(std::string_view path, uint64_t max_bytes) const {
  TRY_ASSIGN(std::unique_ptr<ByteSource> source, read(path));
  Result<std::string> text = read_all(*source, max_bytes);
  if (!text.ok()) return std::move(text).error().with(printable(path));
  return text;
}

namespace {

class FolderStore : public FileStore {
 public:
  explicit FolderStore(fs::path root) : root_(std::move(root)) {}

  bool contains(std::string_view path) const override { return size(path).ok(); }

  std::vector<std::string> top_names() const override {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator it(root_, error), end; !error && it != end; it.increment(error)) {
      std::error_code ignored;
      names.push_back(it->path().filename().string() + (it->is_directory(ignored) ? "/" : ""));
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  Result<uint64_t> size(std::string_view path) const override {
    TRY_ASSIGN(Opened file, open(path));
    return file.bytes;
  }

  Result<std::unique_ptr<ByteSource>> read(std::string_view path) const override {
    TRY_ASSIGN(Opened file, open(path));
    return fd_source(std::move(file.fd));
  }

 private:
  struct Opened {
    UniqueFd fd;
    uint64_t bytes = 0;
  };

  Result<Opened> open(std::string_view path) const {
    std::string clean = clean_path(path);
    if (clean.empty() || path.starts_with('/') || clean == ".." || clean.starts_with("../")) {
      return Error(ErrorKind::Invalid,
                   fmt::format("`{}` is outside of the image", printable(path)));
    }
    Opened file;
    file.fd.reset(::open((root_ / clean).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.fd.is_open()) return errno_error(printable(clean), errno);

    struct stat info {};

    if (::fstat(file.fd.get(), &info) != 0) return errno_error(printable(clean), errno);
    if (!S_ISREG(info.st_mode))
      return Error(ErrorKind::Invalid, fmt::format("{} is not a file", printable(clean)));
    file.bytes = static_cast<uint64_t>(info.st_size);
    return file;
  }

  fs::path root_;
};

class ArchiveStore : public FileStore {
 public:
  explicit ArchiveStore(std::shared_ptr<const Archive> archive) : archive_(std::move(archive)) {}

  bool contains(std::string_view path) const override { return archive_->contains(path); }

  std::vector<std::string> top_names() const override { return archive_->top_names(); }

  Result<uint64_t> size(std::string_view path) const override { return archive_->size(path); }

  Result<std::unique_ptr<ByteSource>> read(std::string_view path) const override {
    return archive_->read(path);
  }

 private:
  std::shared_ptr<const Archive> archive_;
};

class FileBlobs : public BlobStore {
 public:
  FileBlobs(std::shared_ptr<const FileStore> files, std::string folder)
      : files_(std::move(files)), folder_(std::move(folder)) {}

  Result<uint64_t> size(const Digest& digest) const override {
    return files_->size(path_of(digest));
  }

  Result<std::unique_ptr<ByteSource>> read(const Digest& digest) const override {
    return files_->read(path_of(digest));
  }

 private:
  std::string path_of(const Digest& digest) const {
    size_t colon = digest.find(':');
    return folder_ + "/" + digest.substr(0, colon) + "/" + std::string(digest_hex(digest));
  }

  std::shared_ptr<const FileStore> files_;
  std::string folder_;
};

class BlobImage : public Image {
 public:
  BlobImage(std::shared_ptr<const BlobStore> blobs, ManifestImage image)
      : blobs_(std::move(blobs)), image_(std::move(image)) {}

  const ImageInfo& info() const override { return image_.info; }

  Result<std::unique_ptr<ByteSource>> open_layer(size_t index) const override {
    CHECK(index < image_.blobs.size());
    const Layer& layer = image_.info.layers[index];
    if (layer.availability != Availability::Here) return unavailable_error(layer, index);
    const BlobRef& blob = image_.blobs[index];
    if (blob.data) return string_source(*blob.data);
    TRY(check_size(*blobs_, blob));
    if (!is_tar_type(blob.media_type)) {
      return Error(
          ErrorKind::Unsupported,
          fmt::format(
              "layer {} is no tar archive but `{}`", index + 1, printable(blob.media_type)));
    }
    return blobs_->read(blob.digest);
  }

 private:
  std::shared_ptr<const BlobStore> blobs_;
  ManifestImage image_;
};

}  // namespace

Status check_size(const BlobStore& blobs, const Descriptor& blob) {
  TRY_ASSIGN(uint64_t size, blobs.size(blob.digest));
  if (size == blob.size) return {};
  return Error(
      ErrorKind::Invalid,
      fmt::format(
          "blob {} has {} bytes, but its descriptor says {}", blob.digest, size, blob.size));
}

bool looks_like_tar(std::string_view first_block) {
  return first_block.size() >= 262 && first_block.substr(257, 5) == "ustar";
}

std::shared_ptr<const FileStore> folder_store(fs::path root) {
  return std::make_shared<FolderStore>(std::move(root));
}

std::shared_ptr<const FileStore> archive_store(std::shared_ptr<const Archive> archive) {
  return std::make_shared<ArchiveStore>(std::move(archive));
}

std::shared_ptr<const BlobStore> file_blobs(std::shared_ptr<const FileStore> files,
                                            std::string folder) {
  return std::make_shared<FileBlobs>(std::move(files), std::move(folder));
}

Result<std::string> read_document(const BlobStore& blobs,
                                  const BlobRef& blob,
                                  const Limits& limits) {
  if (blob.data) return *blob.data;
  TRY(check_size(blobs, blob));
  TRY_ASSIGN(std::unique_ptr<ByteSource> source, blobs.read(blob.digest));
  Result<std::string> text = read_all(*source, limits.max_json_bytes);
  if (!text.ok()) return std::move(text).error().with(blob.digest);
  Digest digest = digest_of(*text, *digest_algorithm(blob.digest));
  if (digest == blob.digest) return text;
  return Error(ErrorKind::Invalid, fmt::format("blob {} has the digest {}", blob.digest, digest));
}

std::unique_ptr<Image> blob_image(std::shared_ptr<const BlobStore> blobs, ManifestImage image) {
  return std::make_unique<BlobImage>(std::move(blobs), std::move(image));
}

Images blob_images(const std::shared_ptr<const BlobStore>& blobs,
                   std::vector<ManifestImage> images,
                   std::string_view source) {
  Images opened;
  for (ManifestImage& image : images) {
    image.info.source = source;
    opened.push_back(blob_image(blobs, std::move(image)));
  }
  return opened;
}

}  // namespace whittle
