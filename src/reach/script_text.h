// What the kinds of scripts share: the first line, and the words of a text.
#pragma once

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "model/content_topic.h"
#include "reach/facts.h"

namespace whittle {

inline constexpr uint64_t kMaxScriptBytes = 8 << 20;

// Base name of the interpreter that the first line names ("python3" of "#!/usr/bin/env -S python3
// -u"),
// "" for what is no script.
std::string_view interpreter_name(std::string_view beginning);

// The first line's facts: the interpreter by path; of `env` also its command.
void add_first_line(std::string_view content, FactWriter& into);

// The last part of a path.
std::string_view base_name(std::string_view path);

template <size_t kCount>
bool is_one_of(std::string_view name, const std::string_view (&names)[kCount]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

// Whether a path ends in one of some ends.
template <size_t kCount>
bool ends_in_one_of(std::string_view path, const std::string_view (&ends)[kCount]) {
  return std::any_of(
      std::begin(ends), std::end(ends), [&](std::string_view end) { return path.ends_with(end); });
}

// Where the lines of a text begin, to tell the line of an offset.
class LineStarts {
 public:
  explicit LineStarts(std::string_view text);
  uint32_t line_of(size_t offset) const;  // from 1

 private:
  std::vector<size_t> starts_;
};

// Adds the commands of a text for sh: what they run, source and read.
void add_shell_facts(std::string_view text, NeedLevel level, FactWriter& into, uint32_t line = 0);

}  // namespace whittle
