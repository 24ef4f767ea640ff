#include "sensor/system.h"

#include <linux/fcntl.h>
#include <linux/mman.h>

// What compilers call by themselves. (Compiled so that these loops do not become calls of
// themselves.)
extern "C" {

void* memset(void* to, int value, size_t n) {
  char* bytes = static_cast<char*>(to);
  for (size_t i = 0; i < n; ++i) bytes[i] = static_cast<char>(value);
  return to;
}

void* memcpy(void* to, const void* from, size_t n) {
  char* out = static_cast<char*>(to);
  const char* in = static_cast<const char*>(from);
  for (size_t i = 0; i < n; ++i) out[i] = in[i];
  return to;
}
}

namespace whittle::sensor {

void* allocate(size_t bytes) {
  long at = call(__NR_mmap, 0L, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L);
  return at < 0 && at > -4096 ? nullptr : reinterpret_cast<void*>(at);
}

void release(void* memory, size_t bytes) {
  if (memory != nullptr) call(__NR_munmap, memory, bytes);
}

long parse_number(const char* text) {
  if (*text < '0' || *text > '9') return -1;
  long value = 0;
  for (; *text >= '0' && *text <= '9' && value < (1L << 40); ++text)
    value = value * 10 + (*text - '0');
  return value;
}

long read_whole(const char* path, char* to, size_t capacity) {
  long fd = call(__NR_openat, kHere, path, O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) return fd;
  size_t size = 0;
  while (size + 1 < capacity) {
    long n = call(__NR_read, fd, to + size, capacity - 1 - size);
    if (n <= 0) break;
    size += static_cast<size_t>(n);
  }
  call(__NR_close, fd);
  to[size] = '\0';
  return static_cast<long>(size);
}

void complain(const char* text, const char* detail) {
  Text<512> line("whittle-sensor: ");
  line.add(text);
  if (*detail != '\0') line.add(": ").add(detail);
  line.add("\n");
  call(__NR_write, 2, line.c_str(), line.size());
}

}  // namespace whittle::sensor
