#include "context/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <numeric>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr int kReadFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

// The bytes of a regular file, in `buffer`, which grows as is needed and keeps its size.
Result<std::string_view> read_regular(int fd,
                                      std::string_view path,
                                      uint64_t max_bytes,
                                      std::string& buffer) {
  struct stat info {};

  std::string name = printable(path);
  if (::fstat(fd, &info) != 0) return errno_error("cannot read " + name, errno);
  if (!S_ISREG(info.st_mode)) return Error(ErrorKind::Invalid, name + " is no regular file");
  // One byte more than there are: it shows the end, or that the limit is passed.
  uint64_t expected = std::min(static_cast<uint64_t>(info.st_size), max_bytes) + 1;
  if (buffer.size() < expected) buffer.resize(expected);
  size_t size = 0;
  while (true) {
    if (size == buffer.size()) buffer.resize(2 * size);
    ssize_t n = ::read(fd, buffer.data() + size, buffer.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno_error("cannot read " + name, errno);
    if (n == 0) return std::string_view(buffer).substr(0, size);
    size += static_cast<size_t>(n);
    if (size > max_bytes) {
      return Error(ErrorKind::Limit,
                   fmt::format("{} is larger than {}", name, format_bytes(max_bytes)));
    }
  }
}

Result<std::string> read_regular(int fd, std::string_view path, uint64_t max_bytes) {
  std::string bytes;
  TRY_ASSIGN(std::string_view read, read_regular(fd, path, max_bytes, bytes));
  bytes.resize(read.size());
  return bytes;
}

// Opens below `root` with links that stay below it; -1 and errno otherwise.
int open_in_root(int root, const std::string& path) {
  struct open_how how {};

  how.flags = static_cast<uint64_t>(kReadFlags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how));
}

Result<UniqueFd> open_beneath(int root, std::string_view path) {
  if (!is_clean_relative(path)) {
    return Error(ErrorKind::Usage, printable(path) + " is not a path inside the build context");
  }
  std::string_view name = path;
  TRY_ASSIGN(UniqueFd dir, open_parent(root, name));
  UniqueFd fd(::openat(dir.get(), std::string(name).c_str(), kReadFlags | O_NOFOLLOW));
  if (!fd.is_open() && errno == ELOOP)
    return Error(ErrorKind::Invalid, printable(path) + " is a symbolic link");
  if (!fd.is_open()) return errno_error("cannot open " + printable(path), errno);
  return fd;
}

}  // namespace

bool is_clean_relative(std::string_view path) {
  return !path.empty() && path[0] != '/' && path != ".." && !path.starts_with("../") &&
         clean_path(path) == path;
}

Result<UniqueFd> open_parent(int root, std::string_view& path) {
  UniqueFd dir(::fcntl(root, F_DUPFD_CLOEXEC, 0));
  std::string whole = printable(path);
  while (dir.is_open()) {
    size_t slash = path.find('/');
    if (slash == std::string_view::npos) return dir;
    std::string name(path.substr(0, slash));
    dir.reset(::openat(dir.get(), name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    path.remove_prefix(slash + 1);
  }
  if (errno == ENOTDIR || errno == ELOOP) {
    return Error(ErrorKind::Invalid, whole + " leads through something that is no folder");
  }
  return errno_error("cannot open " + whole, errno);
}

Result<std::string> read_beneath(int root, std::string_view path, uint64_t max_bytes) {
  TRY_ASSIGN(UniqueFd fd, open_beneath(root, path));
  return read_regular(fd.get(), path, max_bytes);
}

Result<std::string_view> read_beneath(int root,
                                      std::string_view path,
                                      uint64_t max_bytes,
                                      std::string& buffer) {
  TRY_ASSIGN(UniqueFd fd, open_beneath(root, path));
  return read_regular(fd.get(), path, max_bytes, buffer);
}

Result<std::string> read_following(int root, const std::string& path, uint64_t max_bytes) {
  bool is_elsewhere = !is_clean_relative(clean_path(path));
  UniqueFd fd(is_elsewhere ? ::openat(root, path.c_str(), kReadFlags) : open_in_root(root, path));
  if (!fd.is_open() && !is_elsewhere &&
      (errno == ENOSYS || errno == EPERM)) {  // an old kernel, or filtered
    return read_beneath(root, clean_path(path), max_bytes);
  }
  if (!fd.is_open() && errno == EXDEV) {
    return Error(ErrorKind::Invalid,
                 printable(path) + " is a symbolic link out of the build context");
  }
  if (!fd.is_open() && errno == ENOTDIR)
    return Error(ErrorKind::NotFound, printable(path) + " is not there");
  if (!fd.is_open()) return errno_error("cannot open " + printable(path), errno);
  return read_regular(fd.get(), path, max_bytes);
}

Result<std::string> read_link_at(int dir, const char* name) {
  std::string target(PATH_MAX, '\0');
  ssize_t size = ::readlinkat(dir, name, target.data(), target.size());
  if (size < 0) return errno_error("cannot read the link " + printable(name), errno);
  target.resize(static_cast<size_t>(size));
  return target;
}

std::vector<size_t> tree_order(const std::vector<ContextFile>& files) {
  auto rank = [](char c) { return c == '/' ? 0 : static_cast<int>(static_cast<unsigned char>(c)); };
  std::vector<size_t> order(files.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return std::lexicographical_compare(files[a].path.begin(),
                                        files[a].path.end(),
                                        files[b].path.begin(),
                                        files[b].path.end(),
                                        [&](char x, char y) { return rank(x) < rank(y); });
  });
  return order;
}

}  // namespace whittle
