#include "sensor/paths.h"

#include <linux/fcntl.h>
#include <linux/stat.h>

namespace whittle::sensor {

Found look_up(const char* path, bool follow) {
  static struct statx found;
  long flags = follow ? 0 : AT_SYMLINK_NOFOLLOW;
  long result = call(__NR_statx, kHere, path, flags | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &found);
  Found out;
  if (result < 0) {
    out.error = -result;
    return out;
  }
  out.mode = found.stx_mode;
  out.user = found.stx_uid;
  out.group = found.stx_gid;
  return out;
}

void folder_of(const Path& path, Path& out) {
  size_t end = path.size();
  while (end > 0 && path[end - 1] != '/') --end;
  out.cut(0);
  out.add(path.c_str(), end > 1 ? end - 1 : 1);
}

bool is_pseudo(const char* path) {
  for (const char* start : {"/proc", "/sys", "/dev"}) {
    if (!starts_with(path, start)) continue;
    char next = path[length(start)];
    if (next == '\0' || next == '/') return true;
  }
  return false;
}

long follow(const char* root, Path& path) {
  static Path full;
  full.cut(0);
  full.add(root).add(path.c_str(), path.size());
  if (full.size() == 0) full.add("/");
  long fd = call(__NR_openat, kHere, full.c_str(), O_PATH | O_CLOEXEC, 0);
  if (fd < 0) return fd;
  Text<32> name("/proc/self/fd/");
  name.add_number(static_cast<uint64_t>(fd));
  long n = read_link(name.c_str(), full);
  call(__NR_close, fd);
  if (n < 0) return n;
  size_t skip = starts_with(full.c_str(), root) ? length(root) : 0;
  path.cut(0);
  path.add(full.c_str() + skip, full.size() - skip);
  if (path.size() == 1) path.cut(0);  // the root: parts are added as "/part"
  return n;
}

}  // namespace whittle::sensor
