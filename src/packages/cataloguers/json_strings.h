// Two strings out of a JSON document, without reading the rest of it: what is needed of a
// package.json.
#pragma once

#include <string>
#include <string_view>

namespace whittle {

struct JsonStrings {
  std::string first;  // "" where there is none
  std::string second;
};

// The string members `first` and `second` of the document's outermost object. Stops as soon as both
// are there. Never fails: of text that is no JSON, what was found before the damage.
JsonStrings json_strings(std::string_view text, std::string_view first, std::string_view second);

}  // namespace whittle
