// The part of Go's regular expressions that ignore patterns turn into. Internal to
// dockerfile/ignore.h.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "dockerfile/ignore_pattern.h"

namespace whittle {

// The steps of an expression made of literals, escapes, `[...]` and `[...]*`, `.*`, `(.*/)?` and
// `^`. Errors: Invalid, where Go's compiler refuses it.
Result<std::vector<GlobStep>> parse_ignore_regexp(std::string_view expression);

}  // namespace whittle
