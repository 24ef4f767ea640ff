#include "config/yaml_json.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "config/yaml.h"

namespace whittle {

namespace {

using nlohmann::json;

// YAML 1.2, 10.3.2.
json plain_value(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL")
    return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  const char* end = text.data() + text.size();
  int64_t whole = 0;
  if (auto read = std::from_chars(text.data(), end, whole);
      read.ec == std::errc() && read.ptr == end)
    return whole;
  double number = 0;
  bool may_be_number = text.find_first_not_of("0123456789+-.eE") == std::string::npos;
  auto read = std::from_chars(text.data(), end, number);
  if (may_be_number && read.ec == std::errc() && read.ptr == end) return number;
  return text;
}

// Depth and number of nodes are parse_yaml()'s.
json to_json(const YamlNode& node) {
  json out;
  switch (node.kind) {
    case YamlNode::Kind::Null:
      break;
    case YamlNode::Kind::Scalar:
      return node.is_quoted ? json(node.text) : plain_value(node.text);
    case YamlNode::Kind::Sequence:
      out = json::array();
      for (const YamlNode& item : node.items) out.push_back(to_json(item));
      break;
    case YamlNode::Kind::Mapping:
      out = json::object();
      for (const YamlField& field : node.fields()) out[field.key.text] = to_json(field.value);
      break;
  }
  return out;
}

}  // namespace

Result<std::string> yaml_to_json(std::string_view text) {
  TRY_ASSIGN(YamlNode root, parse_yaml(text, "document"));
  return to_json(root).dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace whittle
