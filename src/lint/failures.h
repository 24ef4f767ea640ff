// Commands whose failure nobody sees: in front of `;` or a line end, without `set -e`.
#pragma once

#include <optional>

#include "model/shell.h"

namespace whittle {

struct LostFailure {
  Range command;  // that may fail
  Range op;       // the `;` behind it; empty for a line end
};

// The first command of the list whose status is lost; nullopt when there is none, or when the list
// stops by `set -e` before.
std::optional<LostFailure> first_lost_failure(const ShellNode& list);

// True for commands that succeed in all ways that matter: assignments of text, echo, export, set.
bool cannot_fail(const ShellNode& node);

// `set -e` in any of its forms.
bool sets_errexit(const ShellNode& node);

// True if a `||` behind or in front of the child, in the same chain, says what to do about a
// failure.
bool is_answered(const ShellNode& list, size_t child);

}  // namespace whittle
