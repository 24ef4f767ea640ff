// YAML as plain values with places. The only user of yaml-cpp for configurations; its exceptions
// end here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace whittle {

inline constexpr uint64_t kMaxYamlBytes = 4ULL << 20;
inline constexpr size_t kMaxYamlDepth = 64;
inline constexpr size_t kMaxYamlNodes = 200'000;

struct YamlNode {
  enum class Kind { Null, Scalar, Sequence, Mapping };
  Kind kind = Kind::Null;
  std::string text;             // of a scalar
  bool is_quoted = false;       // a scalar in quotes is no number and no bool
  std::vector<YamlNode> items;  // of a sequence; of a mapping the values, in order
  std::vector<YamlNode> keys;   // of a mapping, one for each item
  uint32_t line = 1;            // 1-based
  uint32_t column = 1;

  // The value of a key; null if there is none.
  const YamlNode* find(std::string_view key) const;
  // Of a mapping, in order. Refers to this node.
  std::vector<struct YamlField> fields() const;
};

struct YamlField {
  const YamlNode& key;
  const YamlNode& value;
};

// The first document of a text. Errors: Invalid "NAME:LINE:COLUMN: ...", Limit when it is too
// large, deep or (by aliases) many.
Result<YamlNode> parse_yaml(std::string_view text, const std::string& name);

// The error of a place in such a text.
Error yaml_error(const std::string& name, const YamlNode& node, std::string_view what);

}  // namespace whittle
