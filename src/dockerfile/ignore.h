// .dockerignore: patterns, their order, negation, parents and `**`, as BuildKit's matcher does it.
// Sources: moby/patternmatcher (behaviour); Docker's reference, ".dockerignore file".
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "model/source.h"

namespace whittle {

struct IgnorePattern {
  std::string text;  // cleaned, without '!' and leading '/'
  bool is_negated = false;
  Range range;  // of its line in the file
};

// The patterns of a .dockerignore file. Errors: Limit.
Result<std::vector<IgnorePattern>> parse_ignore_file(std::string_view text, const Limits& limits);

// What the patterns say of one path. A walk hands the decision for a folder down to those for what
// is in it.
struct IgnoreDecision {
  bool is_ignored = false;
  int pattern = -1;           // the index of the one that decided; -1 if none matched
  std::vector<bool> matched;  // those that matched the path or a folder above it
};

// Decides for paths. Immutable after make(); thread-safe.
class IgnoreMatcher {
 public:
  // Errors: Invalid for a bad pattern (`[`, a lone `!`), naming it.
  static Result<IgnoreMatcher> make(std::vector<IgnorePattern> patterns);
  static Result<IgnoreMatcher> make(const std::vector<std::string>& patterns);
  IgnoreMatcher(IgnoreMatcher&&) noexcept;
  IgnoreMatcher& operator=(IgnoreMatcher&&) noexcept;
  ~IgnoreMatcher();

  // True if the path (clean, relative, '/'-separated) is kept out: the last pattern that matches it
  // or one of its parents decides. As in BuildKit's walk, a pattern that could not change the
  // decision for a folder is not asked for it: of `a`, `!a/b`, `*` the last does not keep out a/b,
  // for `*` is not a path with a slash.
  bool is_ignored(std::string_view path) const;
  // The index of the pattern that decided, -1 if none matched.
  int deciding_pattern(std::string_view path) const;
  // The decision for a path, whose folder (of one name less) got `parent`; an empty one for the
  // top.
  IgnoreDecision decide(std::string_view path, const IgnoreDecision& parent) const;
  // False if nothing below this ignored directory can be let in again, so that a walk may skip it.
  bool may_hold_kept(std::string_view directory) const;
  // True if this single pattern (no negation, no order) matches the path or a parent.
  static Result<bool> matches(std::string_view pattern, std::string_view path);

 private:
  IgnoreDecision decide(std::string_view path) const;
  struct Impl;
  explicit IgnoreMatcher(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace whittle
