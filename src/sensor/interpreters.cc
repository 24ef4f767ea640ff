#include "sensor/interpreters.h"

#include <linux/elf.h>
#include <linux/fcntl.h>

namespace whittle::sensor {

namespace {

constexpr unsigned kMaxSegments = 128;

InterpreterKind script_of(const char* bytes, size_t size, Path& name) {
  size_t at = 2;
  while (at < size && (bytes[at] == ' ' || bytes[at] == '\t')) ++at;
  size_t end = at;
  while (end < size && bytes[end] != '\n' && bytes[end] != ' ' && bytes[end] != '\t' &&
         bytes[end] != '\0')
    ++end;
  name.add(bytes + at, end - at);
  return end > at ? InterpreterKind::Script : InterpreterKind::None;
}

template <typename Head, typename Segment>
InterpreterKind loader_of(long fd, const char* bytes, Path& name) {
  Head head;
  __builtin_memcpy(&head, bytes, sizeof head);
  if (head.e_phentsize != sizeof(Segment)) return InterpreterKind::None;
  for (unsigned i = 0; i < head.e_phnum && i < kMaxSegments; ++i) {
    Segment segment;
    uint64_t place = head.e_phoff + i * sizeof segment;
    long n = call(__NR_pread64, fd, &segment, sizeof segment, place);
    if (n != static_cast<long>(sizeof segment)) break;
    if (segment.p_type != PT_INTERP) continue;
    size_t size = segment.p_filesz < kMaxPath ? static_cast<size_t>(segment.p_filesz) : kMaxPath;
    n = call(__NR_pread64, fd, name.data(), size, static_cast<uint64_t>(segment.p_offset));
    name.set_size(n > 0 ? static_cast<size_t>(n) : 0);
    name.set_size(length(name.c_str()));
    return name.size() > 0 ? InterpreterKind::Loader : InterpreterKind::None;
  }
  return InterpreterKind::None;
}

const char* read_hex(const char* at, const char* end, uint32_t* value) {
  *value = 0;
  for (; at < end; ++at) {
    char c = *at;
    unsigned digit = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                     : c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A' + 10)
                                            : 16U;
    if (digit > 15) return at;
    *value = *value << 4 | digit;
  }
  return at;
}

const char* after(const char* at, const char* end, char mark) {
  while (at < end && *at != mark) ++at;
  return at < end ? at + 1 : end;
}

// 127.0.0.11, as the table has it: the resolver of Docker's networks, which is in the container's
// namespace and no part of it.
bool is_resolver(const char* address, const char* end) {
  const char* resolver = "0B00007F:";
  while (*resolver != '\0' && address < end && *address == *resolver) {
    ++address;
    ++resolver;
  }
  return *resolver == '\0';
}

}  // namespace

InterpreterKind interpreter_of(const char* path, Path& name) {
  name.cut(0);
  long fd = call(__NR_openat, kHere, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  if (fd < 0) return InterpreterKind::None;
  alignas(8) char bytes[256] = {};
  long n = call(__NR_pread64, fd, bytes, sizeof bytes, 0L);
  InterpreterKind kind = InterpreterKind::None;
  if (n > 2 && bytes[0] == '#' && bytes[1] == '!') {
    kind = script_of(bytes, static_cast<size_t>(n), name);
  } else if (n >= 64 && starts_with(bytes, "\177ELF")) {
    kind = bytes[EI_CLASS] == ELFCLASS64 ? loader_of<Elf64_Ehdr, Elf64_Phdr>(fd, bytes, name)
                                         : loader_of<Elf32_Ehdr, Elf32_Phdr>(fd, bytes, name);
  }
  call(__NR_close, fd);
  return kind;
}

PortLine parse_port_line(const char* line, const char* end) {
  PortLine out;
  uint32_t value = 0;
  const char* at = after(line, end, ':');  // the number of the line
  while (at < end && *at == ' ') ++at;
  if (is_resolver(at, end)) return out;
  at = after(at, end, ':');  // the local address
  at = read_hex(at, end, &value);
  if (at >= end || *at != ' ' || value > 0xFFFF) return out;
  out.port = static_cast<uint16_t>(value);
  at = after(at + 1, end, ':');  // the remote address
  at = read_hex(at, end, &value);
  if (at < end) read_hex(at + 1, end, &value);
  out.is_listening = value == 0x0A;
  return out;
}

}  // namespace whittle::sensor
