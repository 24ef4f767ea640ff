#include "reach/script_text.h"

#include <algorithm>

#include "base/strings.h"

namespace whittle {

namespace {

std::string_view first_line(std::string_view content) {
  constexpr size_t kMost = 512;
  if (!content.starts_with("#!")) return {};
  std::string_view line = content.substr(2, kMost);
  return line.substr(0, line.find_first_of("\r\n"));
}

// The words behind `env` and its options and assignments.
std::vector<std::string_view> behind_env(std::vector<std::string_view> words) {
  size_t at = 1;
  while (at < words.size() && (words[at].starts_with("-") || contains(words[at], "="))) ++at;
  words.erase(words.begin(), words.begin() + static_cast<ptrdiff_t>(std::min(at, words.size())));
  return words;
}

}  // namespace

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::string_view interpreter_name(std::string_view beginning) {
  std::vector<std::string_view> words = split_blanks(first_line(beginning));
  if (!words.empty() && base_name(words[0]) == "env") words = behind_env(words);
  return words.empty() ? std::string_view() : base_name(words[0]);
}

void add_first_line(std::string_view content, FactWriter& into) {
  std::vector<std::string_view> words = split_blanks(first_line(content));
  if (words.empty()) return;
  into.must(FactKind::Interpreter, words[0], 1);
  if (base_name(words[0]) != "env") return;
  std::string command;
  for (std::string_view word : behind_env(words)) command += std::string(word) + kWordEnd;
  if (!command.empty()) into.must(FactKind::Command, command, 1);
}

LineStarts::LineStarts(std::string_view text) {
  starts_.push_back(0);
  for (size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
    starts_.push_back(at + 1);
}

uint32_t LineStarts::line_of(size_t offset) const {
  auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
  return static_cast<uint32_t>(next - starts_.begin());
}

}  // namespace whittle
