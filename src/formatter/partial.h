// The style for a part of a file: whole instructions, the rest stays as it is.
#pragma once

#include "formatter/formatter.h"
#include "model/source.h"

namespace whittle {

// As format_dockerfile, of the instructions that touch `range` alone.
Result<Formatted> format_part(const std::string& source,
                              Range range,
                              const FormatOptions& options,
                              const Limits& limits);

}  // namespace whittle
