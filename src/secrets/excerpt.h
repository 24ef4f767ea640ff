// Places in a text, and lines of it that can be shown because no secret is left in them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whittle {

struct ByteRange {
  size_t begin = 0;
  size_t end = 0;
};

struct LinePlace {
  uint32_t line = 1;
  uint32_t column = 1;
};

// Tells lines of rising offsets in one pass.
class LineCounter {
 public:
  explicit LineCounter(std::string_view text) : text_(text) {}

  // `offset` is not below that of the call before.
  LinePlace at(size_t offset);

 private:
  std::string_view text_;
  size_t seen_ = 0;
  size_t line_begin_ = 0;
  uint32_t line_ = 1;
};

// The line around, at most 4 KiB to each side.
std::string_view line_around(std::string_view text, size_t offset);

inline constexpr std::string_view kSecretStars = "********";

// Up to 40 bytes before the secret and 20 behind it, of its line, printable. Instead of the secret,
// of other ones nearby and of what could be one stand eight stars each. `secrets` by begin.
std::string masked_excerpt(std::string_view text,
                           ByteRange secret,
                           const std::vector<ByteRange>& secrets);

}  // namespace whittle
