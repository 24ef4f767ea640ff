// Unified diffs that git applies. The shortest edit script by Myers' algorithm (An O(ND) Difference
// Algorithm, 1986), bounded: of texts that differ in thousands of places everything between their
// equal ends is replaced.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace whittle {

// Whole lines, [old_begin, old_end) of the old text in bytes, that become [new_begin, new_end) of
// the new one.
struct LineChange {
  size_t old_begin = 0;
  size_t old_end = 0;
  size_t new_begin = 0;
  size_t new_end = 0;
};

// What is different, in the order of the texts.
std::vector<LineChange> line_changes(std::string_view before, std::string_view after);

// A unified diff (3 lines of context) of two texts, "" when equal: git-applicable, also for missing
// last line ends and for a file that is created (`before` null).
std::string unified_diff(std::string_view path,
                         const std::string* before,
                         const std::string& after);

}  // namespace whittle
