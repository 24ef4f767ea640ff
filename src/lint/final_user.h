// Who the image runs as, and the text that would change it. Shared by user-root and user-missing.
#pragma once

#include <optional>
#include <string>

#include "lint/lint.h"

namespace whittle {

// Index of the USER instruction that decides for the last stage (its own or a parent stage's);
// nullopt if there is none.
std::optional<size_t> final_user(const LintInput& input);

// A user, and the switch to it in front of what starts the program: unsafe, and only shown to
// `optimize`. nullopt on Windows.
std::optional<Fix> switch_user_fix(const LintInput& input);

}  // namespace whittle
