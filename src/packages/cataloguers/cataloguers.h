// The table of cataloguers.
#pragma once

#include <vector>

#include "packages/cataloguer.h"

namespace whittle {

// In the order of their rank: a path that several own is the first one's. Those of the operating
// system come first.
const std::vector<const Cataloguer*>& cataloguer_table();

}  // namespace whittle
