// Progress on stderr: one live line on a terminal, plain lines elsewhere.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/cancel.h"
#include "base/progress.h"

namespace whittle {

// What the live line shows.
struct ProgressState {
  std::string title;
  std::string detail;
  std::string unit;
  uint64_t total = 0;  // 0: unknown, a spinner instead of a bar
  uint64_t done = 0;
  double seconds = 0;  // since the phase began
  bool interrupted = false;
};

// The live line, at most `width` columns, without a line end. `tick` turns the spinner.
std::string progress_line(const ProgressState& state, unsigned width, unsigned tick);

struct ProgressOptions {
  bool quiet = false;
  bool verbose = false;
  bool is_terminal = false;
  bool color = false;
  int fd = 2;
};

// Live on a terminal: drawn once a run takes longer than a second, at most ten times a second, gone
// when the object goes; with verbose, finished phases and notes stay above it. Elsewhere one line a
// phase, with verbose notes too. Nothing with quiet. Thread-safe. `cancel` must outlive it.
std::unique_ptr<Progress> make_progress(const ProgressOptions& options, const CancelToken& cancel);

}  // namespace whittle
