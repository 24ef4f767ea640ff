// What stands between two words: blanks, continued lines, comments.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace whittle {

struct Gap {
  bool has_line_end = false;
  // What lines of its own hold: comments, and continuations of nothing, which divide paragraphs.
  // Without blanks around. Empty lines, which the builder warns of, are left out.
  std::vector<std::string> lines;
};

// Nullopt for text that is something else, or that joins two lines to one word.
std::optional<Gap> read_gap(std::string_view text, char escape);

// A continued line break with the lines of the gap in it, they and next line indented by `indent`
// blanks.
std::string line_break(const Gap& gap, size_t indent, char escape, std::string_view line_end);

}  // namespace whittle
