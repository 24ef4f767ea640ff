// Programs of a kind as facts of a check.
#pragma once

#include "checks/check.h"

namespace whittle {

void add_programs(const ImageFacts& facts, ToolKind kind, CheckSink& sink);

}  // namespace whittle
