#include "sensor/calls.h"

#include <asm/unistd.h>

namespace whittle::sensor {

namespace {

// Calls newer than the headers of Debian 12 stand by their numbers, which are those of every
// architecture: setxattrat 463 to removexattrat 466, fchmodat2 452, file_getattr 468, file_setattr
// 469.
constexpr CallRow kNative[] = {
    {__NR_openat, Shape::OpenFlags, Use::Open, 0, 1, 2},
    {__NR_openat2, Shape::OpenHow, Use::Open, 0, 1, 2},
    {__NR_newfstatat, Shape::AtFlags, Use::Stat, 0, 1, 3},
    {__NR_statx, Shape::AtFlags, Use::Stat, 0, 1, 2},
    {__NR_statfs, Shape::Follow, Use::Stat, kNone, 0},
    {__NR_faccessat, Shape::Follow, Use::Stat, 0, 1},
    {__NR_faccessat2, Shape::AtFlags, Use::Stat, 0, 1, 3},
    {__NR_readlinkat, Shape::NoFollow, Use::ReadLink, 0, 1},
    {__NR_getxattr, Shape::Follow, Use::Xattr, kNone, 0},
    {__NR_lgetxattr, Shape::NoFollow, Use::Xattr, kNone, 0},
    {__NR_listxattr, Shape::Follow, Use::Xattr, kNone, 0},
    {__NR_llistxattr, Shape::NoFollow, Use::Xattr, kNone, 0},
    {464, Shape::AtFlags, Use::Xattr, 0, 1, 2},
    {465, Shape::AtFlags, Use::Xattr, 0, 1, 2},
    {468, Shape::AtFlags, Use::Xattr, 0, 1, 4},
    {__NR_setxattr, Shape::Follow, Use::Change, kNone, 0},
    {__NR_lsetxattr, Shape::NoFollow, Use::Change, kNone, 0},
    {__NR_fsetxattr, Shape::Fd, Use::Change, kNone, 0},
    {__NR_removexattr, Shape::Follow, Use::Change, kNone, 0},
    {__NR_lremovexattr, Shape::NoFollow, Use::Change, kNone, 0},
    {__NR_fremovexattr, Shape::Fd, Use::Change, kNone, 0},
    {463, Shape::AtFlags, Use::Change, 0, 1, 2},
    {466, Shape::AtFlags, Use::Change, 0, 1, 2},
    {469, Shape::AtFlags, Use::Change, 0, 1, 4},
    {__NR_chdir, Shape::Enter, Use::Enter, kNone, 0},
    {__NR_fchdir, Shape::EnterFd, Use::Enter, kNone, 0},
    {__NR_chroot, Shape::Root, Use::Enter, kNone, 0},
    {__NR_execve, Shape::Execute, Use::Execute, kNone, 0},
    {__NR_execveat, Shape::ExecuteAt, Use::Execute, 0, 1, 4},
    {__NR_mkdirat, Shape::Made, Use::Create, 0, 1},
    {__NR_unlinkat, Shape::NoFollow, Use::Remove, 0, 1},
    {__NR_renameat, Shape::NoFollow, Use::Remove, 0, 1},
    {__NR_renameat, Shape::Made, Use::Create, 2, 3},
    {__NR_renameat2, Shape::NoFollow, Use::Remove, 0, 1},
    {__NR_renameat2, Shape::Made, Use::Create, 2, 3},
    {__NR_linkat, Shape::AtFollow, Use::Link, 0, 1, 4},
    {__NR_linkat, Shape::Made, Use::Create, 2, 3},
    {__NR_symlinkat, Shape::Made, Use::Create, 1, 2},
    {__NR_mknodat, Shape::Made, Use::Create, 0, 1},
    {__NR_fchmodat, Shape::Follow, Use::Change, 0, 1},
    {452, Shape::AtFlags, Use::Change, 0, 1, 3},
    {__NR_fchmod, Shape::Fd, Use::Change, kNone, 0},
    {__NR_fchownat, Shape::AtFlags, Use::Change, 0, 1, 4},
    {__NR_fchown, Shape::Fd, Use::Change, kNone, 0},
    {__NR_truncate, Shape::Follow, Use::Write, kNone, 0},
    {__NR_utimensat, Shape::AtFlags, Use::Change, 0, 1, 3},
    {__NR_getdents64, Shape::Fd, Use::List, kNone, 0},
    {__NR_connect, Shape::Address, Use::Connect, kNone, 1},
    {__NR_bind, Shape::Address, Use::Bind, kNone, 1},
    {__NR_listen, Shape::Listen, Use::Bind, kNone, 0},
    {__NR_inotify_add_watch, Shape::Follow, Use::Watch, kNone, 1},
    {__NR_fanotify_mark, Shape::Follow, Use::Watch, 3, 4},
    {__NR_name_to_handle_at, Shape::AtFollow, Use::Handle, 0, 1, 4},
    {__NR_open_by_handle_at, Shape::ByHandle, Use::Open, kNone, 0},
    {__NR_mount, Shape::Follow, Use::Stat, kNone, 1},
    {__NR_umount2, Shape::Follow, Use::Stat, kNone, 0},
    {__NR_open_tree, Shape::AtFlags, Use::Open, 0, 1, 2},
    {__NR_pivot_root, Shape::Root, Use::Enter, kNone, 0},
    {__NR_io_uring_setup, Shape::Refuse, Use::Open, kNone, 0},
    {__NR_swapon, Shape::Follow, Use::Stat, kNone, 0},
    {__NR_acct, Shape::Follow, Use::Open, kNone, 0},
#if defined(__x86_64__)
    {__NR_open, Shape::OpenFlags, Use::Open, kNone, 0, 1},
    {__NR_creat, Shape::Made, Use::Write, kNone, 0},
    {__NR_stat, Shape::Follow, Use::Stat, kNone, 0},
    {__NR_lstat, Shape::NoFollow, Use::Stat, kNone, 0},
    {__NR_access, Shape::Follow, Use::Stat, kNone, 0},
    {__NR_readlink, Shape::NoFollow, Use::ReadLink, kNone, 0},
    {__NR_mkdir, Shape::Made, Use::Create, kNone, 0},
    {__NR_rmdir, Shape::NoFollow, Use::Remove, kNone, 0},
    {__NR_unlink, Shape::NoFollow, Use::Remove, kNone, 0},
    {__NR_rename, Shape::NoFollow, Use::Remove, kNone, 0},
    {__NR_rename, Shape::Made, Use::Create, kNone, 1},
    {__NR_link, Shape::NoFollow, Use::Link, kNone, 0},
    {__NR_link, Shape::Made, Use::Create, kNone, 1},
    {__NR_symlink, Shape::Made, Use::Create, kNone, 1},
    {__NR_mknod, Shape::Made, Use::Create, kNone, 0},
    {__NR_chmod, Shape::Follow, Use::Change, kNone, 0},
    {__NR_chown, Shape::Follow, Use::Change, kNone, 0},
    {__NR_lchown, Shape::NoFollow, Use::Change, kNone, 0},
    {__NR_utime, Shape::Follow, Use::Change, kNone, 0},
    {__NR_utimes, Shape::Follow, Use::Change, kNone, 0},
    {__NR_futimesat, Shape::Follow, Use::Change, 0, 1},
    {__NR_getdents, Shape::Fd, Use::List, kNone, 0},
    {__NR_uselib, Shape::Follow, Use::Open, kNone, 0},
#endif
};

#if defined(__x86_64__)
// arch/x86/entry/syscalls/syscall_32.tbl of Linux.
constexpr CallRow kCompat[] = {
    {5, Shape::OpenFlags, Use::Open, kNone, 0, 1},   // open
    {295, Shape::OpenFlags, Use::Open, 0, 1, 2},     // openat
    {437, Shape::OpenHow, Use::Open, 0, 1, 2},       // openat2
    {8, Shape::Made, Use::Write, kNone, 0},          // creat
    {106, Shape::Follow, Use::Stat, kNone, 0},       // stat
    {195, Shape::Follow, Use::Stat, kNone, 0},       // stat64
    {18, Shape::Follow, Use::Stat, kNone, 0},        // oldstat
    {107, Shape::NoFollow, Use::Stat, kNone, 0},     // lstat
    {196, Shape::NoFollow, Use::Stat, kNone, 0},     // lstat64
    {84, Shape::NoFollow, Use::Stat, kNone, 0},      // oldlstat
    {300, Shape::AtFlags, Use::Stat, 0, 1, 3},       // fstatat64
    {383, Shape::AtFlags, Use::Stat, 0, 1, 2},       // statx
    {99, Shape::Follow, Use::Stat, kNone, 0},        // statfs
    {268, Shape::Follow, Use::Stat, kNone, 0},       // statfs64
    {33, Shape::Follow, Use::Stat, kNone, 0},        // access
    {307, Shape::Follow, Use::Stat, 0, 1},           // faccessat
    {439, Shape::AtFlags, Use::Stat, 0, 1, 3},       // faccessat2
    {85, Shape::NoFollow, Use::ReadLink, kNone, 0},  // readlink
    {305, Shape::NoFollow, Use::ReadLink, 0, 1},     // readlinkat
    {229, Shape::Follow, Use::Xattr, kNone, 0},      // getxattr
    {230, Shape::NoFollow, Use::Xattr, kNone, 0},    // lgetxattr
    {232, Shape::Follow, Use::Xattr, kNone, 0},      // listxattr
    {233, Shape::NoFollow, Use::Xattr, kNone, 0},    // llistxattr
    {464, Shape::AtFlags, Use::Xattr, 0, 1, 2},      // getxattrat
    {465, Shape::AtFlags, Use::Xattr, 0, 1, 2},      // listxattrat
    {468, Shape::AtFlags, Use::Xattr, 0, 1, 4},      // file_getattr
    {226, Shape::Follow, Use::Change, kNone, 0},     // setxattr
    {227, Shape::NoFollow, Use::Change, kNone, 0},   // lsetxattr
    {228, Shape::Fd, Use::Change, kNone, 0},         // fsetxattr
    {235, Shape::Follow, Use::Change, kNone, 0},     // removexattr
    {236, Shape::NoFollow, Use::Change, kNone, 0},   // lremovexattr
    {237, Shape::Fd, Use::Change, kNone, 0},         // fremovexattr
    {463, Shape::AtFlags, Use::Change, 0, 1, 2},     // setxattrat
    {466, Shape::AtFlags, Use::Change, 0, 1, 2},     // removexattrat
    {469, Shape::AtFlags, Use::Change, 0, 1, 4},     // file_setattr
    {12, Shape::Enter, Use::Enter, kNone, 0},        // chdir
    {133, Shape::EnterFd, Use::Enter, kNone, 0},     // fchdir
    {61, Shape::Root, Use::Enter, kNone, 0},         // chroot
    {11, Shape::Execute, Use::Execute, kNone, 0},    // execve
    {358, Shape::ExecuteAt, Use::Execute, 0, 1, 4},  // execveat
    {39, Shape::Made, Use::Create, kNone, 0},        // mkdir
    {296, Shape::Made, Use::Create, 0, 1},           // mkdirat
    {40, Shape::NoFollow, Use::Remove, kNone, 0},    // rmdir
    {10, Shape::NoFollow, Use::Remove, kNone, 0},    // unlink
    {301, Shape::NoFollow, Use::Remove, 0, 1},       // unlinkat
    {38, Shape::NoFollow, Use::Remove, kNone, 0},    // rename
    {38, Shape::Made, Use::Create, kNone, 1},        // rename
    {302, Shape::NoFollow, Use::Remove, 0, 1},       // renameat
    {302, Shape::Made, Use::Create, 2, 3},           // renameat
    {353, Shape::NoFollow, Use::Remove, 0, 1},       // renameat2
    {353, Shape::Made, Use::Create, 2, 3},           // renameat2
    {9, Shape::NoFollow, Use::Link, kNone, 0},       // link
    {9, Shape::Made, Use::Create, kNone, 1},         // link
    {303, Shape::AtFollow, Use::Link, 0, 1, 4},      // linkat
    {303, Shape::Made, Use::Create, 2, 3},           // linkat
    {83, Shape::Made, Use::Create, kNone, 1},        // symlink
    {304, Shape::Made, Use::Create, 1, 2},           // symlinkat
    {14, Shape::Made, Use::Create, kNone, 0},        // mknod
    {297, Shape::Made, Use::Create, 0, 1},           // mknodat
    {15, Shape::Follow, Use::Change, kNone, 0},      // chmod
    {306, Shape::Follow, Use::Change, 0, 1},         // fchmodat
    {452, Shape::AtFlags, Use::Change, 0, 1, 3},     // fchmodat2
    {94, Shape::Fd, Use::Change, kNone, 0},          // fchmod
    {182, Shape::Follow, Use::Change, kNone, 0},     // chown
    {212, Shape::Follow, Use::Change, kNone, 0},     // chown32
    {16, Shape::NoFollow, Use::Change, kNone, 0},    // lchown
    {198, Shape::NoFollow, Use::Change, kNone, 0},   // lchown32
    {298, Shape::AtFlags, Use::Change, 0, 1, 4},     // fchownat
    {95, Shape::Fd, Use::Change, kNone, 0},          // fchown
    {207, Shape::Fd, Use::Change, kNone, 0},         // fchown32
    {92, Shape::Follow, Use::Write, kNone, 0},       // truncate
    {193, Shape::Follow, Use::Write, kNone, 0},      // truncate64
    {30, Shape::Follow, Use::Change, kNone, 0},      // utime
    {271, Shape::Follow, Use::Change, kNone, 0},     // utimes
    {299, Shape::Follow, Use::Change, 0, 1},         // futimesat
    {320, Shape::AtFlags, Use::Change, 0, 1, 3},     // utimensat
    {412, Shape::AtFlags, Use::Change, 0, 1, 3},     // utimensat_time64
    {141, Shape::Fd, Use::List, kNone, 0},           // getdents
    {220, Shape::Fd, Use::List, kNone, 0},           // getdents64
    {362, Shape::Address, Use::Connect, kNone, 1},   // connect
    {361, Shape::Address, Use::Bind, kNone, 1},      // bind
    {363, Shape::Listen, Use::Bind, kNone, 0},       // listen
    {292, Shape::Follow, Use::Watch, kNone, 1},      // inotify_add_watch
    {339, Shape::Follow, Use::Watch, 4, 5},          // fanotify_mark
    {341, Shape::AtFollow, Use::Handle, 0, 1, 4},    // name_to_handle_at
    {342, Shape::ByHandle, Use::Open, kNone, 0},     // open_by_handle_at
    {21, Shape::Follow, Use::Stat, kNone, 1},        // mount
    {52, Shape::Follow, Use::Stat, kNone, 0},        // umount2
    {428, Shape::AtFlags, Use::Open, 0, 1, 2},       // open_tree
    {217, Shape::Root, Use::Enter, kNone, 0},        // pivot_root
    {425, Shape::Refuse, Use::Open, kNone, 0},       // io_uring_setup
    {86, Shape::Follow, Use::Open, kNone, 0},        // uselib
    {87, Shape::Follow, Use::Stat, kNone, 0},        // swapon
    {51, Shape::Follow, Use::Open, kNone, 0},        // acct
    {102, Shape::SocketCall, Use::Bind, kNone, 1},   // socketcall
};
#endif

// Those that a busy program makes most often stand first: the filter looks from the top.
constexpr int16_t kCommon[] = {
    __NR_read,
    __NR_write,
    __NR_readv,
    __NR_writev,
    __NR_pread64,
    __NR_pwrite64,
    __NR_preadv,
    __NR_pwritev,
    __NR_preadv2,
    __NR_pwritev2,
    __NR_close,
    __NR_close_range,
    __NR_lseek,
    __NR_fstat,
    __NR_dup,
    __NR_dup3,
    __NR_fcntl,
    __NR_ioctl,
    __NR_futex,
    __NR_futex_waitv,
    __NR_mmap,
    __NR_munmap,
    __NR_mprotect,
    __NR_mremap,
    __NR_madvise,
    __NR_brk,
    __NR_msync,
    __NR_mincore,
    __NR_mlock,
    __NR_munlock,
    __NR_mlock2,
    __NR_membarrier,
    __NR_epoll_create1,
    __NR_epoll_ctl,
    __NR_epoll_pwait,
    __NR_epoll_pwait2,
    __NR_ppoll,
    __NR_pselect6,
    __NR_eventfd2,
    __NR_timerfd_create,
    __NR_timerfd_settime,
    __NR_timerfd_gettime,
    __NR_signalfd4,
    __NR_pipe2,
    __NR_socket,
    __NR_socketpair,
    __NR_accept,
    __NR_accept4,
    __NR_getsockname,
    __NR_getpeername,
    __NR_setsockopt,
    __NR_getsockopt,
    __NR_shutdown,
    __NR_sendto,
    __NR_recvfrom,
    __NR_sendmsg,
    __NR_recvmsg,
    __NR_sendmmsg,
    __NR_recvmmsg,
    __NR_sendfile,
    __NR_splice,
    __NR_tee,
    __NR_vmsplice,
    __NR_copy_file_range,
    __NR_fsync,
    __NR_fdatasync,
    __NR_sync_file_range,
    __NR_ftruncate,
    __NR_fallocate,
    __NR_flock,
    __NR_fadvise64,
    __NR_readahead,
    __NR_clock_gettime,
    __NR_clock_getres,
    __NR_clock_nanosleep,
    __NR_nanosleep,
    __NR_gettimeofday,
    __NR_times,
    __NR_getrusage,
    __NR_getitimer,
    __NR_setitimer,
    __NR_timer_create,
    __NR_timer_settime,
    __NR_timer_gettime,
    __NR_timer_getoverrun,
    __NR_timer_delete,
    __NR_rt_sigaction,
    __NR_rt_sigprocmask,
    __NR_rt_sigreturn,
    __NR_rt_sigsuspend,
    __NR_rt_sigtimedwait,
    __NR_rt_sigpending,
    __NR_rt_sigqueueinfo,
    __NR_rt_tgsigqueueinfo,
    __NR_sigaltstack,
    __NR_kill,
    __NR_tkill,
    __NR_tgkill,
    __NR_restart_syscall,
    __NR_getpid,
    __NR_getppid,
    __NR_gettid,
    __NR_getuid,
    __NR_geteuid,
    __NR_getgid,
    __NR_getegid,
    __NR_getgroups,
    __NR_getresuid,
    __NR_getresgid,
    __NR_getpgid,
    __NR_getsid,
    __NR_uname,
    __NR_sysinfo,
    __NR_getcpu,
    __NR_sched_yield,
    __NR_sched_getaffinity,
    __NR_sched_getparam,
    __NR_sched_getscheduler,
    __NR_sched_get_priority_max,
    __NR_sched_get_priority_min,
    __NR_getpriority,
    __NR_set_tid_address,
    __NR_set_robust_list,
    __NR_get_robust_list,
    __NR_rseq,
    __NR_getrandom,
    __NR_prlimit64,
    __NR_getrlimit,
    __NR_clone,
    __NR_clone3,
    __NR_wait4,
    __NR_waitid,
    __NR_exit,
    __NR_exit_group,
    __NR_semop,
    __NR_semtimedop,
    __NR_semget,
    __NR_semctl,
    __NR_shmat,
    __NR_shmdt,
    __NR_shmget,
    __NR_shmctl,
    __NR_msgsnd,
    __NR_msgrcv,
    __NR_msgget,
    __NR_msgctl,
    __NR_mq_timedsend,
    __NR_mq_timedreceive,
    __NR_io_submit,
    __NR_io_getevents,
    __NR_io_pgetevents,
    __NR_io_cancel,
    __NR_io_setup,
    __NR_io_destroy,
    __NR_io_uring_enter,
    __NR_getcwd,
    __NR_fstatfs,
    __NR_umask,
    __NR_fgetxattr,
    __NR_flistxattr,
    __NR_inotify_init1,
    __NR_inotify_rm_watch,
    __NR_memfd_create,
    __NR_get_mempolicy,
    __NR_pidfd_open,
    __NR_pidfd_send_signal,
#if defined(__x86_64__)
    __NR_poll,
    __NR_select,
    __NR_epoll_wait,
    __NR_epoll_create,
    __NR_eventfd,
    __NR_signalfd,
    __NR_pipe,
    __NR_dup2,
    __NR_time,
    __NR_alarm,
    __NR_pause,
    __NR_getpgrp,
    __NR_arch_prctl,
    __NR_fork,
    __NR_vfork,
    __NR_inotify_init,
#endif
};

template <typename T, unsigned kSize>
constexpr unsigned size_of(const T (&)[kSize]) {
  return kSize;
}

}  // namespace

const CallTable& native_calls() {
  static constexpr CallTable kTable = {kNative, size_of(kNative)};
  return kTable;
}

const CallTable& compat_calls() {
#if defined(__x86_64__)
  static constexpr CallTable kTable = {kCompat, size_of(kCompat)};
#else
  static constexpr CallTable kTable = {nullptr, 0};
#endif
  return kTable;
}

const NumberList& common_calls() {
  static constexpr NumberList kList = {kCommon, size_of(kCommon)};
  return kList;
}

}  // namespace whittle::sensor
