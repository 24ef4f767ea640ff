// How deep a JSON text nests, before anything is built of it.
#pragma once

#include <cstdint>
#include <string_view>

namespace whittle {

// The deepest nesting of brackets outside of strings, of text that may be no JSON at all.
uint64_t json_nesting(std::string_view text);

}  // namespace whittle
