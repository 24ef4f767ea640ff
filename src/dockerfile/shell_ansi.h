// The escapes inside $'...'. Internal to the shell parser.
#pragma once

#include <string>
#include <string_view>

namespace whittle {

// The text between the quotes with its escapes replaced, as bash does it. Unknown ones stay as they
// are; nothing is an error. `\0` ends a string in bash: the rest is dropped.
std::string decode_ansi_quotes(std::string_view text);

}  // namespace whittle
