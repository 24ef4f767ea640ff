// Keeps the programs of a run from filling this machine's disk.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/fs.h"
#include "base/result.h"

namespace whittle {

// What a run may take from the disk, unless --max-written says otherwise. A fifth of what is free
// is left in any case.
inline constexpr uint64_t kDefaultMaxWrittenBytes = 8ULL << 30;

// Watches, from a thread of its own, how the free space of some folders' file systems falls while
// it is there. That is what containers write to layers, volumes and logs — and what others write
// meanwhile, for nobody can tell these apart cheaply.
class DiskGuard {
 public:
  // Folders that are not there are not watched. `run` must outlive it.
  DiskGuard(const std::vector<fs::path>& folders, uint64_t max_bytes, const CancelToken& run);
  ~DiskGuard();

  DiskGuard(const DiskGuard&) = delete;
  DiskGuard& operator=(const DiskGuard&) = delete;

  // For what is watched: cancelled with the run, or when too much was written.
  const CancelToken& token() const;
  // Limit once too much was written: which folder, how much, and how to raise it.
  Status check() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace whittle
