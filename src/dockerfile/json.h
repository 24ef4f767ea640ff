// JSON arrays as Dockerfiles hold them (["a", "b"]), with the place of each string. RFC 8259, read
// as Go's decoder does.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whittle {

struct JsonElement {
  uint32_t begin;  // in the text; a string with its quotes
  uint32_t end;
  bool is_string;
  std::string value;  // decoded; "" unless it is a string
};

struct JsonArray {
  // False: the text is not one JSON array and nothing else.
  bool is_valid = false;
  std::vector<JsonElement> elements;
};

JsonArray scan_json_array(std::string_view text);

}  // namespace whittle
