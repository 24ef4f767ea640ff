#include "sensor/filter.h"

#include <asm/unistd.h>
#include <linux/audit.h>
#include <linux/errno.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>

#include "sensor/calls.h"
#include "sensor/system.h"

namespace whittle::sensor {

namespace {

constexpr unsigned kMaxInstructions = 1024;
constexpr uint32_t kX32Bit = 0x40000000;
constexpr long kWaitKillableRecv = 1L << 5;  // SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, Linux 5.19
constexpr uint32_t kNamespaceFlags = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                     CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
#if defined(__x86_64__)
constexpr uint32_t kNativeArch = AUDIT_ARCH_X86_64;
#else
constexpr uint32_t kNativeArch = AUDIT_ARCH_AARCH64;
#endif

// Refused by the default profiles of Docker and Podman without the two capabilities.
constexpr int16_t kPrivileged[] = {
    __NR_bpf,         __NR_fanotify_init,  __NR_fsconfig,        __NR_fsmount,
    __NR_fsopen,      __NR_fspick,         __NR_mount,           __NR_mount_setattr,
    __NR_move_mount,  __NR_open_tree,      __NR_perf_event_open, __NR_quotactl,
    __NR_quotactl_fd, __NR_setdomainname,  __NR_sethostname,     __NR_setns,
    __NR_syslog,      __NR_umount2,        __NR_unshare,         __NR_kcmp,
    __NR_pidfd_getfd, __NR_process_madvise};

class Program {
 public:
  void add(uint16_t code, uint32_t k, uint8_t if_true = 0, uint8_t if_false = 0) {
    if (size_ < kMaxInstructions) code_[size_++] = {code, if_true, if_false, k};
  }

  void load(uint32_t offset) { add(BPF_LD | BPF_W | BPF_ABS, offset); }

  void give(uint32_t action) { add(BPF_RET | BPF_K, action); }

  // The loaded word is `value`: the action.
  void when(uint32_t value, uint32_t action) {
    add(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
    give(action);
  }

  bool is_full() const { return size_ >= kMaxInstructions; }

  // A long jump that is filled in later.
  unsigned jump() {
    add(BPF_JMP | BPF_JA, 0);
    return size_ - 1;
  }

  void land(unsigned from) { code_[from].k = size_ - from - 1; }

  sock_fprog finished() { return {static_cast<unsigned short>(size_), code_}; }

 private:
  unsigned size_ = 0;
  sock_filter code_[kMaxInstructions] = {};
};

void add_refusals(Program& program) {
  constexpr uint32_t kNotPermitted = SECCOMP_RET_ERRNO | EPERM;
  for (int16_t number : kPrivileged) program.when(static_cast<uint32_t>(number), kNotPermitted);
  program.when(__NR_clone3, SECCOMP_RET_ERRNO | ENOSYS);
  program.add(BPF_JMP | BPF_JEQ | BPF_K, __NR_clone, 0, 4);
  program.load(offsetof(seccomp_data, args[0]));
  program.add(BPF_JMP | BPF_JSET | BPF_K, kNamespaceFlags, 0, 1);
  program.give(kNotPermitted);
  program.give(SECCOMP_RET_ALLOW);
}

void build(Program& program, const FilterOptions& options) {
  uint32_t stop = options.stop == Stop::Notify ? SECCOMP_RET_USER_NOTIF : SECCOMP_RET_TRACE;
  program.load(offsetof(seccomp_data, arch));
  program.add(BPF_JMP | BPF_JEQ | BPF_K, kNativeArch, 1, 0);
  unsigned to_compat = program.jump();
  program.load(offsetof(seccomp_data, nr));
  program.add(BPF_ALU | BPF_AND | BPF_K, ~kX32Bit);
  if (options.refuse_privileged) add_refusals(program);
  const NumberList& common = common_calls();
  for (unsigned i = 0; i < common.size; ++i)
    program.when(static_cast<uint32_t>(common.numbers[i]), SECCOMP_RET_ALLOW);
  program.give(stop);
  program.land(to_compat);
#if defined(__x86_64__)
  program.add(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_I386, 1, 0);
  program.give(SECCOMP_RET_ALLOW);
  program.load(offsetof(seccomp_data, nr));
  const CallTable& compat = compat_calls();
  for (unsigned i = 0; i < compat.size; ++i)
    program.when(static_cast<uint32_t>(compat.rows[i].number), stop);
#endif
  program.give(SECCOMP_RET_ALLOW);
}

}  // namespace

long install_filter(const FilterOptions& options) {
  static Program program;
  program = Program();
  build(program, options);
  if (program.is_full()) return -E2BIG;
  sock_fprog finished = program.finished();
  if (options.stop == Stop::Ptrace)
    return call(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0L, &finished);
  long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER;
  long fd = call(__NR_seccomp, SECCOMP_SET_MODE_FILTER, flags | kWaitKillableRecv, &finished);
  if (fd == -EINVAL) fd = call(__NR_seccomp, SECCOMP_SET_MODE_FILTER, flags, &finished);
  return fd;
}

}  // namespace whittle::sensor
