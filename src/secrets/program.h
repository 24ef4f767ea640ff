// One pattern, compiled: where it matches in bytes, and which part of the match is meant. The only
// user of RE2.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace whittle {

struct PatternMatch {
  size_t begin = 0;
  size_t end = 0;
  size_t secret_begin = 0;
  size_t secret_end = 0;
};

// Compiled when it is first used. Thread-safe.
class PatternProgram {
 public:
  // `group`: number or name of the part that is meant; "": the first group that took part, else
  // all.
  explicit PatternProgram(std::string_view pattern, std::string_view group = "");
  PatternProgram(PatternProgram&&) noexcept;
  ~PatternProgram();

  // "" for a well-formed pattern (and a group that exists).
  const std::string& problem() const;
  // The leftmost match within [begin, end); what stands around is seen by \b and ^.
  bool find(std::string_view text, size_t begin, size_t end, PatternMatch& match) const;
  bool matches(std::string_view text) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace whittle
