// The table of checks of an image.
#pragma once

#include <string_view>
#include <vector>

#include "checks/check.h"

namespace whittle {

const std::vector<const ImageCheck*>& check_table();
// Those with that id, or another tool's for it, in any case of letters: dockle and the benchmark
// have one id for what are several checks here.
std::vector<const ImageCheck*> find_checks(std::string_view id);

// All checks over one image: facts in the order of the table.
CheckSink run_checks(const ImageFacts& facts);

}  // namespace whittle
