// UTF-8 character by character, for text that may hold bytes that are none.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace whittle {

// Bytes of the character the text starts with (RFC 3629); 0 if its first byte starts none. The text
// must not be empty.
size_t utf8_length(std::string_view text);
// Its code point; U+FFFD where no character starts.
char32_t utf8_code_point(std::string_view text);
// Well-formed UTF-8: every byte that is none becomes U+FFFD.
std::string valid_utf8(std::string_view text);

inline constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

}  // namespace whittle
