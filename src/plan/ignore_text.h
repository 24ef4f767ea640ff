// The text of an ignore file with whittle's lines: one block behind the user's own text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/finding.h"

namespace whittle {

// The user's text, then a comment and the patterns: sorted, each once. A block that was added
// before is replaced, and so is never there twice. Line ends are those of the text.
std::string add_ignore_lines(std::string_view text, const std::vector<IgnoreLine>& lines);

}  // namespace whittle
