// Where the comment goes that keeps a finding back.
#pragma once

#include <optional>

#include "model/dockerfile.h"
#include "model/finding.h"

namespace whittle {

// One insertion of a line "# whittle: ignore=RULE -- reason": above the instruction, or above the
// line of it on which the finding begins; for a finding about the file as a whole
// "# whittle: ignore-file=RULE -- reason" behind the directives. nullopt for findings that no
// comment can keep back.
std::optional<Edit> suppress_edit(const Dockerfile& file, const Finding& finding);

}  // namespace whittle
