#include "base/fs.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/limits.h"
#include "base/strings.h"

namespace whittle {

void UniqueFd::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

Result<UniqueFd> open_read(const fs::path& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) return errno_error("cannot open " + printable(path.string()), errno);
  return fd;
}

Result<std::string> read_file(const fs::path& path, uint64_t max_bytes) {
  TRY_ASSIGN(UniqueFd fd, open_read(path));
  std::string name = printable(path.string());
  std::string bytes;

  struct stat info {};

  if (::fstat(fd.get(), &info) == 0 && S_ISREG(info.st_mode)) {
    bytes.reserve(std::min<uint64_t>(static_cast<uint64_t>(info.st_size), max_bytes) + 1);
  }
  char buffer[64 * 1024];
  for (;;) {
    ssize_t n = ::read(fd.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno_error("cannot read " + name, errno);
    if (n == 0) return bytes;
    if (bytes.size() + static_cast<size_t>(n) > max_bytes) {
      return Error(ErrorKind::Limit,
                   fmt::format("{} is larger than {}", name, format_bytes(max_bytes)));
    }
    bytes.append(buffer, static_cast<size_t>(n));
  }
}

Status write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno_error("cannot write", errno);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

namespace {

// Fills and syncs the temporary file of write_file_atomic.
Status fill(int fd, std::string_view bytes, mode_t mode) {
  TRY(write_all(fd, bytes));
  if (::fchmod(fd, mode) != 0) return errno_error("cannot set the mode", errno);
  if (::fsync(fd) != 0) return errno_error("cannot sync", errno);
  return {};
}

// An open file of this process under a name: /dev/stdout, /dev/fd/3, /proc/self/fd/3.
bool is_descriptor(const fs::path& path) {
  std::string text = path.lexically_normal().string();
  return text.starts_with("/dev/std") || text.starts_with("/dev/fd/") || text.starts_with("/proc/");
}

// Into a device, a pipe or an open file: there is nothing that could be replaced.
Status write_into(const fs::path& path, std::string_view bytes) {
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd.is_open()) return errno_error("cannot open it", errno);
  return write_all(fd.get(), bytes);
}

}  // namespace

Status write_file_atomic(const fs::path& path, std::string_view bytes) {
  std::string name = printable(path.string());

  struct stat old {};

  bool is_there = ::stat(path.c_str(), &old) == 0;
  if (is_there && (!S_ISREG(old.st_mode) || is_descriptor(path))) {
    Status written = write_into(path, bytes);
    if (!written.ok()) return std::move(written).error().with("cannot write " + name);
    return {};
  }
  mode_t mode = is_there ? (old.st_mode & 07777) : 0644;
  std::error_code ignored;
  fs::path target = fs::is_symlink(path, ignored) ? fs::weakly_canonical(path, ignored) : path;
  std::string temp = target.string() + ".whittle-XXXXXX";
  UniqueFd fd(::mkostemp(temp.data(), O_CLOEXEC));
  if (!fd.is_open()) return errno_error("cannot write " + name, errno);
  Status written = fill(fd.get(), bytes, mode);
  if (written.ok() && ::rename(temp.c_str(), target.c_str()) != 0) {
    written = errno_error("cannot replace the file", errno);
  }
  if (!written.ok()) {
    ::unlink(temp.c_str());
    return std::move(written).error().with("cannot write " + name);
  }
  return {};
}

Status make_dirs(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return errno_error("cannot create " + printable(path.string()), error.value());
  return {};
}

fs::path temp_root() {
  const char* dir = std::getenv("TMPDIR");
  return dir != nullptr && *dir != '\0' ? fs::path(dir) : fs::path("/tmp");
}

Result<UniqueFd> open_unnamed_temp() {
  UniqueFd fd(::open(temp_root().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (fd.is_open()) return fd;
  std::string name = (temp_root() / "whittle-XXXXXX").string();
  fd.reset(::mkostemp(name.data(), O_CLOEXEC));
  if (!fd.is_open()) {
    return errno_error("cannot make a temporary file in " + temp_root().string(), errno);
  }
  ::unlink(name.c_str());
  return fd;
}

std::vector<fs::path> find_programs(std::string_view name) {
  std::vector<fs::path> found;
  auto consider = [&](const fs::path& path) {
    std::error_code ignored;
    if (::access(path.c_str(), X_OK) != 0 || !fs::is_regular_file(path, ignored)) return;
    if (std::find(found.begin(), found.end(), path) == found.end()) found.push_back(path);
  };
  if (contains(name, "/")) {
    consider(fs::path(name));
    return found;
  }
  const char* path = std::getenv("PATH");
  for (std::string_view dir : split(path == nullptr ? "/usr/bin:/bin" : path, ':')) {
    if (!dir.empty()) consider(fs::path(dir) / name);
  }
  return found;
}

fs::path find_program(std::string_view name) {
  std::vector<fs::path> all = find_programs(name);
  return all.empty() ? fs::path() : all.front();
}

std::string clean_path(std::string_view path) {
  bool absolute = !path.empty() && path.front() == '/';
  std::vector<std::string> parts;
  for (std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (part != ".." || !absolute) {
      parts.emplace_back(part);
    }
  }
  return (absolute ? "/" : "") + join(parts, "/");
}

Result<TempDir> TempDir::make(std::string_view prefix) {
  std::string name = (temp_root() / ("whittle-" + std::string(prefix) + "-XXXXXX")).string();
  if (::mkdtemp(name.data()) == nullptr) {
    return errno_error("cannot make a temporary folder in " + temp_root().string(), errno);
  }
  return TempDir(fs::path(name));
}

TempDir& TempDir::operator=(TempDir&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

TempDir::~TempDir() {
  if (path_.empty()) return;
  std::error_code error;
  fs::remove_all(path_, error);
  if (!error) return;
  for (fs::recursive_directory_iterator it(path_, error), end; !error && it != end;
       it.increment(error)) {
    std::error_code ignored;
    if (it->is_directory(ignored) && !it->is_symlink(ignored)) {
      fs::permissions(it->path(), fs::perms::owner_all, fs::perm_options::add, ignored);
    }
  }
  fs::remove_all(path_, error);
}

}  // namespace whittle
