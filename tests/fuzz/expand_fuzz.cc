// Any bytes as a word: the first line is the word, the rest are values of $A, $B, ... by line.
#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/strings.h"
#include "dockerfile/expand.h"
#include "dockerfile/heredoc.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace whittle;
  std::string text(reinterpret_cast<const char*>(data), size);
  auto lines = split(text, '\n');
  Lookup lookup = [&](std::string_view name) -> std::optional<std::string> {
    size_t index =
        name.size() == 1 && name[0] >= 'A' ? static_cast<size_t>(name[0] - 'A') : SIZE_MAX;
    if (index == SIZE_MAX || index + 1 >= lines.size()) return std::nullopt;
    return std::string(lines[index + 1]);
  };
  for (char escape : {'\\', '`'}) {
    auto word = expand_word(lines[0], escape, lookup);
    auto words = expand_words(lines[0], escape, lookup);
    CHECK(word.ok() == words.ok());
    if (!word.ok()) continue;
    for (const std::string& part : *words) CHECK(!part.empty());
    bool is_plain = lines[0].find_first_of("$'\"\\`") == std::string_view::npos;
    if (is_plain) CHECK(word->text == lines[0]);
  }
  (void)expand_heredoc(lines[0], lookup);
  auto heredocs = find_heredocs(lines[0]);
  if (!heredocs.ok()) return 0;
  uint32_t at = 0;
  for (const HeredocWord& found : *heredocs) {
    CHECK(found.begin >= at && found.end > found.begin && found.end <= lines[0].size());
    CHECK(!found.heredoc.name.empty());
    at = found.end;
  }
  return 0;
}
