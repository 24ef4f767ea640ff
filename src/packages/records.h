// Packages as a few lines of text: what the pass over a layer keeps of a file that is too big to be
// kept itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/package.h"

namespace whittle {

// Type, name, version, architecture and licenses of each. Control characters become blanks; what
// has an overlong name, and what comes after very many packages, is left out.
std::string write_records(const std::vector<Package>& packages);
// Never fails: lines that are none of its own are passed over.
std::vector<Package> read_records(std::string_view text);

}  // namespace whittle
