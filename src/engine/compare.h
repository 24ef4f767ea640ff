// Two image configurations compared, in words.
#pragma once

#include <string>
#include <vector>

#include "model/image.h"

namespace whittle {

// One sentence per difference: "`USER` was `root`, is `app`". Labels that whittle puts on trial
// images do not count.
std::vector<std::string> config_differences(const RunConfig& before, const RunConfig& after);

}  // namespace whittle
