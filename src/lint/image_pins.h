// Pinning of base images by digest: what the fixes of several rules are.
#pragma once

#include <optional>
#include <string>

#include "lint/lint.h"

namespace whittle {

// Adds the digest that the name of a stage's base image stands for now to the name, or to the ARG
// that holds all of it; `missing_tag` ("" or ":latest") goes in front. nullopt where nobody may be
// asked or nobody knows, and where the name is put together from variables.
std::optional<Fix> digest_fix(const LintInput& input,
                              const Stage& stage,
                              const std::string& image,
                              const std::string& missing_tag);

}  // namespace whittle
