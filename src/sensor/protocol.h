// The recording: what the sensor writes and src/trace reads. Plain numbers, the machine's byte
// order, appended only, so that all that was written before a kill can be read.
//
// A file is a Header and then records: RecordHead, then `size` bytes. Text has no terminating zero.
//   Program   u32 id, text path; before the first record that names the id
//   Access    u32 program, u16 error (0: it was there), u16 index of the use (TraceUse), text path
//   Process   u32 program, text of the arguments, each ended by a zero
//   Syscall   u32 number, u16 0 native / 1 32-bit, u16 0 before / 1 after the first listen
//   Port      u16 port, u16 0 TCP / 1 UDP
//   Note      u32 NoteKind, u32 count: what may be missing; a later count replaces an earlier one
//   Failed    u32 errno, text: the command could not be started
#pragma once

#include <stdint.h>

namespace whittle::sensor {

inline constexpr char kMagic[8] = {'W', 'H', 'T', 'L', 'R', 'E', 'C', '1'};

enum class Architecture : uint16_t { Amd64 = 1, Arm64 = 2 };
enum class Method : uint16_t { None = 0, Notify = 1, Ptrace = 2 };

struct Header {
  char magic[8];
  Architecture architecture;
  Method method;
  uint16_t without_no_new_privs;  // 1: programs with setuid bits worked as without the sensor
  uint16_t reserved;
};

enum class RecordKind : uint16_t { Program = 1, Access, Process, Syscall, Port, Note, Failed };

struct RecordHead {
  RecordKind kind;
  uint16_t size;  // of what follows, in bytes
};

enum class NoteKind : uint32_t {
  UnreadablePath = 1,  // a path in the memory of a process that may not be looked at
  UnknownFolder = 2,   // a relative path whose folder is not known
  IoUring = 3,         // io_uring was refused, so that its look-ups are seen
  Compat = 4,          // 32-bit calls: only those with paths are recorded
  OpenByHandle = 5,    // files opened by handle have no path
  OwnRoot = 6,         // a process changed its root folder
  LongPath = 7,        // longer than PATH_MAX
};

inline constexpr unsigned kMaxPath = 4096;
inline constexpr unsigned kMaxArgs = 8192;  // bytes of the arguments of one process that are kept

}  // namespace whittle::sensor
