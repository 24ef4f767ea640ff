#include "base/name_hash.h"

#include <bit>
#include <cstring>
#include <random>

namespace whittle {

namespace {

struct Key {
  uint64_t k0;
  uint64_t k1;
};

Key make_key() {
  std::random_device device;
  auto word = [&] { return (uint64_t{device()} << 32) | device(); };
  return {word(), word()};
}

const Key& process_key() {
  static const Key key = make_key();
  return key;
}

struct Sip {
  uint64_t v0, v1, v2, v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }

  void absorb(uint64_t word) {
    v3 ^= word;
    round();
    v0 ^= word;
  }
};

}  // namespace

uint64_t hash_name(std::string_view name, uint64_t seed) {
  const Key& key = process_key();
  Sip sip{key.k0 ^ 0x736f6d6570736575,
          key.k1 ^ 0x646f72616e646f6d,
          key.k0 ^ 0x6c7967656e657261,
          key.k1 ^ 0x7465646279746573};
  sip.absorb(seed);
  size_t whole = name.size() / 8 * 8;
  for (size_t i = 0; i < whole; i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, name.data() + i, 8);
    sip.absorb(word);
  }
  uint64_t last = uint64_t{name.size()} << 56;
  for (size_t i = whole; i < name.size(); ++i) {
    last |= uint64_t{static_cast<unsigned char>(name[i])} << (8 * (i - whole));
  }
  sip.absorb(last);
  sip.v2 ^= 0xff;
  for (int i = 0; i < 3; ++i) sip.round();
  return sip.v0 ^ sip.v1 ^ sip.v2 ^ sip.v3;
}

}  // namespace whittle
