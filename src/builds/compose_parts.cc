#include "builds/compose_parts.h"

#include <set>

namespace whittle {

namespace {

using Kind = YamlNode::Kind;

constexpr int kMaxMergeKeys = 8;  // "<<" inside of what "<<" names

const YamlNode* member(const YamlNode& node, std::string_view key, int depth) {
  if (node.kind != Kind::Mapping) return nullptr;
  if (const YamlNode* found = node.find(key)) return found;
  const YamlNode* merged = depth < kMaxMergeKeys ? node.find("<<") : nullptr;
  if (merged == nullptr) return nullptr;
  if (merged->kind == Kind::Mapping) return member(*merged, key, depth + 1);
  for (const YamlNode& one : merged->items) {
    if (const YamlNode* found = member(one, key, depth + 1)) return found;
  }
  return nullptr;
}

void add_fields(const YamlNode& node,
                int depth,
                std::set<std::string_view>& known,
                std::vector<YamlField>& fields) {
  if (node.kind != Kind::Mapping) return;
  const YamlNode* merged = nullptr;
  for (const YamlField& field : node.fields()) {
    if (field.key.text == "<<") {
      merged = &field.value;
    } else if (known.insert(field.key.text).second) {
      fields.push_back(field);
    }
  }
  if (merged == nullptr || depth >= kMaxMergeKeys) return;
  if (merged->kind == Kind::Mapping) return add_fields(*merged, depth + 1, known, fields);
  for (const YamlNode& one : merged->items) add_fields(one, depth + 1, known, fields);
}

}  // namespace

const YamlNode* compose_member(const YamlNode& node, std::string_view key) {
  return member(node, key, 0);
}

std::vector<YamlField> compose_fields(const YamlNode& node) {
  std::set<std::string_view> known;
  std::vector<YamlField> fields;
  add_fields(node, 0, known, fields);
  return fields;
}

std::optional<std::string> compose_text(const YamlNode* node) {
  if (node == nullptr || node->kind != Kind::Scalar) return std::nullopt;
  return node->text;
}

ComposePairs compose_pairs(const YamlNode* node) {
  ComposePairs pairs;
  if (node == nullptr) return pairs;
  for (size_t i = 0; i < node->items.size(); ++i) {
    if (node->kind == Kind::Mapping) {
      bool is_merge = node->keys[i].text == "<<";
      if (is_merge) {
        auto merged = compose_pairs(&node->items[i]);
        pairs.insert(pairs.begin(), merged.begin(), merged.end());
      } else {
        pairs.emplace_back(node->keys[i].text, compose_text(&node->items[i]));
      }
      continue;
    }
    const std::string& text = node->items[i].text;
    size_t equals = text.find('=');
    bool has_value = equals != std::string::npos;
    pairs.emplace_back(
        text.substr(0, equals),
        has_value ? std::optional<std::string>(text.substr(equals + 1)) : std::nullopt);
  }
  return pairs;
}

}  // namespace whittle
