// What the place of a file says of the secrets in it, and which files are worth a look.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace whittle {

inline constexpr uint64_t kMaxSearchedBytes = 64ULL << 20;  // of one file

// Why a secret below that path is likely none: a test's data, documentation, an example. "" for
// the other paths.
std::string_view why_harmless(std::string_view path);

// By name and size: whether a file can hold a secret that can be seen. Pictures and archives
// cannot.
bool may_hold_secrets(std::string_view path, uint64_t size_bytes);
// By the first bytes (512, or all): no compressed file, picture or font.
bool may_hold_secrets(std::string_view beginning);

}  // namespace whittle
