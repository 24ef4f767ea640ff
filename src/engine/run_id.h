// A name for one run of whittle, on all that it makes in an engine.
#pragma once

#include <string>

namespace whittle {

// Letters and digits, another one each time.
std::string random_id();

}  // namespace whittle
