#include "vuln/versions/precedence.h"

#include "base/strings.h"
#include "vuln/versions/digits.h"

namespace whittle {

namespace {

bool is_label_byte(char c) {
  return is_digit(c) || is_alpha(c) || c == '-' || c == '.';
}

bool is_sound_label(std::string_view label) {
  for (char c : label) {
    if (!is_label_byte(c)) return false;
  }
  return true;
}

int compare_identifiers(std::string_view a, std::string_view b) {
  bool a_is_number = are_digits(a);
  if (a_is_number != are_digits(b)) return a_is_number ? -1 : 1;
  return a_is_number ? compare_digits(a, b) : sign_of(a.compare(b), 0);
}

}  // namespace

Precedence precedence_of(std::string_view version) {
  Precedence result;
  version = trim(version);
  if (!version.empty() && version[0] == '=') version = trim_left(version.substr(1));
  if (!version.empty() && (version[0] == 'v' || version[0] == 'V')) version.remove_prefix(1);
  version = version.substr(0, version.find('+'));
  std::string_view rest = version;
  size_t parts = 0;
  while (!rest.empty()) {
    std::string_view digits = take_digits(rest);
    if (digits.empty()) break;
    ++parts;
    if (rest.size() < 2 || rest[0] != '.' || !is_digit(rest[1])) break;
    rest.remove_prefix(1);
  }
  result.numbers = version.substr(0, version.size() - rest.size());
  bool has_dash = !rest.empty() && rest[0] == '-';
  result.label = rest.substr(has_dash ? 1 : 0);
  result.is_sound = parts >= 1 && parts <= 4 && is_sound_label(result.label) &&
                    (!has_dash || !result.label.empty()) && !rest.starts_with(".");
  return result;
}

int compare_number_lists(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    int order = compare_digits(take_part(a, '.'), take_part(b, '.'));
    if (order != 0) return order;
  }
  return 0;
}

int compare_labels(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return sign_of(a.empty(), b.empty());
  while (!a.empty() && !b.empty()) {
    int order = compare_identifiers(take_part(a, '.'), take_part(b, '.'));
    if (order != 0) return order;
  }
  return sign_of(!a.empty(), !b.empty());
}

int compare_precedence(const Precedence& a, const Precedence& b) {
  int order = compare_number_lists(a.numbers, b.numbers);
  return order != 0 ? order : compare_labels(a.label, b.label);
}

}  // namespace whittle
