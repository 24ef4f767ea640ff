// PHP's version_compare (ext/standard/versioning.c), which Composer compares by: parts at ".", "-",
// "_", "+" and where digits meet letters; dev < alpha < beta < RC < a number < pl.
#include <string>
#include <vector>

#include "base/strings.h"
#include "vuln/versions/digits.h"
#include "vuln/versions/rows.h"

namespace whittle {

namespace {

using Parts = std::vector<std::string_view>;

bool is_divider(char c) {
  return c == '.' || c == '-' || c == '_' || c == '+';
}

Parts parts_of(std::string_view text) {
  Parts parts;
  text = trim(text);
  if (!text.empty() && (text[0] == 'v' || text[0] == 'V')) text.remove_prefix(1);
  size_t begin = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    bool is_end = i == text.size() || is_divider(text[i]);
    if (is_end) {
      parts.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    } else if (i > begin && is_digit(text[i]) != is_digit(text[i - 1])) {
      parts.push_back(text.substr(begin, i - begin));
      begin = i;
    }
  }
  return parts;
}

constexpr int kNumber = 4;

int rank(std::string_view part) {
  if (are_digits(part)) return kNumber;
  constexpr std::string_view kNames[] = {"dev", "a", "b", "rc", "#", "p"};
  if (part.starts_with("RC")) return 3;
  for (int i = 0; i < 6; ++i) {
    if (part.starts_with(kNames[i])) return i;
  }
  return 0;
}

int compare_parts(std::string_view a, std::string_view b) {
  bool are_numbers = are_digits(a) && are_digits(b);
  return are_numbers ? compare_digits(a, b) : sign_of(rank(a), rank(b));
}

// The order of a version whose parts from `begin` on have no counterpart.
int compare_longer(const Parts& parts, size_t begin) {
  for (size_t i = begin; i < parts.size(); ++i) {
    int order = are_digits(parts[i]) ? 1 : sign_of(rank(parts[i]), kNumber);
    if (order != 0) return order;
  }
  return 0;
}

}  // namespace

int compare_composer(std::string_view a, std::string_view b) {
  Parts left = parts_of(a);
  Parts right = parts_of(b);
  size_t common = std::min(left.size(), right.size());
  for (size_t i = 0; i < common; ++i) {
    int order = compare_parts(left[i], right[i]);
    if (order != 0) return order;
  }
  return compare_longer(left, common) - compare_longer(right, common);
}

// A branch ("dev-main", "2.x-dev") is no version.
bool is_composer_version(std::string_view version) {
  version = trim(version);
  if (!version.empty() && (version[0] == 'v' || version[0] == 'V')) version.remove_prefix(1);
  return !version.empty() && is_digit(version[0]) && !version.ends_with("x-dev");
}

}  // namespace whittle
