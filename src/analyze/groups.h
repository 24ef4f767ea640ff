// An image's bytes by dimensions.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/analysis.h"
#include "model/groups.h"

namespace whittle {

// "layer,package" to dimensions, none twice. Usage error with the names there are.
Result<std::vector<Dimension>> parse_dimensions(std::string_view text);

struct GroupOptions {
  std::vector<Dimension> dimensions;  // outermost first; not empty
  size_t most = 20;                   // rows a level before "[N Others]"; 0: all
  bool only_lost = false;             // bytes that are in no file of the merged tree
  bool only_own = false;              // layers after the base
};

// Rows by stored bytes, biggest first, equal ones by key; each level's rows sum to their parent.
std::vector<GroupRow> group(const Analysis& analysis, const GroupOptions& options);
// What group() has for each of the dimensions alone, in their order; looks at all files once.
std::vector<std::vector<GroupRow>> group_each(const Analysis& analysis,
                                              const GroupOptions& options);
GroupBytes group_total(const Analysis& analysis, const GroupOptions& options);

// The same for two images, by the size of the change.
std::vector<GroupChange> group_changes(const Analysis& before,
                                       const Analysis& after,
                                       const GroupOptions& options);

}  // namespace whittle
