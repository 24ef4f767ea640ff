#include "packages/json_document.h"

#include <nlohmann/json.hpp>

namespace whittle {

using nlohmann::json;

namespace {

constexpr int kMaxDepth = 64;

// The deepest nesting of brackets outside of strings is within the limit.
bool is_shallow(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxDepth) return false;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return true;
}

const json kNull;

}  // namespace

json parse_document(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (!is_shallow(text)) return json();
  json document = json::parse(text, nullptr, /*allow_exceptions=*/false);
  return document.is_discarded() ? json() : document;
}

const json& member(const json& object, std::string_view key) {
  if (!object.is_object()) return kNull;
  auto found = object.find(std::string(key));
  return found == object.end() ? kNull : *found;
}

std::string string_member(const json& object, std::string_view key) {
  const json& value = member(object, key);
  return value.is_string() ? value.get_ref<const std::string&>() : std::string();
}

}  // namespace whittle
