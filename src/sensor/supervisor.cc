#include "sensor/supervisor.h"

#include <asm/ioctl.h>
#include <asm/poll.h>
#include <linux/audit.h>
#include <linux/errno.h>
#include <linux/seccomp.h>
#include <linux/time_types.h>

namespace whittle::sensor {

namespace {

// Linux 6.6: the stopped thread and the sensor take turns on one processor.
constexpr uint64_t kSynchronousWakeUp = 1;
constexpr unsigned long kSetFlags = SECCOMP_IOW(4, uint64_t);
constexpr unsigned kX32Bit = 0x40000000;
constexpr int64_t kTickNs = 10'000'000;

struct PollFd {
  int fd;
  short events;
  short happened;
};

// True if the listener has something; false if the time is over.
bool wait_for(int listener, bool briefly, bool* is_over) {
  PollFd poll = {listener, POLLIN, 0};
  __kernel_timespec time = {0, kTickNs};
  long n = call(__NR_ppoll, &poll, 1L, briefly ? &time : nullptr, 0L, 8L);
  *is_over = n > 0 && (poll.happened & POLLIN) == 0 && (poll.happened & (POLLHUP | POLLERR)) != 0;
  return n > 0 && (poll.happened & POLLIN) != 0;
}

int64_t now_ns() {
  __kernel_timespec time = {};
  call(__NR_clock_gettime, 1L, &time);  // CLOCK_MONOTONIC
  return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

void answer(int listener, const seccomp_notif& request, Observer& observer) {
  StoppedCall stopped;
  stopped.tid = static_cast<int>(request.pid);
  stopped.is_compat = request.data.arch == AUDIT_ARCH_I386;
  stopped.number = static_cast<uint32_t>(request.data.nr) & ~kX32Bit;
  for (int i = 0; i < 6; ++i) stopped.args[i] = request.data.args[i];
  long verdict = observer.observe(stopped);
  seccomp_notif_resp response = {};
  response.id = request.id;
  response.error = static_cast<int32_t>(verdict);
  if (verdict == 0) response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  call(__NR_ioctl, listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

}  // namespace

int supervise_notifications(int listener, Observer& observer) {
  call(__NR_ioctl, listener, kSetFlags, kSynchronousWakeUp);  // older kernels refuse: no harm
  int64_t last_tick = 0;
  for (;;) {
    if (observer.wants_ticks()) {
      int64_t now = now_ns();
      if (now - last_tick >= kTickNs) {
        observer.tick();
        last_tick = now;
      }
    }
    bool is_over = false;
    if (!wait_for(listener, observer.wants_ticks(), &is_over)) {
      if (is_over) return 0;
      continue;
    }
    seccomp_notif request = {};
    long result = call(__NR_ioctl, listener, SECCOMP_IOCTL_NOTIF_RECV, &request);
    if (result == 0) {
      answer(listener, request, observer);
    } else if (result != -ENOENT && result != -EINTR) {
      return 1;
    }
  }
}

}  // namespace whittle::sensor
