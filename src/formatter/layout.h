// Edits that give a file its layout: keywords, indentation, continuations, blanks, empty lines.
#pragma once

#include <vector>

#include "formatter/formatter.h"
#include "lint/lint.h"

namespace whittle {

// `input` is that of a file without parse errors. Disjoint edits; none for a file that has the
// layout. What stands in quotes, heredocs, and in texts that an image stores as they are written
// (shell-form CMD, ENTRYPOINT and HEALTHCHECK, ONBUILD, ENV without `=`) keeps its lines.
std::vector<Edit> layout_edits(const LintInput& input, const FormatOptions& options);

}  // namespace whittle
