// Inside of engine: what a report of `slim` says of the kept set, counted.
#pragma once

#include "analyze/read_image.h"
#include "model/slim_report.h"
#include "model/trace.h"
#include "model/tree_paths.h"
#include "slim/keep.h"

namespace whittle {

// Files and bytes by tier, reason and package.
void count_kept(const ReadImage& read, const KeepSet& keep, SlimReport& report);

// What the runs of the original used of it.
SlimTraceFacts trace_facts(const Trace& trace,
                           const TreePaths& paths,
                           const std::vector<KeepWish>& wishes,
                           const KeepSet& keep);

// What the second set of probes used, beside what `trace` has.
SlimVerifyFacts verify_facts(const Trace& trace, const Trace& verifying, const TreePaths& paths);

// Contents of all files of a tree, every content once.
SlimBytes tree_bytes(const MergedTree& tree);

}  // namespace whittle
