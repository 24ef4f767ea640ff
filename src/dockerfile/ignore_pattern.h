// One pattern of an ignore file, compiled. Internal to dockerfile/ignore.h.
// BuildKit's matcher checks a pattern with Go's filepath.Match and then turns it into a regular
// expression in Go's syntax, unless it is a plain path, `prefix**` or `**suffix`. Where the two
// grammars differ (`[[:digit:]]`, `\d`, `^`,
// `*` inside of brackets) the regular expression decides what matches, so the same two steps are
// taken here. Source: moby/patternmatcher (behaviour); Go's documentation of path/filepath.Match
// and regexp/syntax.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace whittle {

// A set of code points.
struct RuneSet {
  struct Span {
    char32_t first;
    char32_t last;
  };

  std::vector<Span> spans;
  bool is_negated = false;

  bool contains(char32_t rune) const;
};

// One step of a compiled pattern.
struct GlobStep {
  enum class Kind : uint8_t {
    One,       // a code point of the set
    Many,      // any number of them
    Folders,   // nothing, or anything that ends in '/'
    Begin,     // the begin of the path
    End,       // its end
    Boundary,  // between a word character and another
    NoBoundary,
  };
  Kind kind = Kind::One;
  RuneSet set;
};

// Immutable after compile(); thread-safe. Matching takes time of at most pattern size times path
// size.
class GlobPattern {
 public:
  // `text` is clean. Errors: Invalid, saying what is wrong with it.
  static Result<GlobPattern> compile(std::string_view text);
  // The whole path; bytes that are no UTF-8 count as U+FFFD.
  bool matches(std::string_view path) const;

 private:
  enum class Kind : uint8_t { Exact, Prefix, Suffix, Steps };
  bool matches_steps(std::string_view path) const;
  Kind kind_ = Kind::Exact;
  std::string literal_;  // of the first three; of Steps: what the path must end in
  std::vector<GlobStep> steps_;
};

// The next code point of the text at `at`, which moves behind it; U+FFFD and one byte where it is
// no UTF-8.
char32_t next_rune(std::string_view text, size_t& at);
// Whether Go's filepath.Match takes the pattern.
bool is_valid_glob(std::string_view pattern);
// Go's filepath.Match: the pattern and the whole name. False for a bad pattern.
bool glob_matches(std::string_view pattern, std::string_view name);

}  // namespace whittle
