// The seccomp filter of the traced program: stops the calls that tell what it uses, and lets the
// common ones pass at full speed.
#pragma once

#include <stdint.h>

namespace whittle::sensor {

// What a stopped call does.
enum class Stop : uint8_t { Notify, Ptrace };

struct FilterOptions {
  Stop stop = Stop::Notify;
  // Refuse what container engines refuse a program without CAP_SYS_ADMIN and CAP_SYS_PTRACE: their
  // own filter is laxer while the sensor holds these.
  bool refuse_privileged = false;
};

// Installs the filter for this process and what it starts. Needs CAP_SYS_ADMIN or no_new_privs.
// Returns the listener's descriptor (Notify), 0 (Ptrace), or -errno.
long install_filter(const FilterOptions& options);

}  // namespace whittle::sensor
