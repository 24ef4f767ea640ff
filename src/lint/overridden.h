// Instructions of which only the last one in a stage counts. Shared by the rules named multiple-*.
#pragma once

#include <vector>

#include "lint/lint.h"

namespace whittle {

// A finding for each one that a later one of its stage replaces, with a fix that deletes it.
void check_overridden(const LintInput& input,
                      const Rule& rule,
                      InstructionKind kind,
                      std::vector<Finding>& findings);

}  // namespace whittle
