// Gem::Version (RubyGems 3.3, lib/rubygems/version.rb): runs of digits and of letters, letters
// before digits, zeros at the end of the numbers and of the whole left out; "-" is ".pre.".
#include <string>
#include <vector>

#include "base/strings.h"
#include "vuln/versions/digits.h"
#include "vuln/versions/rows.h"

namespace whittle {

namespace {

using Segments = std::vector<std::string_view>;

bool is_number(std::string_view segment) {
  return is_digit(segment[0]);
}

void drop_zeros(Segments& segments) {
  while (!segments.empty() && is_number(segments.back()) &&
         without_leading_zeros(segments.back()).empty()) {
    segments.pop_back();
  }
}

Segments segments_of(std::string_view text) {
  Segments segments;
  size_t first_letters = std::string_view::npos;
  while (!text.empty()) {
    size_t end = 0;
    if (is_digit(text[0])) {
      segments.push_back(take_digits(text));
      continue;
    }
    while (end < text.size() && is_alpha(text[end])) ++end;
    if (end == 0) {
      text.remove_prefix(1);
      continue;
    }
    if (first_letters == std::string_view::npos) {
      first_letters = segments.size();
      drop_zeros(segments);
    }
    segments.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  drop_zeros(segments);
  return segments;
}

int compare_segments(std::string_view a, std::string_view b) {
  if (is_number(a) != is_number(b)) return is_number(a) ? 1 : -1;
  return is_number(a) ? compare_digits(a, b) : sign_of(a.compare(b), 0);
}

}  // namespace

int compare_gem(std::string_view a, std::string_view b) {
  std::string left_text = replace_all(trim(a), "-", ".pre.");
  std::string right_text = replace_all(trim(b), "-", ".pre.");
  Segments left = segments_of(left_text);
  Segments right = segments_of(right_text);
  for (size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    int order =
        compare_segments(i < left.size() ? left[i] : "0", i < right.size() ? right[i] : "0");
    if (order != 0) return order;
  }
  return 0;
}

bool is_gem_version(std::string_view version) {
  version = trim(version);
  if (version.empty() || !is_digit(version[0])) return false;
  bool is_after_dot = false;
  for (char c : version) {
    bool is_dot = c == '.';
    if (!is_digit(c) && !is_alpha(c) && !is_dot && c != '-') return false;
    if (is_dot && is_after_dot) return false;
    is_after_dot = is_dot;
  }
  return !is_after_dot;
}

}  // namespace whittle
