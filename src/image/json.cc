#include "image/json.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/json_nesting.h"
#include "base/strings.h"

namespace whittle {

using nlohmann::json;

namespace {

Error wrong_type(std::string_view key, std::string_view wanted) {
  return Error(ErrorKind::Invalid, fmt::format("JSON: `{}` is not {}", printable(key), wanted));
}

// nullptr if missing or null, or if `object` is none.
const json* member(const json& object, std::string_view key) {
  if (!object.is_object()) return nullptr;
  auto found = object.find(std::string(key));
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

}  // namespace

Result<json> parse_json(std::string_view text, std::string_view what, const Limits& limits) {
  if (text.size() > limits.max_json_bytes)
    return limit_error(what, &Limits::max_json_bytes, limits);
  if (json_nesting(text) > limits.max_json_depth)
    return limit_error(what, &Limits::max_json_depth, limits);
  try {
    return json::parse(text);
  } catch (const json::exception& error) {
    return Error(ErrorKind::Invalid,
                 fmt::format("{}: bad JSON: {}", what, printable(error.what())));
  }
}

Result<std::string> json_string(const json& object, std::string_view key) {
  const json* found = member(object, key);
  if (found == nullptr) return std::string();
  if (!found->is_string()) return wrong_type(key, "a text");
  return found->get_ref<const std::string&>();
}

Result<std::vector<std::string>> json_strings(const json& object, std::string_view key) {
  std::vector<std::string> list;
  const json* found = member(object, key);
  if (found == nullptr) return list;
  if (found->is_string()) {
    list.push_back(found->get_ref<const std::string&>());
    return list;
  }
  if (!found->is_array()) return wrong_type(key, "a list of texts");
  for (const json& item : *found) {
    if (!item.is_string()) return wrong_type(key, "a list of texts");
    list.push_back(item.get_ref<const std::string&>());
  }
  return list;
}

Result<int64_t> json_integer(const json& object, std::string_view key) {
  const json* found = member(object, key);
  if (found == nullptr) return int64_t{0};
  bool fits = found->is_number_integer() &&
              (!found->is_number_unsigned() || found->get<uint64_t>() <= uint64_t{INT64_MAX});
  if (!fits) return wrong_type(key, "an integer");
  return found->get<int64_t>();
}

Result<const json*> json_object(const json& object, std::string_view key) {
  const json* found = member(object, key);
  if (found != nullptr && !found->is_object()) return wrong_type(key, "an object");
  return found;
}

Result<const json*> json_array(const json& object, std::string_view key) {
  const json* found = member(object, key);
  if (found != nullptr && !found->is_array()) return wrong_type(key, "a list");
  return found;
}

}  // namespace whittle
