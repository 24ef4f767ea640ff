// Another name for a stage, wherever the file names it.
#pragma once

#include <string>
#include <vector>

#include "lint/lint.h"

namespace whittle {

// The words of the file that name the stage, its own included: in FROM, `--from` and
// `--mount=...,from=`, behind ONBUILD too. Those that are written `name` already are left out.
std::vector<Edit> rename_stage(const LintInput& input, const Stage& stage, const std::string& name);

}  // namespace whittle
