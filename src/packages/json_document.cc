#include "packages/json_document.h"

#include <nlohmann/json.hpp>

#include "base/json_nesting.h"

namespace whittle {

using nlohmann::json;

namespace {

constexpr uint64_t kMaxDepth = 64;

const json kNull;

}  // namespace

json parse_document(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  if (json_nesting(text) > kMaxDepth) return json();
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
