// JSON of foreign documents as a tree: bounded, and without errors, for what is read here may be
// damaged.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace whittle {

// Null for what is no JSON or nests deeper than 64.
nlohmann::json parse_document(std::string_view text);

// Members of an object: "" and a null value where there is none, where it is of another type, and
// of what is no object.
std::string string_member(const nlohmann::json& object, std::string_view key);
const nlohmann::json& member(const nlohmann::json& object, std::string_view key);

}  // namespace whittle
