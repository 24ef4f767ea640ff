// parallel_for: independent pieces of work on a fixed number of threads, with one deterministic outcome.
#pragma once

#include <cstddef>
#include <functional>

#include "base/cancel.h"
#include "base/result.h"

namespace whittle {

// Number of threads to use when the user named none: the CPUs this process may run on, at least 1.
unsigned default_threads();

// Calls work(i) for every i in [0, count) on up to `threads` threads; with one thread, in the calling thread and in
// order. After the first failure no new piece starts; the error of the lowest failing index that ran is returned.
// `work` must be safe to call at the same time for different i.
Status parallel_for(size_t count,
                    unsigned threads,
                    const CancelToken& cancel,
                    const std::function<Status(size_t)>& work);

}  // namespace whittle
