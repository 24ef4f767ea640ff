#include "sensor/target.h"

#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/uio.h>

namespace whittle::sensor {

namespace {

constexpr uint64_t kPage = 4096;
constexpr size_t kChunk = 256;

using ProcName = Text<64>;

ProcName proc_name(int tid, const char* name) {
  ProcName out("/proc/");
  out.add_number(static_cast<uint64_t>(tid)).add("/").add(name);
  return out;
}

// The text after "Name:\t" in /proc/PID/status; nullptr if there is no such line.
const char* field(const char* status, const char* name) {
  for (const char* line = status; *line != '\0';) {
    if (starts_with(line, name)) return line + length(name);
    while (*line != '\0' && *line != '\n') ++line;
    if (*line == '\n') ++line;
  }
  return nullptr;
}

const char* next_number(const char* at, uint32_t* value) {
  while (*at == '\t' || *at == ' ') ++at;
  long number = parse_number(at);
  if (number < 0) return nullptr;
  *value = static_cast<uint32_t>(number);
  while (*at >= '0' && *at <= '9') ++at;
  return at;
}

uint64_t parse_hex(const char* at) {
  uint64_t value = 0;
  while (*at == '\t' || *at == ' ') ++at;
  for (;; ++at) {
    if (*at >= '0' && *at <= '9') {
      value = value * 16 + static_cast<uint64_t>(*at - '0');
    } else if (*at >= 'a' && *at <= 'f') {
      value = value * 16 + static_cast<uint64_t>(*at - 'a' + 10);
    } else {
      return value;
    }
  }
}

// The fourth number of a line of identities: that of the file system.
uint32_t file_identity(const char* at) {
  uint32_t value = 0;
  for (int i = 0; i < 4 && at != nullptr; ++i) at = next_number(at, &value);
  return value;
}

}  // namespace

bool Rights::has_group(uint32_t wanted) const {
  if (wanted == group) return true;
  for (unsigned i = 0; i < group_count; ++i) {
    if (groups[i] == wanted) return true;
  }
  return false;
}

long read_link(const char* path, Path& to) {
  long n = call(__NR_readlinkat, kHere, path, to.data(), Path::capacity());
  to.set_size(n < 0 ? 0 : static_cast<size_t>(n));
  return n;
}

Rights Target::rights() const {
  static char status[8192];
  Rights out;
  if (read_whole(proc_name(tid_, "status").c_str(), status, sizeof status) <= 0) return out;
  out.is_known = true;
  if (const char* at = field(status, "Uid:")) out.user = file_identity(at);
  if (const char* at = field(status, "Gid:")) out.group = file_identity(at);
  if (const char* at = field(status, "CapEff:")) out.capabilities = parse_hex(at);
  const char* at = field(status, "Groups:");
  while (at != nullptr && out.group_count < 64) {
    at = next_number(at, &out.groups[out.group_count]);
    if (at != nullptr) ++out.group_count;
  }
  return out;
}

// Looks again as the thread's own user: without CAP_SYS_PTRACE not even root may look at another
// user's process, but that user may.
template <typename Look>
long Target::as_target(Look look) const {
  long result = look();
  if (result != -EACCES && result != -EPERM) return result;
  Rights rights = this->rights();
  if (!rights.is_known) return result;
  long own_group = call(__NR_setfsgid, rights.group);
  long own_user = call(__NR_setfsuid, rights.user);
  result = look();
  call(__NR_setfsuid, own_user);
  call(__NR_setfsgid, own_group);
  return result;
}

long Target::link(const char* name, Path& to) const {
  ProcName path = proc_name(tid_, name);
  return as_target([&] { return read_link(path.c_str(), to); });
}

long Target::read(uint64_t address, void* to, size_t size) const {
  iovec local = {to, size};
  iovec remote = {reinterpret_cast<void*>(address), size};
  long n = call(__NR_process_vm_readv, tid_, &local, 1L, &remote, 1L, 0L);
  if (n != -EPERM && n != -EACCES && n != -ENOSYS) return n;
  ProcName path = proc_name(tid_, "mem");
  long fd =
      as_target([&] { return call(__NR_openat, kHere, path.c_str(), O_RDONLY | O_CLOEXEC, 0); });
  if (fd < 0) return fd;
  n = call(__NR_pread64, fd, to, size, address);
  call(__NR_close, fd);
  return n;
}

long Target::read_text(uint64_t address, Path& to) const {
  to.cut(0);
  while (to.size() < kMaxPath) {
    char chunk[kChunk];
    uint64_t left_in_page = kPage - address % kPage;
    size_t wanted = left_in_page < kChunk ? static_cast<size_t>(left_in_page) : kChunk;
    long n = read(address, chunk, wanted);
    if (n <= 0) return n < 0 ? n : -EFAULT;
    size_t end = 0;
    while (end < static_cast<size_t>(n) && chunk[end] != '\0') ++end;
    to.add(chunk, end);
    if (end < static_cast<size_t>(n)) return static_cast<long>(to.size());
    address += static_cast<uint64_t>(n);
  }
  return -ENAMETOOLONG;
}

long Target::folder(int fd, Path& to) const {
  if (fd == kHere) return link("cwd", to);
  if (fd < 0) return -EBADF;
  Text<32> name("fd/");
  name.add_number(static_cast<uint64_t>(fd));
  return link(name.c_str(), to);
}

long Target::executable(Path& to) const {
  return link("exe", to);
}

long Target::root(Path& to) const {
  long n = link("root", to);
  if (n == 1) to.cut(0);
  return n;
}

}  // namespace whittle::sensor
