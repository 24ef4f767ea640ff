// Unified diffs that git applies. The shortest edit script by Myers' algorithm (An O(ND) Difference
// Algorithm, 1986), bounded: of texts that differ in thousands of places everything between their
// equal ends is replaced.
#pragma once

#include <string>
#include <string_view>

namespace whittle {

// A unified diff (3 lines of context) of two texts, "" when equal: git-applicable, also for missing
// last line ends and for a file that is created (`before` null).
std::string unified_diff(std::string_view path,
                         const std::string* before,
                         const std::string& after);

}  // namespace whittle
