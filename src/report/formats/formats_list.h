// The rendering functions that the rows of the table point to; one a file of this folder.
#pragma once

#include <string>

#include "report/report.h"

namespace whittle {

std::string optimize_as_text(const OptimizeReport& report, const RenderOptions& options);
std::string optimize_as_json(const OptimizeReport& report, const RenderOptions& options);
std::string optimize_as_markdown(const OptimizeReport& report, const RenderOptions& options);

}  // namespace whittle
