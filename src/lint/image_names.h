// Names of base images: their parts, and what is known of them when ARGs are resolved.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "lint/lint.h"

namespace whittle {

struct ImageName {
  std::string registry;    // "docker.io" when none is written
  std::string repository;  // without the registry
  std::string tag;         // "" if none
  std::string digest;      // "" if none
};

ImageName split_image_name(std::string_view name);
// Source: distribution's reference grammar.
bool is_valid_image_name(std::string_view name);

// ARGs in front of the first FROM with their defaults (nullopt: none), and those that the builder
// sets.
std::map<std::string, std::optional<std::string>> global_args(const LintInput& input);

// The image a stage begins with, variables expanded; nullopt if it is another stage, `scratch`, or
// holds a variable without a value.
std::optional<std::string> known_base_image(const LintInput& input, uint32_t stage);

// A word of FROM with the defaults of the global ARGs alone; Expansion::unset names the rest.
Result<Expansion> expand_with_defaults(const LintInput& input, std::string_view word);

}  // namespace whittle
