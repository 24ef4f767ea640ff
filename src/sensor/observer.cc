#include "sensor/observer.h"

#include <linux/errno.h>
#include <linux/fcntl.h>

#include "sensor/interpreters.h"
#include "sensor/permissions.h"

namespace whittle::sensor {

namespace {

constexpr uint64_t kEmptyPath = AT_EMPTY_PATH;
constexpr uint64_t kTemporary = 020000000;  // __O_TMPFILE
constexpr unsigned kTicksAfterListen = 25;
constexpr unsigned kMaxScripts = 5;  // BINPRM_MAX_RECURSION
constexpr unsigned kMaxArgCount = 256;
constexpr uint16_t kUnixFamily = 1;
constexpr uint16_t kInetFamily = 2;
constexpr uint16_t kInet6Family = 10;

int as_fd(uint64_t arg) {
  return static_cast<int>(static_cast<uint32_t>(arg));
}

bool follows(const CallRow& row, uint64_t flags) {
  switch (row.shape) {
    case Shape::NoFollow:
    case Shape::Made:
      return false;
    case Shape::AtFlags:
    case Shape::ExecuteAt:
      return (flags & AT_SYMLINK_NOFOLLOW) == 0;
    case Shape::AtFollow:
      return (flags & AT_SYMLINK_FOLLOW) != 0;
    default:
      return true;
  }
}

}  // namespace

struct Observer::Seen {
  uint32_t program = 0;
  Path path;
  Path root;
};

Observer::Observer(Recorder& recorder) : recorder_(recorder) {
  index(native_calls(), native_);
  index(compat_calls(), compat_);
}

void Observer::index(const CallTable& table, uint16_t* first) {
  for (unsigned i = table.size; i > 0; --i) {
    int16_t number = table.rows[i - 1].number;
    if (number >= 0 && static_cast<unsigned>(number) < kMaxNumber)
      first[number] = static_cast<uint16_t>(i);
  }
}

uint32_t Observer::program_of(const Target& target) {
  CachedProgram& cached = programs_[static_cast<unsigned>(target.tid()) % kPrograms];
  if (cached.tid == target.tid() && cached.epoch == epoch_) return cached.id;
  static Path path;
  long n = target.executable(path);
  cached = {target.tid(), epoch_, n > 0 ? recorder_.program(path.c_str(), path.size()) : 0};
  return cached.id;
}

long Observer::observe(const StoppedCall& call) {
  if (is_started_) recorder_.syscall(call.number, call.is_compat, is_serving_);
  if (call.is_compat) recorder_.note(NoteKind::Compat);
  if (call.number >= kMaxNumber) return 0;
  const CallTable& table = call.is_compat ? compat_calls() : native_calls();
  unsigned first = (call.is_compat ? compat_ : native_)[call.number];
  if (first == 0) return 0;
  Target target(call.tid);
  long verdict = 0;
  for (unsigned i = first - 1; i < table.size; ++i) {
    const CallRow& row = table.rows[i];
    if (row.number != static_cast<int>(call.number)) break;
    long result = observe_row(row, call, target);
    if (result != 0) verdict = result;
  }
  return verdict;
}

long Observer::observe_row(const CallRow& row, const StoppedCall& call, const Target& target) {
  switch (row.shape) {
    case Shape::Refuse:
      recorder_.note(NoteKind::IoUring);
      return -ENOSYS;
    case Shape::ByHandle:
      recorder_.note(NoteKind::OpenByHandle);
      return 0;
    case Shape::Listen:
      is_serving_ = true;
      ticks_left_ = kTicksAfterListen;
      return 0;
    case Shape::Address:
      observe_address(row.use, call.args[row.path], call.args[row.path + 1], target);
      return 0;
    case Shape::SocketCall:
      observe_socket_call(call, target);
      return 0;
    case Shape::Execute:
    case Shape::ExecuteAt:
      observe_execute(row, call, target);
      return 0;
    default:
      observe_path(row, call, target);
      return 0;
  }
}

// Makes `text` absolute; false if its folder is not known.
bool Observer::place(const Target& target, int folder, const char* text, Seen& seen) {
  static Path base;
  base.cut(0);
  seen.root.cut(0);
  if (has_roots_) target.root(seen.root);
  if (text[0] != '/' && target.folder(folder, base) < 0) {
    recorder_.note(NoteKind::UnknownFolder);
    return false;
  }
  const char* start = base.c_str();
  if (seen.root.size() > 0 && starts_with(start, seen.root.c_str())) start += seen.root.size();
  make_absolute(start, text, seen.root.c_str(), seen.path, [&](const Path& passed) {
    if (!is_pseudo(passed.c_str()))
      recorder_.access(
          seen.program, Use::Stat, look(seen, true).error, passed.c_str(), passed.size());
  });
  if (starts_with(seen.path.c_str(), "/proc/")) take_pseudo(target, seen);
  return true;
}

// /proc/self/exe, /proc/PID/root/etc/passwd and their like lead to files that count.
void Observer::take_pseudo(const Target& target, Seen& seen) {
  static Path named;
  named.cut(0);
  const char* rest = seen.path.c_str();
  for (const char* self : {"/proc/self/", "/proc/thread-self/"}) {
    if (!starts_with(rest, self)) continue;
    named.add("/proc/").add_number(static_cast<uint64_t>(target.tid())).add("/");
    rest += length(self);
    break;
  }
  named.add(rest);
  if (follow(seen.root.c_str(), named) < 0 || named[0] != '/' || is_pseudo(named.c_str())) return;
  seen.path = named;
}

bool Observer::find_path(const CallRow& row,
                         const StoppedCall& call,
                         const Target& target,
                         Seen& seen) {
  int folder = row.folder == kNone ? kHere : as_fd(call.args[row.folder]);
  static Path text;
  text.cut(0);
  if (row.shape == Shape::Fd || row.shape == Shape::EnterFd) {
    return target.folder(as_fd(call.args[row.path]), text) > 0 && text[0] == '/' &&
           place(target, kHere, text.c_str(), seen);
  }
  uint64_t address = call.args[row.path];
  if (address == 0) {  // utimensat and its like: the descriptor itself
    return row.folder != kNone && folder >= 0 && target.folder(folder, text) > 0 &&
           text[0] == '/' && place(target, kHere, text.c_str(), seen);
  }
  long n = target.read_text(address, text);
  if (n == -ENAMETOOLONG) recorder_.note(NoteKind::LongPath);
  if (n < 0 && n != -EFAULT && n != -ENAMETOOLONG) recorder_.note(NoteKind::UnreadablePath);
  if (n < 0) return false;
  if (n == 0) {
    uint64_t flags = row.flags == kNone ? 0 : call.args[row.flags];
    if ((flags & kEmptyPath) == 0) return false;  // fails with ENOENT
    if (target.folder(folder, text) <= 0 || text[0] != '/') return false;
    return place(target, kHere, text.c_str(), seen);
  }
  return place(target, folder, text.c_str(), seen);
}

Found Observer::look(const Seen& seen, bool follow) {
  if (seen.root.size() == 0) return look_up(seen.path.c_str(), follow);
  static Path full;
  full.cut(0);
  full.add(seen.root.c_str()).add(seen.path.c_str());
  return look_up(full.c_str(), follow);
}

void Observer::record(Use use, long error, const Seen& seen) {
  recorder_.access(seen.program, use, error, seen.path.c_str(), seen.path.size());
}

void Observer::observe_path(const CallRow& row, const StoppedCall& call, const Target& target) {
  static Seen seen;
  seen.program = program_of(target);
  if (row.shape == Shape::Root) {
    recorder_.note(NoteKind::OwnRoot);
    has_roots_ = true;
  }
  if (!find_path(row, call, target, seen) || is_pseudo(seen.path.c_str())) return;
  uint64_t flags = row.flags == kNone ? 0 : call.args[row.flags];
  if (row.shape == Shape::OpenHow) {
    uint64_t how = 0;
    target.read(flags, &how, sizeof how);
    flags = how;
  }
  if (row.shape == Shape::OpenFlags || row.shape == Shape::OpenHow) {
    observe_open(flags, target, seen);
    return;
  }
  if (row.use == Use::Create || row.use == Use::Remove || row.use == Use::Change ||
      row.use == Use::Write) {
    observe_change(row.use, target, seen, row.shape == Shape::Made && row.use == Use::Create);
    return;
  }
  if (recorder_.is_known(seen.program, row.use, seen.path.c_str(), seen.path.size())) return;
  record(row.use, look(seen, follows(row, flags)).error, seen);
}

void Observer::observe_open(uint64_t flags, const Target& target, Seen& seen) {
  bool writes = (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC) != 0;
  if ((flags & O_PATH) != 0) writes = false;
  bool creates = (flags & O_CREAT) != 0 && (flags & O_PATH) == 0;
  if ((flags & kTemporary) != 0) {  // a nameless file in a folder
    observe_change(Use::Write, target, seen, false);
    return;
  }
  if (!writes && recorder_.is_known(seen.program, Use::Open, seen.path.c_str(), seen.path.size()))
    return;
  Found found = look(seen, (flags & O_NOFOLLOW) == 0);
  if (creates && found.error == ENOENT) {
    observe_change(Use::Create, target, seen, true);
  } else if (writes) {
    observe_change(Use::Write, target, seen, false);
  }
  if (!writes || (flags & O_ACCMODE) == O_RDWR) {
    if (found.error == 0 || !creates) record(Use::Open, found.error, seen);
  }
}

// What is changed must be there, and what is made needs its folder; both need the right to.
void Observer::observe_change(Use use, const Target& target, Seen& seen, bool is_new_name) {
  if (recorder_.is_known(seen.program, use, seen.path.c_str(), seen.path.size())) return;
  Found found = look(seen, use == Use::Write);
  if (found.error == ENOENT && (is_new_name || use == Use::Write)) {
    static Seen folder;
    folder.program = seen.program;
    folder.root = seen.root;
    folder_of(seen.path, folder.path);
    Found above = look(folder, true);
    record(Use::Stat, above.error, folder);
    long error = above.error != 0 ? above.error
                 : !above.is_folder()
                     ? ENOTDIR
                     : may_change(target, seen.root, folder.path, above, Use::Write);
    record(is_new_name ? Use::Create : use, error, seen);
    return;
  }
  if (found.error != 0) {
    record(use, found.error, seen);
    return;
  }
  record(Use::Stat, 0, seen);
  record(use, may_change(target, seen.root, seen.path, found, use), seen);
}

void Observer::observe_execute(const CallRow& row, const StoppedCall& call, const Target& target) {
  static Seen seen;
  seen.program = program_of(target);
  ++epoch_;
  if (!find_path(row, call, target, seen)) return;
  Found found = look(seen, true);
  record(Use::Execute, found.error, seen);
  if (found.error != 0) return;
  is_started_ = true;
  uint32_t program = recorder_.program(seen.path.c_str(), seen.path.size());
  observe_args(call, call.args[row.path + 1], target, program);
  observe_interpreters(target, seen, program);
}

void Observer::observe_interpreters(const Target& target, Seen& seen, uint32_t program) {
  static Path name;
  static Path full;
  seen.program = program;
  for (unsigned depth = 0; depth < kMaxScripts; ++depth) {
    full.cut(0);
    full.add(seen.root.c_str()).add(seen.path.c_str());
    InterpreterKind kind = interpreter_of(full.c_str(), name);
    if (kind == InterpreterKind::None || !place(target, kHere, name.c_str(), seen)) return;
    record(Use::Execute, look(seen, true).error, seen);
    if (kind == InterpreterKind::Loader) return;
  }
}

void Observer::observe_args(const StoppedCall& call,
                            uint64_t list,
                            const Target& target,
                            uint32_t program) {
  static Text<kMaxArgs> args;
  static Path text;
  args.cut(0);
  size_t step = call.is_compat ? 4 : 8;
  for (unsigned i = 0; i < kMaxArgCount && list != 0; ++i) {
    uint64_t address = 0;
    if (target.read(list + i * step, &address, step) != static_cast<long>(step) || address == 0)
      break;
    long n = target.read_text(address, text);
    if (n < 0 && n != -ENAMETOOLONG) break;
    if (args.size() + text.size() + 1 > args.capacity()) break;
    args.add(text.c_str(), text.size()).add("\0", 1);
  }
  recorder_.process(program, args.c_str(), args.size());
}

void Observer::observe_address(Use use, uint64_t address, uint64_t size, const Target& target) {
  struct Unix {
    uint16_t family;
    char path[108];
  };

  Unix unix = {};
  if (size < sizeof unix.family + 2) return;
  size_t wanted = size < sizeof unix ? static_cast<size_t>(size) : sizeof unix;
  if (target.read(address, &unix, wanted) != static_cast<long>(wanted)) return;
  if (use == Use::Bind && (unix.family == kInetFamily || unix.family == kInet6Family)) {
    auto port = static_cast<uint16_t>(static_cast<unsigned char>(unix.path[0]) << 8 |
                                      static_cast<unsigned char>(unix.path[1]));
    if (port != 0 && bound_count_ < kMaxPorts) bound_[bound_count_++] = port;
    ticks_left_ = kTicksAfterListen;
  }
  if (unix.family != kUnixFamily || unix.path[0] == '\0') return;
  static Text<sizeof unix.path + 1> path;
  path.cut(0);
  path.add(unix.path, wanted - sizeof unix.family);
  static Seen seen;
  seen.program = program_of(target);
  if (!place(target, kHere, path.c_str(), seen) || is_pseudo(seen.path.c_str())) return;
  if (use == Use::Bind) {
    observe_change(Use::Create, target, seen, true);
    record(Use::Bind, 0, seen);
  } else {
    record(use, look(seen, true).error, seen);
  }
}

void Observer::observe_socket_call(const StoppedCall& call, const Target& target) {
  enum : uint64_t { kBind = 2, kConnect = 3, kListen = 4 };

  uint32_t args[3] = {};
  if (call.args[0] == kListen) {
    is_serving_ = true;
    ticks_left_ = kTicksAfterListen;
  }
  if (call.args[0] != kBind && call.args[0] != kConnect) return;
  if (target.read(call.args[1], args, sizeof args) != static_cast<long>(sizeof args)) return;
  observe_address(call.args[0] == kBind ? Use::Bind : Use::Connect, args[1], args[2], target);
}

void Observer::tick() {
  if (ticks_left_ == 0) return;
  --ticks_left_;
  read_ports("/proc/self/net/tcp", false);
  read_ports("/proc/self/net/tcp6", false);
  if (bound_count_ == 0) return;
  read_ports("/proc/self/net/udp", true);
  read_ports("/proc/self/net/udp6", true);
}

// "  0: 0100007F:1F90 00000000:0000 0A ...": the local port, and 0A for one that listens.
void Observer::read_ports(const char* table, bool is_udp) {
  static char text[1 << 16];
  if (read_whole(table, text, sizeof text) <= 0) return;
  for (const char* line = text; *line != '\0';) {
    const char* end = line;
    while (*end != '\0' && *end != '\n') ++end;
    PortLine parsed = parse_port_line(line, end);
    bool counts = is_udp ? false : parsed.is_listening;
    for (unsigned i = 0; is_udp && i < bound_count_; ++i) counts |= bound_[i] == parsed.port;
    if (parsed.port != 0 && counts) recorder_.port(parsed.port, is_udp);
    line = *end == '\n' ? end + 1 : end;
  }
}

}  // namespace whittle::sensor
