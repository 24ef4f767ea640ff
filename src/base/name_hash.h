// A keyed hash of names (SipHash-1-3, Aumasson and Bernstein 2012): foreign names cannot be chosen
// to collide. Used for look-ups only; nothing that is written depends on it.
#pragma once

#include <cstdint>
#include <string_view>

namespace whittle {

// `seed` tells equal names in different folders apart.
uint64_t hash_name(std::string_view name, uint64_t seed);

}  // namespace whittle
