// When systems and languages stop getting fixes: the table behind base-eol. Plain data; what is
// not in it is not judged.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace whittle {

struct EndOfLife {
  std::string_view product;  // "debian", "python"
  std::string_view cycle;    // "10", "3.7"
  std::string_view date;     // the last day with fixes for everybody: "2024-06-30"
};

// The row of a version ("3.7.4-slim" is of cycle "3.7") or of a release's name ("buster"); null if
// the table does not know it.
const EndOfLife* find_end_of_life(std::string_view product, std::string_view version);

// The product that a name of a release belongs to ("bullseye", "jammy"), as it stands in tags of
// other images; null for other words.
const EndOfLife* find_release(std::string_view word);

}  // namespace whittle
