// The proof behind a safe fix: both Dockerfiles are evaluated, and may differ only in what the rule
// declares.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "lint/lint.h"
#include "model/dockerfile.h"

namespace whittle {

// The first difference of what the two files evaluate to beyond `declares`, in words; "" if there
// is none. Compared per stage: base, name, parent, environment, working directory, user, shell;
// CMD, ENTRYPOINT, HEALTHCHECK, STOPSIGNAL, EXPOSE, VOLUME, LABEL and ONBUILD as they take effect;
// the copies in order; and that every command of every RUN is still there, in the same order, with
// all its words.
std::string first_difference(const Dockerfile& before,
                             const Dockerfile& after,
                             uint32_t declares,
                             const std::vector<std::pair<std::string, std::string>>& build_args,
                             const Limits& limits);

// Whether a finding's fix alone may be made: its edits give a file without new parse errors, and
// those of a safe one a file that means what it meant, but for what the rule declares. True for a
// fix without edits; the finding must have one.
bool is_fix_sound(const Dockerfile& file,
                  const Finding& finding,
                  const std::vector<std::pair<std::string, std::string>>& build_args,
                  const Limits& limits);

}  // namespace whittle
