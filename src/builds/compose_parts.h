// What the readers of Compose files share: values of YAML as Compose takes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/yaml.h"

namespace whittle {

// `extends` that leads on to `extends`.
inline constexpr int kMaxComposeExtends = 16;
// Files that one file may lead to.
inline constexpr size_t kMaxComposeFiles = 100;

// A value of a mapping, also one that "<<" brings in; null if there is none.
const YamlNode* compose_member(const YamlNode& node, std::string_view key);

// All of a mapping, with what "<<" brings in and the mapping does not have itself.
std::vector<YamlField> compose_fields(const YamlNode& node);

// Of a scalar; nullopt for all else and for null.
std::optional<std::string> compose_text(const YamlNode* node);

// A mapping, or a list of "NAME=VALUE"; a name alone has no value.
using ComposePairs = std::vector<std::pair<std::string, std::optional<std::string>>>;
ComposePairs compose_pairs(const YamlNode* node);

}  // namespace whittle
