// The sensor: started in place of a container's command, it starts that command as itself, so that
// process number, signals, standard streams, children and exit code are the command's own, and
// watches it from a second process. Freestanding: it runs in images without any library.
//
// usage: whittle-sensor [-o RECORDING] [-u USER] [-H] [-p] [-m METHOD] -- COMMAND [ARGUMENT...]
//   -u  become this user of the container's /etc/passwd; -H  and set HOME to the folder of that
//   user -p  CAP_SYS_ADMIN and CAP_SYS_PTRACE were added for the sensor: give them up before the
//   command -m  notify or none, to try nothing else
#include <linux/capability.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/net.h>
#include <linux/prctl.h>
#include <linux/signal.h>
#include <linux/uio.h>

#include "sensor/filter.h"
#include "sensor/supervisor.h"
#include "sensor/users.h"

namespace whittle::sensor {

namespace {

constexpr int kNotFound = 127;
constexpr int kNotExecutable = 126;
constexpr long kStreamSocket = 1;
constexpr long kUnixFamily = 1;
constexpr long kCloseOnExec = 02000000;
constexpr uint32_t kSysPtrace = 1U << 19;
constexpr uint32_t kSysAdmin = 1U << 21;
constexpr const char* kDefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

struct Options {
  const char* recording = "/.whittle/recording";
  const char* user = nullptr;
  const char* method = "";
  bool sets_home = false;
  bool has_privileges = false;
  char** command = nullptr;
};

// What goes over the socket to the watching process, with the listener.
struct Start {
  Method method;
  bool without_no_new_privs;
};

struct Message {
  void* name;
  int name_size;
  iovec* parts;
  size_t part_count;
  void* control;
  size_t control_size;
  unsigned flags;
};

struct Control {
  size_t size;
  int level;
  int type;
  int fd;
  int padding;
};

bool parse(char** args, Options& options) {
  for (++args; *args != nullptr; ++args) {
    const char* word = *args;
    if (same(word, "--")) {
      options.command = args + 1;
      return *options.command != nullptr;
    }
    if (same(word, "-H")) {
      options.sets_home = true;
    } else if (same(word, "-p")) {
      options.has_privileges = true;
    } else {
      const char** to = same(word, "-o")   ? &options.recording
                        : same(word, "-u") ? &options.user
                        : same(word, "-m") ? &options.method
                                           : nullptr;
      if (to == nullptr || args[1] == nullptr) return false;
      *to = *++args;
    }
  }
  return false;
}

long open_recording(const char* path) {
  return call(__NR_openat, kHere, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

bool send_start(long socket, const Start& start, long listener) {
  Start copy = start;
  iovec part = {&copy, sizeof copy};
  Control control = {16 + sizeof(int), 1, 1, static_cast<int>(listener), 0};  // SCM_RIGHTS
  Message message = {nullptr, 0, &part, 1, &control, control.size, 0};
  if (listener < 0) message.control_size = 0;
  return call(__NR_sendmsg, socket, &message, 0L) == static_cast<long>(sizeof copy);
}

bool receive_start(long socket, Start* start, long* listener) {
  iovec part = {start, sizeof *start};
  Control control = {};
  Message message = {nullptr, 0, &part, 1, &control, sizeof control, 0};
  if (call(__NR_recvmsg, socket, &message, 0L) != static_cast<long>(sizeof *start)) return false;
  *listener = message.control_size >= control.size && control.size > 0 ? control.fd : -1;
  return true;
}

// The life of the watching process.
[[noreturn]] void watch(long socket, long recording) {
  for (long fd = 0; fd < 3; ++fd) call(__NR_close, fd);
  call(__NR_setsid);
  call(__NR_chdir, "/");
  call(__NR_prctl, PR_SET_NAME, "whittle-sensor", 0L, 0L, 0L);
  uint64_t all = ~0ULL;
  call(__NR_rt_sigprocmask, SIG_BLOCK, &all, 0L, 8L);
  Start start = {};
  long listener = -1;
  if (!receive_start(socket, &start, &listener)) call(__NR_exit_group, 1);
  call(__NR_close, socket);
  static Recorder recorder(static_cast<int>(recording));
  recorder.header(start.method, start.without_no_new_privs);
  if (listener < 0) call(__NR_exit_group, 0);
  static Observer observer(recorder);
  call(__NR_exit_group, supervise_notifications(static_cast<int>(listener), observer));
  __builtin_unreachable();
}

// A child that wait() passes over: its end is told by no signal (clone(2), __WCLONE).
bool start_watching(long recording, long* socket) {
  int pair[2];
  if (call(__NR_socketpair, kUnixFamily, kStreamSocket | kCloseOnExec, 0L, pair) < 0) return false;
  long child = call(__NR_clone, 0L, 0L, 0L, 0L, 0L);
  if (child == 0) {
    call(__NR_close, pair[0]);
    watch(pair[1], recording);
  }
  call(__NR_close, pair[1]);
  *socket = pair[0];
  return child > 0;
}

bool read_capabilities(__user_cap_data_struct* data) {
  __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
  return call(__NR_capget, &head, data) == 0;
}

// From every set, so that no program started later can have them.
void give_up_privileges() {
  __user_cap_data_struct data[2] = {};
  if (!read_capabilities(data)) return;
  for (long capability : {19L, 21L}) call(__NR_prctl, PR_CAPBSET_DROP, capability, 0L, 0L, 0L);
  uint32_t kept = ~(kSysPtrace | kSysAdmin);
  data[0].effective &= kept;
  data[0].permitted &= kept;
  data[0].inheritable &= kept;
  __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
  call(__NR_capset, &head, data);
}

const char* environment(char** env, const char* name) {
  size_t n = length(name);
  for (; *env != nullptr; ++env) {
    if (starts_with(*env, name) && (*env)[n] == '=') return *env + n + 1;
  }
  return nullptr;
}

void set_home(char** env, const char* home) {
  static Text<600> entry;
  entry.add("HOME=").add(home);
  for (; *env != nullptr; ++env) {
    if (starts_with(*env, "HOME=")) {
      *env = entry.data();
      return;
    }
  }
}

// As the engines' runtimes look for a command. Returns the errno of the best try.
long run(char** command, char** env) {
  const char* name = command[0];
  for (const char* at = name; *at != '\0'; ++at) {
    if (*at == '/') return -call(__NR_execve, name, command, env);
  }
  const char* path = environment(env, "PATH");
  if (path == nullptr) path = kDefaultPath;
  long error = ENOENT;
  while (*path != '\0') {
    Text<4608> full;
    size_t n = 0;
    while (path[n] != '\0' && path[n] != ':') ++n;
    full.add(path, n).add(n > 0 ? "/" : "").add(name);
    long result = -call(__NR_execve, full.c_str(), command, env);
    if (result != ENOENT && result != ENOTDIR) error = result;
    if (error != ENOENT && error != EACCES) return error;
    path += path[n] == ':' ? n + 1 : n;
  }
  return error;
}

// Installs the filter; the recording's header says what could be had.
void begin(const Options& options, long socket) {
  __user_cap_data_struct data[2] = {};
  bool is_admin = read_capabilities(data) && (data[0].effective & kSysAdmin) != 0;
  bool free = is_admin && options.has_privileges;
  if (!free) call(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L);
  long listener = -ENOSYS;
  if (!same(options.method, "none")) listener = install_filter({Stop::Notify, free});
  send_start(socket, {listener >= 0 ? Method::Notify : Method::None, free}, listener);
  call(__NR_close, listener);
  call(__NR_close, socket);
}

}  // namespace

int run_sensor(char** args, char** env) {
  Options options;
  if (!parse(args, options)) {
    complain("usage: [-o RECORDING] [-u USER] [-H] [-p] [-m METHOD] -- COMMAND...", "");
    return kNotExecutable;
  }
  User user;
  if (options.user != nullptr && !find_user(options.user, user)) {
    complain("the image has no such user", options.user);
    return kNotExecutable;
  }
  long recording = open_recording(options.recording);
  long socket = -1;
  if (recording >= 0 && start_watching(recording, &socket)) begin(options, socket);
  if (recording < 0) complain("cannot write the recording", options.recording);
  if (options.has_privileges) give_up_privileges();
  if (options.user != nullptr) {
    if (become(user) != 0) {
      complain("cannot become the user", options.user);
      return kNotExecutable;
    }
    if (options.sets_home) set_home(env, user.home.c_str());
  }
  long error = run(options.command, env);
  Recorder(static_cast<int>(recording)).failed(error, options.command[0]);
  complain(error == ENOENT ? "executable file not found" : "cannot be executed",
           options.command[0]);
  return error == ENOENT ? kNotFound : kNotExecutable;
}

}  // namespace whittle::sensor

// The kernel's stack at the start: the number of arguments, them, a zero, the environment, a zero.
extern "C" [[noreturn]] void sensor_start(long* stack) {
  char** args = reinterpret_cast<char**>(stack + 1);
  char** env = args + stack[0] + 1;
  int code = whittle::sensor::run_sensor(args, env);
  whittle::sensor::call(__NR_exit_group, code);
  __builtin_unreachable();
}

#if defined(__x86_64__)
asm(".globl _start\n_start:\n  xor %ebp, %ebp\n  mov %rsp, %rdi\n  and $-16, %rsp\n  call "
    "sensor_start\n");
#else
asm(".globl _start\n_start:\n  mov x29, #0\n  mov x0, sp\n  bl sensor_start\n");
#endif
