// HCL as Bake files use it: text to a tree of blocks, attributes and
// expressions. What they come to is hcl_eval.h. Source: HCL native syntax
// specification, version 2.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "builds/hcl_value.h"

namespace whittle {

// Nesting of blocks, expressions and templates that is followed.
inline constexpr int kMaxHclDepth = 64;
// Nodes of one file.
inline constexpr size_t kMaxHclNodes = 200'000;
inline constexpr uint64_t kMaxHclBytes = 4ULL << 20;

struct HclNode {
  enum class Kind {
    Literal,      // value
    Template,     // children: its parts, texts and expressions
    Variable,     // name
    Attribute,    // children[0].name
    Index,        // children[0][children[1]]
    Splat,        // children[0][*], then `name` of each if there is one
    Call,         // name(children); `spreads` the last one
    Conditional,  // children[0] ? children[1] : children[2]
    Binary,       // children[0] name children[1]
    Unary,        // name children[0]
    List,         // [children]
    Object,       // {children[0] = children[1], ...}
    ForList,      // [for names in children[0] : children[1] if children[2]]
    ForObject,    // {for names in children[0] : children[1] => children[2] if
                  // children[3]}
    Unsupported,  // `name` says what
  };
  Kind kind = Kind::Literal;
  HclValue value;
  std::string name;
  std::vector<std::string> names;
  std::vector<HclNode> children;
  bool spreads = false;
  uint32_t line = 1;    // 1-based
  uint32_t column = 1;  // 1-based, bytes
};

struct HclAttribute {
  std::string name;
  HclNode value;
  uint32_t line = 1;
};

struct HclBlock {
  std::string type;                 // "target"; "" for the file itself
  std::vector<std::string> labels;  // {"app"}
  std::vector<HclAttribute> attributes;
  std::vector<HclBlock> blocks;
  uint32_t line = 1;

  // The last of that name; null if there is none.
  const HclAttribute* find(std::string_view name) const;
};

// A whole file. Errors: Invalid "NAME:LINE:COLUMN: ..." for what is no HCL,
// Limit.
Result<HclBlock> parse_hcl(std::string_view text, const std::string& name);

// A text with `${...}` in it, as strings of HCL's JSON form are.
Result<HclNode> parse_hcl_template(std::string_view text, const std::string& name, uint32_t line);

}  // namespace whittle
