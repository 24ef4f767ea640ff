// Looking at a stopped thread of the traced program: its memory, folders, program, and rights.
#pragma once

#include <stdint.h>

#include "sensor/protocol.h"
#include "sensor/system.h"

namespace whittle::sensor {

using Path = Text<kMaxPath + 256>;

// Who a thread acts as.
struct Rights {
  uint32_t user = 0;
  uint32_t group = 0;
  uint64_t capabilities = 0;  // effective
  bool is_known = false;
  uint32_t groups[64] = {};
  unsigned group_count = 0;

  bool has_group(uint32_t wanted) const;
};

// All functions return 0 or more, or -errno.
class Target {
 public:
  explicit Target(int tid) : tid_(tid) {}

  int tid() const { return tid_; }

  long read(uint64_t address, void* to, size_t size) const;
  // A zero-terminated text; -ENAMETOOLONG beyond PATH_MAX.
  long read_text(uint64_t address, Path& to) const;
  // The folder behind a descriptor, or the current one for kHere.
  long folder(int fd, Path& to) const;
  long executable(Path& to) const;
  // The root folder, "" for the usual one.
  long root(Path& to) const;
  Rights rights() const;

 private:
  long link(const char* name, Path& to) const;
  template <typename Look>
  long as_target(Look look) const;

  int tid_;
};

// The target of a symbolic link; its length or -errno.
long read_link(const char* path, Path& to);

}  // namespace whittle::sensor
