// Debian's package lists in a Dockerfile: who makes them, who needs them, who removes them.
#pragma once

#include <optional>
#include <vector>

#include "lint/package_commands.h"

namespace whittle {

// What a RUN does first with the lists that it finds.
enum class AptFirst { Nothing, Uses, Updates };
AptFirst first_apt_event(const LintInput& input, size_t instruction);

// The last `update` command of a RUN, whichever way it is reached.
std::optional<PackageCommand> last_apt_update(const LintInput& input, size_t instruction);
// True if a command behind the last update needs the lists.
bool uses_lists_after_update(const LintInput& input, size_t instruction);
// True if a command behind the last update removes the lists.
bool removes_lists_after_update(const LintInput& input, size_t instruction);
// True if a command of the RUN empties apt's cache of archives.
bool removes_apt_archives(const LintInput& input, size_t instruction);

// The instruction behind `index` that would miss the lists if they were gone after `index`; nullopt
// if none would.
std::optional<size_t> needs_lists_after(const LintInput& input, size_t index);

// True if the update is the last thing the RUN does: it may be there to leave lists behind.
bool ends_with_update(const LintInput& input, size_t index);
// True if a later RUN pipes a script into a shell before lists are made again: it may install from
// them.
bool runs_unseen_script_after(const LintInput& input, size_t index);

// The RUN in front of `index`, in its stage or a stage that is FROM, that last made lists and left
// them; nullopt if none.
std::optional<size_t> maker_of_lists(const LintInput& input, size_t index);

// True if something between the update of `maker` and `user` may have changed what an update
// fetches.
bool changes_apt_sources(const LintInput& input, size_t maker, size_t user);

}  // namespace whittle
