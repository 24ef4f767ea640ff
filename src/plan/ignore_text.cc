#include "plan/ignore_text.h"

#include <set>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr std::string_view kHeader = "# Not needed in the image (added by whittle)";

}  // namespace

std::string add_ignore_lines(std::string_view text, const std::vector<IgnoreLine>& lines) {
  std::string end = contains(text, "\r\n") ? "\r\n" : "\n";
  std::set<std::string> patterns;
  for (const IgnoreLine& line : lines) patterns.insert(line.pattern);
  if (patterns.empty()) return std::string(text);

  // A block of ours at the end of the text (of an earlier pass or run) is opened again.
  std::string result(text);
  size_t header = result.rfind(kHeader);
  if (header != std::string::npos && (header == 0 || result[header - 1] == '\n')) {
    std::vector<std::string_view> block = split_lines(std::string_view(text).substr(header));
    bool is_ours = true;
    for (size_t i = 1; i < block.size(); ++i) {
      std::string_view line = trim(block[i]);
      is_ours = is_ours && !line.empty() && line[0] != '!' && line[0] != '#';
    }
    if (is_ours) {
      for (size_t i = 1; i < block.size(); ++i) patterns.insert(std::string(trim(block[i])));
      result.erase(header);
    }
  }
  if (!result.empty() && result.back() != '\n') result += end;
  std::string gap = end + end;
  bool has_gap = result.size() >= gap.size() && result.substr(result.size() - gap.size()) == gap;
  bool needs_gap = !result.empty() && !has_gap;
  if (needs_gap) result += end;
  result += std::string(kHeader) + end;
  for (const std::string& pattern : patterns) result += pattern + end;
  return result;
}

}  // namespace whittle
