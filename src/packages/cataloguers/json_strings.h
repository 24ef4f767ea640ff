// A few strings out of a JSON document, without reading the rest of it: what is needed of a
// package.json.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace whittle {

// The string members of those names of the document's outermost object, in the order of the names;
// "" where there is none. For "a.b", member `b` of the object `a`, or of the first object of the
// list `a`. Stops as soon as all are there. Never fails: of text that is no JSON, what was found
// before the damage.
std::vector<std::string> json_strings(std::string_view text,
                                      std::span<const std::string_view> names);

}  // namespace whittle
