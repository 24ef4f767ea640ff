// Packages that are built from the kernel's sources and hold no kernel. Advisories name the source,
// so that each of them would have all vulnerabilities of the kernel.
#pragma once

#include "model/package.h"

namespace whittle {

enum class KernelPart : uint8_t {
  None,     // another package, or the kernel itself
  Headers,  // to build against, documentation, sources: nothing that runs
  Tools,    // perf, bpftool and the like: programs of their own
};

KernelPart kernel_part(const Package& package);

}  // namespace whittle
