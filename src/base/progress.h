// What a long operation tells about how far it is. The library reports; the command line draws.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace whittle {

// Receives progress. Implementations are thread-safe; calls are cheap (no I/O on most of them).
class Progress {
 public:
  virtual ~Progress() = default;
  // A new phase begins and the one before it is over: "building the baseline". `total` in `unit`s
  // ("B" is shown as bytes), 0 if unknown.
  virtual void phase(std::string_view title, uint64_t total = 0, std::string_view unit = "") = 0;
  // `done` of the phase's total.
  virtual void update(uint64_t done) = 0;
  // What is being worked on inside the phase: "step 3/9 RUN apt-get update".
  virtual void detail(std::string_view text) = 0;
  // A line that stays on the screen (verbose output).
  virtual void note(std::string_view text) = 0;
};

// Says nothing.
class NoProgress : public Progress {
 public:
  void phase(std::string_view, uint64_t, std::string_view) override {}
  void update(uint64_t) override {}
  void detail(std::string_view) override {}
  void note(std::string_view) override {}
};

}  // namespace whittle
