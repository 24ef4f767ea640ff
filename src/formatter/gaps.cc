#include "formatter/gaps.h"

#include "base/strings.h"

namespace whittle {

std::optional<Gap> read_gap(std::string_view text, char escape) {
  Gap gap;
  std::vector<std::string_view> lines = split(text, '\n');
  gap.has_line_end = lines.size() > 1;
  bool has_blank = false;
  for (size_t i = 0; i < lines.size(); ++i) {
    std::string_view content = trim(lines[i]);
    bool is_last = i + 1 == lines.size();
    bool is_continued = content.size() == 1 && content[0] == escape;
    bool is_comment = i > 0 && !is_last && !content.empty() && content[0] == '#';
    // The first line ends in a continuation, the last one is what stands in front of the word.
    bool is_fitting = is_last ? content.empty() : is_continued || (i > 0 && content.empty());
    if (!is_fitting && !is_comment) return std::nullopt;
    if (is_comment || (is_continued && i > 0)) gap.lines.emplace_back(content);
    // Of comments and empty lines nothing is left, blanks of the others keep the words apart.
    bool is_text = is_continued || is_last;
    if (is_text && !lines[i].empty() && is_blank(lines[i][0])) has_blank = true;
  }
  if (!has_blank) return std::nullopt;
  return gap;
}

std::string line_break(const Gap& gap, size_t indent, char escape, std::string_view line_end) {
  std::string next = std::string(line_end) + std::string(indent, ' ');
  std::string out = std::string(" ") + escape + next;
  for (const std::string& line : gap.lines) out += line + next;
  return out;
}

}  // namespace whittle
