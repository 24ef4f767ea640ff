#include "image/cache.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <vector>

#include "base/limits.h"
#include "codec/digest.h"
#include "image/index_file.h"

namespace whittle {

namespace {

constexpr uint64_t kUnknown = UINT64_MAX;
constexpr std::string_view kTempMark = ".new-";
constexpr auto kTempLife = std::chrono::hours(1);
constexpr auto kTouchEvery = std::chrono::minutes(10);

// Gone when it is not put in its place.
class NewFile {
 public:
  explicit NewFile(const fs::path& place)
      : place_(place), name_((place.parent_path() / kTempMark).string() + "XXXXXX") {
    fd_.reset(::mkostemp(name_.data(), O_CLOEXEC));  // mode 0600
  }

  ~NewFile() {
    if (fd_.is_open()) ::unlink(name_.c_str());
  }

  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  int fd() const { return fd_.get(); }

  bool commit() {
    if (::rename(name_.c_str(), place_.c_str()) != 0) return false;
    fd_.reset();
    return true;
  }

 private:
  fs::path place_;
  std::string name_;
  UniqueFd fd_;
};

struct Stored {
  fs::file_time_type used;
  uint64_t size = 0;
  fs::path path;
};

// What lies in the cache. Files that a crash left behind half-made are removed on the way.
std::vector<Stored> list_files(const fs::path& folder) {
  std::vector<Stored> files;
  std::error_code error;
  auto too_old = fs::file_time_type::clock::now() - kTempLife;
  for (const char* kind : {"layers", "blobs"}) {
    fs::recursive_directory_iterator at(folder / kind, error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
      struct stat info {};

      if (::lstat(at->path().c_str(), &info) != 0 || !S_ISREG(info.st_mode)) continue;
      std::error_code gone;
      fs::file_time_type used = at->last_write_time(gone);
      bool is_temp = at->path().filename().string().starts_with(kTempMark);
      if (is_temp && used < too_old) fs::remove(at->path(), gone);
      if (is_temp || gone) continue;
      files.push_back({used, static_cast<uint64_t>(info.st_size), at->path()});
    }
  }
  return files;
}

class FolderCache : public LayerCache {
 public:
  FolderCache(fs::path folder, uint64_t max_bytes)
      : folder_(std::move(folder)), max_bytes_(max_bytes) {}

  const fs::path& folder() const override { return folder_; }

  std::optional<LayerIndex> find(const Digest& diff_id,
                                 const KeptTopics& topics,
                                 bool needs_hashes,
                                 bool needs_verified) const override {
    for (bool is_verified : {true, false}) {
      if (!is_verified && needs_verified) break;
      std::optional<LayerIndex> found = load(layer_place(diff_id, is_verified), topics);
      bool fits = found && found->diff_id == diff_id && found->is_verified == is_verified &&
                  (found->has_hashes || !needs_hashes);
      if (fits) return found;
    }
    return std::nullopt;
  }

  void store(const LayerIndex& index, const KeptTopics& topics) const override {
    if (index.is_listed || index.is_unread) return;
    fs::path place = layer_place(index.diff_id, index.is_verified);
    std::optional<IndexFile> older = load_file(place);
    if (older && has_same_entries(older->index, index)) {
      IndexFile both{index, topics};
      add_from(*older, both);
      put(place, [&](int fd) { return write_index(fd, both.index, both.topics).ok(); });
    } else {
      put(place, [&](int fd) { return write_index(fd, index, topics).ok(); });
    }
  }

  std::optional<std::string> find_blob(const Digest& digest) const override {
    fs::path place = blob_place(digest);
    if (place.empty()) return std::nullopt;
    Result<std::string> bytes = read_file(place, kDefaultMaxJsonBytes);
    bool is_sound = bytes.ok() && digest_of(*bytes, *digest_algorithm(digest)) == digest;
    if (!is_sound) return std::nullopt;
    touch(AT_FDCWD, place.c_str());
    return std::move(*bytes);
  }

  void store_blob(const Digest& digest, std::string_view bytes) const override {
    if (bytes.size() > kDefaultMaxJsonBytes) return;
    put(blob_place(digest), [&](int fd) { return write_all(fd, bytes).ok(); });
  }

  uint64_t trim() const override {
    std::lock_guard lock(mutex_);
    return trim_to(max_bytes_);
  }

 private:
  // "" for what is no digest.
  fs::path place_of(const char* kind, const Digest& digest, std::string_view suffix) const {
    if (folder_.empty() || !digest_algorithm(digest)) return {};
    std::string hex(digest_hex(digest));
    return folder_ / kind / hex.substr(0, 2) / (hex + std::string(suffix));
  }

  fs::path layer_place(const Digest& diff_id, bool is_verified) const {
    return place_of("layers", diff_id, is_verified ? ".idx" : ".unverified.idx");
  }

  fs::path blob_place(const Digest& digest) const { return place_of("blobs", digest, ""); }

  static std::optional<IndexFile> load_file(const fs::path& place) {
    if (place.empty()) return std::nullopt;
    UniqueFd fd(::open(place.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!fd.is_open()) return std::nullopt;
    std::optional<IndexFile> file = read_index(fd.get());
    if (file) touch(fd.get(), nullptr);
    return file;
  }

  static std::optional<LayerIndex> load(const fs::path& place, const KeptTopics& topics) {
    std::optional<IndexFile> file = load_file(place);
    if (!file || !file->topics.serves(topics)) return std::nullopt;
    return std::move(file->index);
  }

  // Notes that it was used. Not every time: a file's time is written to the disk.
  static void touch(int fd, const char* path) {
    struct stat info {};

    bool is_known = (path == nullptr ? ::fstat(fd, &info) : ::stat(path, &info)) == 0;
    auto age = std::chrono::system_clock::now() -
               std::chrono::system_clock::from_time_t(is_known ? info.st_mtim.tv_sec : 0);
    if (age < kTouchEvery) return;
    if (path == nullptr) {
      ::futimens(fd, nullptr);
    } else {
      ::utimensat(fd, path, nullptr, 0);
    }
  }

  template <typename Write>
  void put(const fs::path& place, Write write) const {
    if (place.empty() || !make_folders(place.parent_path())) return;
    NewFile file(place);

    struct stat info {};

    if (file.fd() < 0 || !write(file.fd()) || ::fstat(file.fd(), &info) != 0 || !file.commit())
      return;
    std::lock_guard lock(mutex_);
    if (total_ != kUnknown) {
      total_ += static_cast<uint64_t>(info.st_size);
    } else {
      trim_to(max_bytes_);
    }
    // Some room below the bound, so that not every entry costs a look at all of them.
    if (total_ > max_bytes_) trim_to(max_bytes_ - max_bytes_ / 8);
  }

  // The cache's own folder and those below it are nobody else's business.
  bool make_folders(const fs::path& below) const {
    std::error_code error;
    if (fs::exists(below, error)) return true;
    fs::create_directories(folder_.parent_path(), error);
    for (const fs::path& path : {folder_, below.parent_path(), below}) {
      if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return false;
    }
    return true;
  }

  uint64_t trim_to(uint64_t max_bytes) const {
    std::vector<Stored> files = list_files(folder_);
    total_ = 0;
    for (const Stored& file : files) total_ += file.size;
    if (total_ <= max_bytes) return total_;
    std::sort(files.begin(), files.end(), [](const Stored& a, const Stored& b) {
      return std::tie(a.used, a.path) < std::tie(b.used, b.path);
    });
    for (const Stored& file : files) {
      if (total_ <= max_bytes) break;
      std::error_code error;
      fs::remove(file.path, error);
      if (!error) total_ -= file.size;
    }
    return total_;
  }

  fs::path folder_;
  uint64_t max_bytes_;
  mutable std::mutex mutex_;           // of total_, and while entries are removed
  mutable uint64_t total_ = kUnknown;  // as far as this process knows
};

std::string_view variable(const char* name) {
  const char* value = ::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

}  // namespace

fs::path LayerCache::default_folder() {
  if (std::string_view own = variable("WHITTLE_CACHE_DIR"); !own.empty()) return own;
  // The XDG specification has relative paths ignored.
  if (std::string_view base = variable("XDG_CACHE_HOME"); base.starts_with('/'))
    return fs::path(base) / "whittle";
  if (std::string_view home = variable("HOME"); !home.empty())
    return fs::path(home) / ".cache" / "whittle";
  return {};
}

std::shared_ptr<const LayerCache> LayerCache::open(fs::path folder, uint64_t max_bytes) {
  return std::make_shared<FolderCache>(std::move(folder), max_bytes);
}

}  // namespace whittle
