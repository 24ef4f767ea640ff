// Targets of `scan` that are no images but inventories of one.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"

namespace whittle {

// The text of the inventory that a target names: "sbom:FILE", "sbom:-", or a file, or "-" for
// standard input, that begins as one does (packages/read_sbom.h); nullopt for every other target,
// of which nothing is consumed. Errors: Io, Limit.
Result<std::optional<std::string>> inventory_text(const std::string& target);

}  // namespace whittle
