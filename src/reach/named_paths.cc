#include "reach/named_paths.h"

#include <algorithm>
#include <string>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr size_t kMaxPathBytes = 512;

constexpr std::string_view kNoFiles[] = {"/proc", "/sys", "/dev", "/tmp", "/home/"};

// A URL's path, a regular expression or a date has other characters than a file.
bool is_path_character(char c) {
  return is_alpha(c) || is_digit(c) || contains("/._+-%@:~,", std::string_view(&c, 1)) ||
         static_cast<unsigned char>(c) >= 0x80;
}

// "%s", "%d", "%-5.2lu" become "*".
std::string with_patterns(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      result += text[i];
      continue;
    }
    while (i + 1 < text.size() &&
           (is_digit(text[i + 1]) || contains("-.lzh", text.substr(i + 1, 1))))
      ++i;
    if (i + 1 < text.size()) ++i;
    if (!result.ends_with('*')) result += '*';
  }
  return result;
}

}  // namespace

void add_named_path(std::string_view text, FactWriter& into, uint32_t line) {
  if (text.size() < 4 || text.size() > kMaxPathBytes || text[0] != '/' || text[1] == '/') return;
  bool is_path = std::all_of(text.begin(), text.end(), is_path_character) &&
                 text.find('/', 1) != std::string_view::npos;
  if (!is_path) return;
  for (std::string_view folder : kNoFiles) {
    if (text.starts_with(folder)) return;
  }
  into.may(FactKind::Path, with_patterns(text), line);
}

bool is_library_name(std::string_view text) {
  size_t at = text.find(".so");
  if (at == std::string_view::npos || at == 0 || text.size() > 128) return false;
  std::string_view end = text.substr(at + 3);
  bool is_end = end.empty() || (end[0] == '.' && end.size() > 1 && is_digit(end[1]));
  return is_end && std::all_of(text.begin(), text.end(), [](char c) {
           return is_alpha(c) || is_digit(c) || contains("._+-", std::string_view(&c, 1));
         });
}

bool is_locale_name(std::string_view text) {
  auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  size_t language = 0;
  while (language < text.size() && is_lower(text[language])) ++language;
  if (language < 2 || language > 3 || text.size() < language + 3 || text[language] != '_')
    return false;
  if (!is_upper(text[language + 1]) || !is_upper(text[language + 2])) return false;
  std::string_view rest = text.substr(language + 3);
  return rest.empty() ||
         ((rest[0] == '.' || rest[0] == '@') && rest.size() > 2 && rest.size() < 20);
}

}  // namespace whittle
