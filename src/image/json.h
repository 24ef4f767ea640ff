// JSON of images: bounded parsing, and typed access where a wrong type is an error and not an
// exception.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"

namespace whittle {

// Parses a document. Size and depth are checked before. `what` names it in errors ("index.json").
Result<nlohmann::json> parse_json(std::string_view text,
                                  std::string_view what,
                                  const Limits& limits);

// Members of an object. One that is missing or null gives the empty value; another type is Invalid.
Result<std::string> json_string(const nlohmann::json& object, std::string_view key);
// A lone string counts as a list of one.
Result<std::vector<std::string>> json_strings(const nlohmann::json& object, std::string_view key);
Result<int64_t> json_integer(const nlohmann::json& object, std::string_view key);
// The member as an object or array; nullptr if missing or null.
Result<const nlohmann::json*> json_object(const nlohmann::json& object, std::string_view key);
Result<const nlohmann::json*> json_array(const nlohmann::json& object, std::string_view key);

}  // namespace whittle
