// Inside of secrets: what counts as a blank in a pattern.
#pragma once

#include <string>
#include <string_view>

namespace whittle {

// A pattern of RE2 for an engine that follows PCRE: its \s and \S written out, as there they count
// the vertical tab among the blanks and RE2 does not, and \v, a vertical tab here and any line
// break there. All else is copied, also what is no pattern.
std::string with_plain_spaces(std::string_view pattern);

}  // namespace whittle
