// Inside of sources: base64 (RFC 4648), as it stands in descriptors and in containers-storage.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace whittle {

// The standard alphabet with padding, nothing between; nullopt for anything else.
std::optional<std::string> decode_base64(std::string_view text);
std::string encode_base64(std::string_view bytes);

}  // namespace whittle
