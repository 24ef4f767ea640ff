#include "base/rooted.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/strings.h"

namespace whittle {

namespace {

// Component by component without links: for kernels before 5.6.
Result<UniqueFd> open_without_links(int root, std::string_view path, int flags) {
  UniqueFd at(::openat(root, ".", O_PATH | O_DIRECTORY | O_CLOEXEC));
  std::string clean = clean_path("/" + std::string(path));
  std::vector<std::string_view> parts;
  for (std::string_view part : split(clean, '/')) {
    if (!part.empty()) parts.push_back(part);
  }
  for (size_t i = 0; i < parts.size() && at.is_open(); ++i) {
    bool last = i + 1 == parts.size();
    int how = last ? flags : O_PATH | O_DIRECTORY;
    at.reset(::openat(at.get(), std::string(parts[i]).c_str(), how | O_NOFOLLOW | O_CLOEXEC));
  }
  if (!at.is_open()) return errno_error("cannot open " + printable(path), errno);
  return at;
}

}  // namespace

Result<UniqueFd> open_in_root(const fs::path& root, std::string_view path, int flags) {
  UniqueFd folder(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) return errno_error("cannot open " + printable(root.string()), errno);
  open_how how{};
  how.flags = static_cast<decltype(how.flags)>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  std::string name(path);
  long fd = ::syscall(SYS_openat2, folder.get(), name.c_str(), &how, sizeof how);
  if (fd >= 0) return UniqueFd(static_cast<int>(fd));
  if (errno == ENOSYS || errno == EPERM) return open_without_links(folder.get(), path, flags);
  return errno_error("cannot open " + printable(path), errno);
}

Result<std::string> read_in_root(const fs::path& root, std::string_view path, uint64_t max_bytes) {
  Result<UniqueFd> fd = open_in_root(root, path, O_RDONLY | O_NONBLOCK);
  if (!fd.ok() && fd.error().kind() == ErrorKind::NotFound) return std::string();
  TRY_ASSIGN(UniqueFd file, std::move(fd));
  std::error_code error;
  fs::path name = fmt::format("/proc/self/fd/{}", file.get());
  if (!fs::is_regular_file(name, error)) return std::string();
  return read_file(name, max_bytes);
}

}  // namespace whittle
