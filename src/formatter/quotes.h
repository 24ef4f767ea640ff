// Which places of a shell text are inside quotes; there blanks and line breaks belong to the text.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace whittle {

// Quotes as sh has them: '...', "...", with $(...), `...` and ${...} inside, and `\` in front of a
// character. What is inside a substitution inside quotes counts as inside quotes.
class QuoteMap {
 public:
  explicit QuoteMap(std::string_view text);

  // True for a place (between two characters) that is inside quotes, and for all places of a text
  // whose quotes do not end.
  bool is_inside(uint32_t offset) const;

 private:
  std::vector<bool> inside_;  // by offset, one more than there are characters
  bool is_open_ = false;
};

}  // namespace whittle
