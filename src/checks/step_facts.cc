#include "checks/step_facts.h"

#include "base/strings.h"

namespace whittle {

bool is_command(const std::vector<std::string>& words,
                std::string_view program,
                std::initializer_list<std::string_view> verbs) {
  size_t at = !words.empty() && words[0] == "sudo" ? 1 : 0;
  if (at >= words.size()) return false;
  std::string_view name = words[at];
  name.remove_prefix(name.rfind('/') + 1);
  if (name != program) return false;
  for (size_t i = at + 1; i < words.size(); ++i) {
    if (words[i].starts_with('-')) continue;
    return std::find(verbs.begin(), verbs.end(), words[i]) != verbs.end();
  }
  return verbs.size() == 0;
}

std::string excerpt(const ImageStep& step) {
  constexpr size_t kMost = 100;
  std::string text = printable(step.keyword + " " + step.text);
  if (text.size() <= kMost) return text;
  size_t cut = kMost - 3;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80U) --cut;
  return text.substr(0, cut) + "...";
}

}  // namespace whittle
