// The difference of two texts as edits of whole lines, so that an editor keeps its cursor and marks
// where nothing changed.
#pragma once

#include <string>
#include <vector>

#include "model/finding.h"

namespace whittle {

// Edits that turn `before` into `after`, ascending and disjoint.
std::vector<Edit> line_edits(const std::string& before, const std::string& after);

}  // namespace whittle
