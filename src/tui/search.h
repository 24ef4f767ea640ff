// Finding paths: fuzzy, for jumping to one; by a part or a regular expression, for showing only
// some.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace whittle::tui {

// How well `text` is meant by `wanted`: all of its characters in their order, case ignored unless
// `wanted` has capitals; better at the beginnings of words, one after the other, and in the last
// component. 0: not at all.
int fuzzy_score(std::string_view wanted, std::string_view text);
// Where the characters were found, byte offsets; empty without a match.
std::vector<size_t> fuzzy_places(std::string_view wanted, std::string_view text);

// A filter for paths as a person types it: a part of the path, or, if it has characters that only
// make sense there, a POSIX extended regular expression. Case is ignored unless it has capitals.
class PathPattern {
 public:
  static constexpr size_t kMaxBytes = 200;

  explicit PathPattern(std::string_view text);
  ~PathPattern();
  PathPattern(const PathPattern&) = delete;
  PathPattern& operator=(const PathPattern&) = delete;

  bool matches(const std::string& path) const;

  // Why the expression is none; it is looked for as a part then. "" when all is well.
  const std::string& problem() const { return problem_; }

  const std::string& text() const { return text_; }

 private:
  struct Compiled;

  std::string text_;
  std::string part_;
  std::string problem_;
  bool ignores_case_ = false;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace whittle::tui
