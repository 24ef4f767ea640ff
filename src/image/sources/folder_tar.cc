#include "image/sources/folder_tar.h"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <map>

#include "base/strings.h"
#include "codec/tar.h"
#include "image/index_builder.h"

namespace whittle {

namespace {

constexpr size_t kMaxDepth = 2'000;
constexpr std::string_view kWhiteout = ".wh.";
constexpr std::string_view kOpaque = ".wh..wh..opq";

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

Result<std::vector<TarXattr>> read_xattrs(const fs::path& path) {
  std::vector<TarXattr> xattrs;
  ssize_t size = ::llistxattr(path.c_str(), nullptr, 0);
  if (size <= 0) return xattrs;  // none, or a file system without them
  std::string list(static_cast<size_t>(size), '\0');
  size = ::llistxattr(path.c_str(), list.data(), list.size());
  if (size < 0) return errno_error(printable(path.string()), errno);
  list.resize(static_cast<size_t>(size));
  for (std::string_view name : split(list, '\0')) {
    if (name.empty()) continue;
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

// Takes an attribute away; nullopt if it is not there.
std::optional<std::string> take(std::vector<TarXattr>& xattrs, std::string_view name) {
  for (size_t i = 0; i < xattrs.size(); ++i) {
    if (xattrs[i].name != name) continue;
    std::string value = std::move(xattrs[i].value);
    xattrs.erase(xattrs.begin() + static_cast<ptrdiff_t>(i));
    return value;
  }
  return std::nullopt;
}

// "UID:GID:MODE[:TYPE...]" of `user.containers.override_stat` (containers-storage, pkg/idtools).
void override_stat(std::string_view value, TarEntry& entry) {
  std::vector<std::string_view> parts = split(value, ':');
  if (parts.size() < 3) return;
  std::optional<uint64_t> uid = parse_u64(parts[0]);
  std::optional<uint64_t> gid = parse_u64(parts[1]);
  uint32_t mode = 0;
  for (char c : parts[2]) {
    if (c < '0' || c > '7' || mode > 07777) return;
    mode = mode * 8 + static_cast<uint32_t>(c - '0');
  }
  if (!uid || !gid || *uid > UINT32_MAX || *gid > UINT32_MAX) return;
  entry.uid = static_cast<uint32_t>(*uid);
  entry.gid = static_cast<uint32_t>(*gid);
  entry.mode = mode & 07777;
}

// The members of the archive, one after the other.
class Members {
 public:
  Members(const FolderListing& listing, FolderKind kind) : listing_(listing), kind_(kind) {}

  // False at the end. `file` is where the content of a regular file lies.
  Result<bool> next(TarEntry& entry, fs::path& file) {
    for (;;) {
      if (!extra_.empty()) {
        entry = std::move(extra_.front());
        extra_.pop_front();
        return true;
      }
      if (next_ == listing_.paths.size()) return false;
      const std::string& path = listing_.paths[next_++];
      file = path.empty() ? listing_.root : listing_.root / path;

      struct stat info {};

      int failed = path.empty() ? ::stat(file.c_str(), &info) : ::lstat(file.c_str(), &info);
      if (failed != 0) return errno_error(printable(file.string()), errno);
      if (S_ISSOCK(info.st_mode)) continue;
      entry = {};
      TRY(fill(entry, path, file, info));
      if (kind_ == FolderKind::Overlay) from_overlay(entry, path);
      return true;
    }
  }

 private:
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
    bool is_whiteout = kind_ == FolderKind::Overlay && S_ISCHR(info.st_mode) && info.st_rdev == 0;
    if (!S_ISDIR(info.st_mode) && info.st_nlink > 1 && !is_whiteout) {
      auto [first, is_new] = inodes_.try_emplace({info.st_dev, info.st_ino}, path);
      if (!is_new) {
        entry.type = TarType::Hardlink;
        entry.link_target = first->second;
        return {};
      }
    }
    TRY_ASSIGN(entry.xattrs, read_xattrs(full));
    return fill_type(entry, path, full, info);
  }

  static Status fill_type(TarEntry& entry,
                          const std::string& path,
                          const fs::path& full,
                          const struct stat& info) {
    switch (info.st_mode & S_IFMT) {
      case S_IFDIR:
        entry.type = TarType::Directory;
        entry.path = path.empty() ? "./" : path + "/";
        return {};
      case S_IFLNK: {
        entry.type = TarType::Symlink;
        TRY_ASSIGN(entry.link_target, read_link(full));
        return {};
      }
      case S_IFCHR:
      case S_IFBLK:
        entry.type = S_ISCHR(info.st_mode) ? TarType::CharDevice : TarType::BlockDevice;
        entry.device_major = major(info.st_rdev);
        entry.device_minor = minor(info.st_rdev);
        return {};
      case S_IFIFO:
        entry.type = TarType::Fifo;
        return {};
      default:
        entry.size_bytes = static_cast<uint64_t>(info.st_size);
        return {};
    }
  }

  // Overlayfs' own marks to those of OCI layers.
  void from_overlay(TarEntry& entry, const std::string& path) {
    bool is_deleted =
        entry.type == TarType::CharDevice && entry.device_major == 0 && entry.device_minor == 0;
    bool is_opaque = false;
    for (std::string_view space : {"trusted", "user"}) {
      std::string prefix = std::string(space) + ".overlay.";
      is_opaque |= take(entry.xattrs, prefix + "opaque") == "y";
      is_deleted |= take(entry.xattrs, prefix + "whiteout") && entry.type == TarType::File &&
                    entry.size_bytes == 0;
      std::erase_if(entry.xattrs,
                    [&](const TarXattr& xattr) { return xattr.name.starts_with(prefix); });
    }
    if (std::optional<std::string> stat = take(entry.xattrs, "user.containers.override_stat"))
      override_stat(*stat, entry);
    if (is_deleted) {
      TarEntry whiteout;
      whiteout.path = path;
      whiteout.path.insert(path.rfind('/') + 1, kWhiteout);
      whiteout.mtime_seconds = entry.mtime_seconds;
      entry = std::move(whiteout);
      return;
    }
    if (!is_opaque || entry.type != TarType::Directory) return;
    TarEntry& opaque = extra_.emplace_back();
    opaque.path = path.empty() ? std::string(kOpaque) : path + "/" + std::string(kOpaque);
  }

  const FolderListing& listing_;
  FolderKind kind_;
  size_t next_ = 0;
  std::map<std::pair<dev_t, ino_t>, std::string> inodes_;
  std::deque<TarEntry> extra_;
};

class FolderTar : public ByteSource {
 public:
  FolderTar(std::shared_ptr<const FolderListing> listing, FolderKind kind)
      : listing_(std::move(listing)), members_(*listing_, kind) {}

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
    TarEntry entry;
    fs::path full;
    TRY_ASSIGN(bool is_there, members_.next(entry, full));
    if (!is_there) {
      ready_ += tar_end();
      is_ended_ = true;
      return {};
    }
    name_ = full.string();
    ready_ += tar_header(entry);
    if (entry.size_bytes == 0) return {};
    TRY_ASSIGN(file_, open_read(full));
    file_left_ = entry.size_bytes;
    padding_ = tar_padding(entry.size_bytes);
    return {};
  }

  std::shared_ptr<const FolderListing> listing_;
  Members members_;
  std::string ready_;
  size_t at_ = 0;
  std::string name_;
  UniqueFd file_;
  uint64_t file_left_ = 0;
  size_t padding_ = 0;
  bool is_ended_ = false;
};

}  // namespace

Result<std::shared_ptr<const FolderListing>> list_folder(const fs::path& root,
                                                         const OpenOptions& options) {
  auto listing = std::make_shared<FolderListing>();
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
  return std::shared_ptr<const FolderListing>(std::move(listing));
}

std::unique_ptr<ByteSource> folder_tar(std::shared_ptr<const FolderListing> listing,
                                       FolderKind kind) {
  return std::make_unique<FolderTar>(std::move(listing), kind);
}

Result<LayerIndex> index_folder(const FolderListing& listing, FolderKind kind) {
  Members members(listing, kind);
  IndexBuilder builder;
  TarEntry entry;
  fs::path file;
  for (;;) {
    TRY_ASSIGN(bool is_there, members.next(entry, file));
    if (!is_there) break;
    TRY(builder.add(entry));
  }
  LayerIndex index = builder.finish();
  index.is_listed = true;
  return index;
}

}  // namespace whittle
