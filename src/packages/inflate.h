// DEFLATE of small things inside of files, both ways: bounded, into memory. The only user of
// libdeflate here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace whittle {

// RFC 1950. nullopt for damaged data, and for what takes more than max_bytes.
std::optional<std::string> inflate_zlib(std::string_view data, uint64_t max_bytes);
// RFC 1951, of exactly that many bytes. nullopt for anything else.
std::optional<std::string> inflate_raw(std::string_view data, uint64_t size);

// RFC 1950, the same bytes on every machine.
std::string deflate_zlib(std::string_view data);

}  // namespace whittle
