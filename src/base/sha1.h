// SHA-1 (FIPS 180-4): the fingerprints of hadolint are SHA-1. Not for security.
#pragma once

#include <string>
#include <string_view>

namespace whittle {

// 40 lower-case hexadecimal digits.
std::string sha1_hex(std::string_view bytes);

}  // namespace whittle
