// Which system calls take a path, where it stands among their arguments, and what they do with it;
// and which calls are so common and harmless that they are never stopped.
#pragma once

#include <stdint.h>

namespace whittle::sensor {

// How the arguments of a call are to be read.
enum class Shape : uint8_t {
  Follow,     // the path's last link is followed
  NoFollow,   // it is not
  AtFlags,    // followed unless the flags say AT_SYMLINK_NOFOLLOW
  AtFollow,   // only with AT_SYMLINK_FOLLOW
  OpenFlags,  // flags of open
  OpenHow,    // a struct open_how
  Made,       // a new name: its folder counts
  Execute,    // path, arguments
  ExecuteAt,  // folder, path, arguments, environment, flags
  Enter,      // a new current folder
  EnterFd,    // the same, by descriptor
  Root,       // a new root folder
  Fd,         // the path behind a descriptor
  Address,    // a socket address at `path`, its length after it
  Listen,
  SocketCall,  // 32-bit x86: all calls of sockets in one
  Refuse,      // io_uring
  ByHandle,
};

// Index of a use: the bits of TraceUse (model/trace.h).
enum class Use : uint8_t {
  Open,
  Write,
  Execute,
  Stat,
  List,
  ReadLink,
  Xattr,
  Enter,
  Create,
  Remove,
  Change,
  Connect,
  Bind,
  Watch,
  Link,
  Handle,
};

inline constexpr int8_t kNone = -1;

struct CallRow {
  int16_t number;
  Shape shape;
  Use use;
  int8_t folder;  // argument with the folder's descriptor; kNone: the current folder
  int8_t path;    // argument with the path or descriptor
  int8_t flags = kNone;
};

struct CallTable {
  const CallRow* rows;  // those of one number stand together
  unsigned size;
};

const CallTable& native_calls();
const CallTable& compat_calls();  // 32-bit x86; empty elsewhere

struct NumberList {
  const int16_t* numbers;
  unsigned size;
};

// Native calls that are never stopped: reading, writing, memory, time, waiting, signals. Every
// program makes them, and none takes a path.
const NumberList& common_calls();

}  // namespace whittle::sensor
