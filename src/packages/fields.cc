#include "packages/fields.h"

#include <algorithm>

#include "base/strings.h"

namespace whittle {

std::string_view take_line(std::string_view& text) {
  size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(text.size(), end + 1));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool FieldReader::next_field() {
  while (!rest_.empty()) {
    std::string_view after = rest_;
    std::string_view line = take_line(after);
    if (line.empty()) return false;  // stays before the blank line
    rest_ = after;
    size_t colon = line.find(':');
    if (is_blank(line.front()) || colon == std::string_view::npos) continue;
    key_ = line.substr(0, colon);
    value_ = line.substr(colon + 1);
    return true;
  }
  return false;
}

bool FieldReader::next_stanza() {
  while (is_inside_ && next_field()) {
  }
  is_inside_ = true;
  while (!rest_.empty()) {
    std::string_view after = rest_;
    if (!take_line(after).empty()) return true;
    rest_ = after;
  }
  return false;
}

std::string_view FieldReader::value() const {
  return trim(value_);
}

}  // namespace whittle
