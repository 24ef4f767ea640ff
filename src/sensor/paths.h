// Paths as a program names them, made absolute.
#pragma once

#include <initializer_list>

#include "sensor/target.h"

namespace whittle::sensor {

// What stands behind a path.
struct Found {
  long error = 0;  // errno; 0 when it is there
  uint16_t mode = 0;
  uint32_t user = 0;
  uint32_t group = 0;

  bool is_folder() const { return (mode & 0170000) == 0040000; }
};

Found look_up(const char* path, bool follow);

// `path` seen from `base`, absolute, without empty parts and ".". A ".." goes to the folder above
// the one that its path leads to, links followed, as the kernel does; what stood before it is given
// to `on_passed` (it was looked up, too). `root`: put before a path for looking, "" mostly.
template <typename OnPassed>
void make_absolute(
    const char* base, const char* path, const char* root, Path& out, OnPassed on_passed);

// The folder of an absolute path; "/" for that of a name in the root.
void folder_of(const Path& path, Path& out);

// In a file system of the kernel's own: /proc, /sys, /dev.
bool is_pseudo(const char* path);

// Replaces `path` by the one it leads to. -errno if it leads nowhere.
long follow(const char* root, Path& path);

template <typename OnPassed>
void make_absolute(
    const char* base, const char* path, const char* root, Path& out, OnPassed on_passed) {
  out.cut(0);
  for (const char* source : {path[0] == '/' ? "" : base, path}) {
    while (*source != '\0') {
      while (*source == '/') ++source;
      size_t n = 0;
      while (source[n] != '\0' && source[n] != '/') ++n;
      if (n == 2 && source[0] == '.' && source[1] == '.') {
        if (out.size() > 0) on_passed(out);
        if (follow(root, out) < 0) out.cut(out.size());  // the look-up fails; the rest by its words
        size_t end = out.size();
        while (end > 0 && out[end - 1] != '/') --end;
        out.cut(end > 0 ? end - 1 : 0);
      } else if (n > 0 && !(n == 1 && source[0] == '.')) {
        out.add("/").add(source, n);
      }
      source += n;
    }
  }
  if (out.size() == 0) out.add("/");
}

}  // namespace whittle::sensor
