// What a run of a container used, as values: looked-up paths, programs, changes, ports, system
// calls. Recorded by the sensor (src/sensor), read, merged and kept by src/trace.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whittle {

// How a path was used; bits of TraceAccess::uses.
enum class TraceUse : uint32_t {
  Open = 1U << 0,   // opened to read, or with O_PATH
  Write = 1U << 1,  // opened to write, truncated
  Execute =
      1U << 2,     // run: the named file, each interpreter of a script, the loader of an ELF file
  Stat = 1U << 3,  // stat, access, statfs and their kin
  List = 1U << 4,  // a folder whose entries were read
  ReadLink = 1U << 5,
  Xattr = 1U << 6,     // extended attributes read or listed
  Enter = 1U << 7,     // chdir, chroot
  Create = 1U << 8,    // made: file, folder, link, node; target of a rename
  Remove = 1U << 9,    // unlinked; source of a rename
  Change = 1U << 10,   // mode, owner, times or extended attributes set
  Connect = 1U << 11,  // Unix socket
  Bind = 1U << 12,     // Unix socket
  Watch = 1U << 13,    // inotify, fanotify
  Link = 1U << 14,     // source of a hard link
  Handle = 1U << 15,   // name_to_handle_at
};

constexpr uint32_t bit(TraceUse use) {
  return static_cast<uint32_t>(use);
}

// The uses that change what is on the file system.
inline constexpr uint32_t kChangingUses = bit(TraceUse::Write) | bit(TraceUse::Create) |
                                          bit(TraceUse::Remove) | bit(TraceUse::Change) |
                                          bit(TraceUse::Bind);
inline constexpr size_t kTraceUses = 16;

// "open", "write", ... of bit `index`; "" beyond kTraceUses.
std::string_view trace_use_name(size_t index);

// One path as one program used it. A path that was missing first and there later has two.
struct TraceAccess {
  // Absolute, as the program named it: links in it are not followed, "." and empty parts and ".."
  // are taken out (".." after its folder's links were followed).
  std::string path;
  uint32_t uses = 0;       // of TraceUse
  bool succeeded = false;  // the path led to something, or could be made
  int error = 0;           // errno of the look-up when it did not: 2 ENOENT, 20 ENOTDIR, 40 ELOOP
  uint32_t program = 0;    // index into Trace::programs
  bool operator==(const TraceAccess&) const = default;
};

struct TraceProcess {
  uint32_t program = 0;  // index into Trace::programs
  std::vector<std::string> args;
  bool operator==(const TraceProcess&) const = default;
};

struct TracePort {
  uint16_t port = 0;
  bool is_udp = false;
  bool operator==(const TracePort&) const = default;
  auto operator<=>(const TracePort&) const = default;
};

struct Trace {
  // Sorted by path, program, succeeded, error; one for each of these. /proc, /sys and /dev are not in it.
  std::vector<TraceAccess> accesses;
  std::vector<std::string> programs;    // paths of executables; [0] is "", the unknown one
  std::vector<TraceProcess> processes;  // sorted, each once
  std::vector<std::string> written;     // paths that were changed or made; sorted
  std::vector<TracePort> ports;         // sorted
  // Names of system calls, sorted: before and after the first port was listened on. Those that
  // every program makes (src/trace/syscall_sets.h) are not recorded one by one.
  std::vector<std::string> syscalls_start;
  std::vector<std::string> syscalls_serving;
  std::vector<std::string> capabilities;  // "CAP_CHOWN": what a used call needed; sorted
  std::string architecture;               // "amd64", "arm64"
  std::string method;                     // "notify", "ptrace"; several joined with "+"
  std::vector<std::string> notes;         // what may be missing, and why; sorted

  // The path was there when something looked: true for any access to it that succeeded.
  bool used(std::string_view path) const;
};

// Both runs together; programs are renumbered. Commutative but for the order of programs.
Trace merge(Trace a, Trace b);

// Sorts and joins what was put together in any order: the invariants of Trace hold afterwards.
void normalise(Trace& trace);

}  // namespace whittle
