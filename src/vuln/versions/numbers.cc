// Lists of numbers with "." or "-" between them; a longer list is above its beginning.
#include "base/strings.h"
#include "vuln/versions/digits.h"
#include "vuln/versions/rows.h"

namespace whittle {

namespace {

std::string_view take_number(std::string_view& text) {
  size_t end = text.find_first_of(".-");
  std::string_view part = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  return part;
}

}  // namespace

int compare_numbers(std::string_view a, std::string_view b) {
  a = trim(a);
  b = trim(b);
  while (!a.empty() && !b.empty()) {
    int order = compare_digits(take_number(a), take_number(b));
    if (order != 0) return order;
  }
  return sign_of(!a.empty(), !b.empty());
}

bool is_numbers_version(std::string_view version) {
  version = trim(version);
  if (version.empty()) return false;
  while (!version.empty()) {
    if (!are_digits(take_number(version))) return false;
  }
  return true;
}

}  // namespace whittle
