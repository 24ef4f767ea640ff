// SemVer 2.0.0, section 11, over what people write: any number of parts, a leading "v", blanks,
// labels without their dash. What the orders by SemVer share.
#pragma once

#include <string_view>

namespace whittle {

struct Precedence {
  std::string_view numbers;  // "1.2.3"
  std::string_view label;    // "rc.1" of "1.2.3-rc.1"; "" for a release
  bool is_sound = false;     // as people write it: 1 to 4 numbers, a label of the letters allowed
};

// Build metadata is left out. Refers to the text.
Precedence precedence_of(std::string_view version);
// Missing parts are 0.
int compare_number_lists(std::string_view a, std::string_view b);
// "" is above all others.
int compare_labels(std::string_view a, std::string_view b);
int compare_precedence(const Precedence& a, const Precedence& b);

}  // namespace whittle
