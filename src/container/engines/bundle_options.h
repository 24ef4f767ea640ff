// The words of `docker run` that the built-in engine understands.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "container/engines/oci_bundle.h"

namespace whittle {

// Sets in the bundle what RunRequest::extra_args ask for: "--read-only", "--tmpfs=/tmp:size=8m",
// "--volume=/data" (a new one), "--cap-drop", "--cap-add", "--pids-limit",
// "--security-opt=no-new-privileges" and "--security-opt=seccomp=FILE"; a value may also be the
// next word. Usage for any other word: what was asked for must not be left out silently.
// `bounding_set`: the capabilities that can be given (CapBnd of /proc/PID/status).
Status add_run_words(const std::vector<std::string>& words,
                     uint64_t bounding_set,
                     BundleSpec& spec);

}  // namespace whittle
