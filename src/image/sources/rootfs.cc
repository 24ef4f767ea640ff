// A folder as an image of one layer: a tar archive of it is made while it is read. Sorted, so the
// same folder gives the same layer. Other file systems mounted below it are left out, as are
// sockets, which tar has no type for.
#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "codec/digest.h"
#include "codec/tar.h"
#include "image/config.h"
#include "image/sources/openers.h"

namespace whittle {

namespace {

constexpr size_t kMaxDepth = 2'000;

// What the layer is made of: relative paths, sorted depth first; "" is the root.
struct Listing {
  fs::path root;
  std::vector<std::string> paths;
};

Result<std::vector<std::string>> sorted_names(const fs::path& folder) {
  std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(folder.c_str()), &::closedir);
  if (dir == nullptr) return errno_error(printable(folder.string()), errno);
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* item = ::readdir(dir.get());
    if (item == nullptr) break;
    std::string_view name = item->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return errno_error(printable(folder.string()), errno);
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::shared_ptr<const Listing>> list_folder(const fs::path& root,
                                                   const OpenOptions& options) {
  auto listing = std::make_shared<Listing>();
  listing->root = root;

  struct stat root_info {};

  if (::stat(root.c_str(), &root_info) != 0) return errno_error(printable(root.string()), errno);
  if (!S_ISDIR(root_info.st_mode)) {
    return Error(ErrorKind::Invalid, fmt::format("{} is not a folder", printable(root.string())));
  }
  std::vector<std::string> pending = {""};
  while (!pending.empty()) {
    TRY(options.cancel->check());
    std::string path = std::move(pending.back());
    pending.pop_back();
    listing->paths.push_back(path);
    if (listing->paths.size() > options.limits.max_entries) {
      return limit_error(printable(root.string()), &Limits::max_entries, options.limits);
    }

    struct stat info {};

    fs::path full = path.empty() ? root : root / path;
    if (!path.empty() && ::lstat(full.c_str(), &info) != 0)
      return errno_error(printable(full.string()), errno);
    bool is_folder = path.empty() || (S_ISDIR(info.st_mode) && info.st_dev == root_info.st_dev);
    if (!is_folder) continue;
    if (static_cast<size_t>(std::count(path.begin(), path.end(), '/')) > kMaxDepth) {
      return Error(ErrorKind::Limit,
                   fmt::format("{}: folders are nested too deep", printable(root.string())));
    }
    TRY_ASSIGN(std::vector<std::string> names, sorted_names(full));
    for (size_t i = names.size(); i-- > 0;)
      pending.push_back(path.empty() ? names[i] : path + "/" + names[i]);
  }
  return std::shared_ptr<const Listing>(std::move(listing));
}

Result<std::vector<TarXattr>> read_xattrs(const fs::path& path) {
  std::vector<TarXattr> xattrs;
  ssize_t size = ::llistxattr(path.c_str(), nullptr, 0);
  if (size <= 0) return xattrs;  // none, or a file system without them
  std::string list(static_cast<size_t>(size), '\0');
  size = ::llistxattr(path.c_str(), list.data(), list.size());
  if (size < 0) return errno_error(printable(path.string()), errno);
  list.resize(static_cast<size_t>(size));
  for (std::string_view name : split(list, '\0')) {
    if (name.empty() || name.starts_with("trusted.overlay.")) continue;
    std::string key(name);
    ssize_t n = ::lgetxattr(path.c_str(), key.c_str(), nullptr, 0);
    if (n < 0) continue;  // not for us to read
    std::string value(static_cast<size_t>(n), '\0');
    n = ::lgetxattr(path.c_str(), key.c_str(), value.data(), value.size());
    if (n < 0) return errno_error(printable(path.string()), errno);
    value.resize(static_cast<size_t>(n));
    xattrs.push_back({std::move(key), std::move(value)});
  }
  std::sort(xattrs.begin(), xattrs.end(), [](const TarXattr& a, const TarXattr& b) {
    return a.name < b.name;
  });
  return xattrs;
}

Result<std::string> read_link(const fs::path& path) {
  std::error_code error;
  fs::path target = fs::read_symlink(path, error);
  if (error) return errno_error(printable(path.string()), error.value());
  return target.string();
}

// The archive of a listing, as a stream.
class FolderTar : public ByteSource {
 public:
  explicit FolderTar(std::shared_ptr<const Listing> listing) : listing_(std::move(listing)) {}

  Result<size_t> read(MutableBytes into) override {
    for (;;) {
      if (at_ < ready_.size()) {
        size_t n = std::min(into.size(), ready_.size() - at_);
        std::memcpy(into.data(), ready_.data() + at_, n);
        at_ += n;
        return n;
      }
      if (file_left_ > 0) return read_file_bytes(into);
      if (is_ended_) return size_t{0};
      ready_.clear();
      at_ = 0;
      TRY(next_member());
    }
  }

 private:
  Result<size_t> read_file_bytes(MutableBytes into) {
    size_t wanted = static_cast<size_t>(std::min<uint64_t>(into.size(), file_left_));
    ssize_t n = ::read(file_.get(), into.data(), wanted);
    if (n < 0) return errno_error("cannot read", errno);
    if (n == 0)
      return Error(ErrorKind::Invalid,
                   fmt::format("{} became shorter while it was read", printable(name_)));
    file_left_ -= static_cast<uint64_t>(n);
    if (file_left_ == 0) file_.reset();
    return static_cast<size_t>(n);
  }

  // Puts the padding of the last member and the header of the next one into `ready_`.
  Status next_member() {
    ready_.assign(std::exchange(padding_, 0), '\0');
    if (next_ == listing_->paths.size()) {
      ready_ += tar_end();
      is_ended_ = true;
      return {};
    }
    const std::string& path = listing_->paths[next_++];
    fs::path full = path.empty() ? listing_->root : listing_->root / path;
    name_ = full.string();

    struct stat info {};

    int failed = path.empty() ? ::stat(full.c_str(), &info) : ::lstat(full.c_str(), &info);
    if (failed != 0) return errno_error(printable(name_), errno);
    if (S_ISSOCK(info.st_mode)) return {};
    TarEntry entry;
    TRY(fill(entry, path, full, info));
    ready_ += tar_header(entry);
    if (entry.size_bytes == 0) return {};
    TRY_ASSIGN(file_, open_read(full));
    file_left_ = entry.size_bytes;
    padding_ = tar_padding(entry.size_bytes);
    return {};
  }

  Status fill(TarEntry& entry,
              const std::string& path,
              const fs::path& full,
              const struct stat& info) {
    entry.path = path;
    entry.mode = info.st_mode & 07777;
    entry.uid = info.st_uid;
    entry.gid = info.st_gid;
    entry.mtime_seconds = info.st_mtim.tv_sec;
    entry.mtime_nanoseconds = static_cast<uint32_t>(info.st_mtim.tv_nsec);
    if (!S_ISDIR(info.st_mode) && info.st_nlink > 1) {
      auto [first, is_new] = inodes_.try_emplace({info.st_dev, info.st_ino}, path);
      if (!is_new) {
        entry.type = TarType::Hardlink;
        entry.link_target = first->second;
        return {};
      }
    }
    TRY_ASSIGN(entry.xattrs, read_xattrs(full));
    switch (info.st_mode & S_IFMT) {
      case S_IFDIR:
        entry.type = TarType::Directory;
        entry.path = path.empty() ? "./" : path + "/";
        break;
      case S_IFLNK: {
        entry.type = TarType::Symlink;
        TRY_ASSIGN(entry.link_target, read_link(full));
        break;
      }
      case S_IFCHR:
      case S_IFBLK:
        entry.type = S_ISCHR(info.st_mode) ? TarType::CharDevice : TarType::BlockDevice;
        entry.device_major = major(info.st_rdev);
        entry.device_minor = minor(info.st_rdev);
        break;
      case S_IFIFO:
        entry.type = TarType::Fifo;
        break;
      default:
        entry.size_bytes = static_cast<uint64_t>(info.st_size);
        break;
    }
    return {};
  }

  std::shared_ptr<const Listing> listing_;
  size_t next_ = 0;
  std::map<std::pair<dev_t, ino_t>, std::string> inodes_;
  std::string ready_;
  size_t at_ = 0;
  std::string name_;
  UniqueFd file_;
  uint64_t file_left_ = 0;
  size_t padding_ = 0;
  bool is_ended_ = false;
};

class RootfsImage : public Image {
 public:
  RootfsImage(std::shared_ptr<const Listing> listing, ImageInfo info)
      : listing_(std::move(listing)), info_(std::move(info)) {}

  const ImageInfo& info() const override { return info_; }

  Result<std::unique_ptr<ByteSource>> open_layer(size_t index) const override {
    CHECK(index == 0);
    return std::unique_ptr<ByteSource>(std::make_unique<FolderTar>(listing_));
  }

 private:
  std::shared_ptr<const Listing> listing_;
  ImageInfo info_;
};

// The digest of the archive: the folder is read once for it.
Result<Digest> measure(const std::shared_ptr<const Listing>& listing,
                       uint64_t& bytes,
                       const OpenOptions& options) {
  options.progress->phase("reading the folder", 0, "B");
  FolderTar tar(listing);
  Hasher hasher;
  std::vector<std::byte> buffer(256 * 1024);
  for (;;) {
    TRY(options.cancel->check());
    TRY_ASSIGN(size_t n, tar.read(buffer));
    if (n == 0) return hasher.finish();
    hasher.update({reinterpret_cast<const char*>(buffer.data()), n});
    bytes += n;
    options.progress->update(bytes);
  }
}

Result<ImageConfig> config_for(const Digest& diff_id, const Limits& limits) {
  Platform platform = host_platform();
  nlohmann::json config = {{"architecture", platform.architecture},
                           {"os", platform.os},
                           {"config", nlohmann::json::object()},
                           {"rootfs", {{"type", "layers"}, {"diff_ids", {diff_id}}}},
                           {"history", {{{"created_by", "root file system from a folder"}}}}};
  if (!platform.variant.empty()) config["variant"] = platform.variant;
  return parse_image_config(config.dump(), limits);
}

}  // namespace

Result<Images> open_rootfs(std::string_view rest, const OpenOptions& options) {
  TRY_ASSIGN(std::shared_ptr<const Listing> listing, list_folder(fs::path(rest), options));
  ImageInfo info;
  Layer& layer = info.layers.emplace_back();
  TRY_ASSIGN(Digest diff_id, measure(listing, layer.blob.size, options));
  TRY_ASSIGN(info.config, config_for(diff_id, options.limits));
  TRY(attach_config(info.config, info.layers));
  info.config_digest = digest_of(info.config.raw_json);
  Images images;
  images.push_back(std::make_unique<RootfsImage>(std::move(listing), std::move(info)));
  return images;
}

}  // namespace whittle
