// A root file system as an image of one layer: a folder, or a tar archive (what `docker export` and
// debootstrap's relatives write). The configuration is made up.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "codec/decompress.h"
#include "codec/digest.h"
#include "image/config.h"
#include "image/sources/folder_tar.h"
#include "image/sources/openers.h"
#include "image/sources/unpack.h"

namespace whittle {

namespace {

class RootFolder : public Image {
 public:
  RootFolder(std::shared_ptr<const FolderListing> listing, ImageInfo info)
      : listing_(std::move(listing)), info_(std::move(info)) {}

  const ImageInfo& info() const override { return info_; }

  Result<std::unique_ptr<ByteSource>> open_layer(size_t index) const override {
    CHECK(index == 0);
    return folder_tar(listing_, FolderKind::Plain);
  }

 private:
  std::shared_ptr<const FolderListing> listing_;
  ImageInfo info_;
};

class RootArchive : public Image {
 public:
  RootArchive(UniqueFd fd, uint64_t bytes, ImageInfo info)
      : fd_(std::move(fd)), bytes_(bytes), info_(std::move(info)) {}

  const ImageInfo& info() const override { return info_; }

  Result<std::unique_ptr<ByteSource>> open_layer(size_t index) const override {
    CHECK(index == 0);
    return file_range_source(fd_.get(), 0, bytes_);
  }

 private:
  UniqueFd fd_;
  uint64_t bytes_;
  ImageInfo info_;
};

// The digest of a stream, which is read once for it.
Result<Digest> measure(ByteSource& source, uint64_t& bytes, const OpenOptions& options) {
  Hasher hasher;
  std::vector<std::byte> buffer(256 * 1024);
  for (;;) {
    TRY(options.cancel->check());
    TRY_ASSIGN(size_t n, source.read(buffer));
    if (n == 0) return hasher.finish();
    hasher.update({reinterpret_cast<const char*>(buffer.data()), n});
    bytes += n;
    options.progress->update(bytes);
  }
}

Result<ImageConfig> config_for(const Digest& diff_id, std::string_view what, const Limits& limits) {
  Platform platform = host_platform();
  nlohmann::json config = {{"architecture", platform.architecture},
                           {"os", platform.os},
                           {"config", nlohmann::json::object()},
                           {"rootfs", {{"type", "layers"}, {"diff_ids", {diff_id}}}},
                           {"history", {{{"created_by", what}}}}};
  if (!platform.variant.empty()) config["variant"] = platform.variant;
  return parse_image_config(config.dump(), limits);
}

Status complete(ImageInfo& info,
                const Digest& diff_id,
                std::string_view what,
                const Limits& limits) {
  TRY_ASSIGN(info.config, config_for(diff_id, what, limits));
  TRY(attach_config(info.config, info.layers));
  info.config_digest = digest_of(info.config.raw_json);
  info.source = "rootfs";
  return {};
}

Result<Images> open_root_folder(std::string_view path, const OpenOptions& options) {
  TRY_ASSIGN(std::shared_ptr<const FolderListing> listing, list_folder(fs::path(path), options));
  ImageInfo info;
  Layer& layer = info.layers.emplace_back();
  options.progress->phase("reading the folder", 0, "B");
  TRY_ASSIGN(Digest diff_id,
             measure(*folder_tar(listing, FolderKind::Plain), layer.blob.size, options));
  TRY(complete(info, diff_id, "root file system from a folder", options.limits));
  Images images;
  images.push_back(std::make_unique<RootFolder>(std::move(listing), std::move(info)));
  return images;
}

// A file that can be read at random and holds what layers may hold: plain, gzip, zstd.
Result<UniqueFd> plain_file(UniqueFd fd, const OpenOptions& options) {
  if (::lseek(fd.get(), 0, SEEK_CUR) < 0) {
    std::unique_ptr<ByteSource> stream = fd_source(std::move(fd));
    return unpack_to_temp(*stream, options);
  }
  std::string first(6, '\0');
  ssize_t n = ::pread(fd.get(), first.data(), first.size(), 0);
  if (n < 0) return errno_error("cannot read", errno);
  first.resize(static_cast<size_t>(n));
  if (!is_packed(first) || detect_format(first) != StreamFormat::Plain) return fd;
  std::unique_ptr<ByteSource> stream = fd_source(std::move(fd));
  return unpack_to_temp(*stream, options);
}

Result<Images> open_root_archive(const std::string& path, const OpenOptions& options) {
  TRY_ASSIGN(UniqueFd fd, open_file_or_stdin(path));
  TRY_ASSIGN(fd, plain_file(std::move(fd), options));

  struct stat status {};

  if (::fstat(fd.get(), &status) != 0) return errno_error("cannot read", errno);
  uint64_t bytes = static_cast<uint64_t>(std::max<off_t>(status.st_size, 0));
  ImageInfo info;
  info.layers.emplace_back().blob.size = bytes;
  options.progress->phase("reading the archive", 0, "B");
  std::unique_ptr<ByteSource> stored = file_range_source(fd.get(), 0, bytes);
  TRY_ASSIGN(Decompressed plain, decompress(*stored, options.limits));
  uint64_t read_bytes = 0;
  TRY_ASSIGN(Digest diff_id, measure(*plain.bytes, read_bytes, options));
  TRY(complete(info, diff_id, "root file system from an archive", options.limits));
  Images images;
  images.push_back(std::make_unique<RootArchive>(std::move(fd), bytes, std::move(info)));
  return images;
}

}  // namespace

Result<Images> open_rootfs(std::string_view rest, const OpenOptions& options) {
  std::string path(rest);

  struct stat status {};

  if (path != "-") {
    if (::stat(path.c_str(), &status) != 0) return errno_error(printable(path), errno);
    if (S_ISDIR(status.st_mode)) return open_root_folder(path, options);
  }
  Result<Images> images = open_root_archive(path, options);
  if (!images.ok()) return std::move(images).error().with(printable(path));
  return images;
}

}  // namespace whittle
