// [epoch:]version[-release], each by rpmvercmp (rpm 4.18, rpmio/rpmvercmp.c): `~` lowest, `^` above
// the end and below anything else, numbers above letters, everything else only separates.
#include "base/strings.h"
#include "vuln/versions/digits.h"
#include "vuln/versions/epoch_version.h"
#include "vuln/versions/rows.h"

namespace whittle {

namespace {

bool is_separator(char c) {
  return !is_digit(c) && !is_alpha(c) && c != '~' && c != '^';
}

void skip_separators(std::string_view& text) {
  while (!text.empty() && is_separator(text[0])) text.remove_prefix(1);
}

bool starts(std::string_view text, char c) {
  return !text.empty() && text[0] == c;
}

// Of the sign `~` or `^` at the start of one: an order, or 0 when both have it and it was taken
// off; 2 when neither has one.
int compare_marks(std::string_view& a, std::string_view& b) {
  for (char mark : {'~', '^'}) {
    if (!starts(a, mark) && !starts(b, mark)) continue;
    bool is_before_end = mark == '~';
    if (!starts(a, mark)) return is_before_end || a.empty() ? (is_before_end ? 1 : -1) : 1;
    if (!starts(b, mark)) return is_before_end || b.empty() ? (is_before_end ? -1 : 1) : -1;
    a.remove_prefix(1);
    b.remove_prefix(1);
    return 0;
  }
  return 2;
}

std::string_view take_letters(std::string_view& text) {
  size_t end = 0;
  while (end < text.size() && is_alpha(text[end])) ++end;
  std::string_view letters = text.substr(0, end);
  text.remove_prefix(end);
  return letters;
}

int compare_part(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    skip_separators(a);
    skip_separators(b);
    int mark = compare_marks(a, b);
    if (mark == 0) continue;
    if (mark != 2) return mark;
    if (a.empty() || b.empty()) break;
    bool is_number = is_digit(a[0]);
    if (is_number != is_digit(b[0])) return is_number ? 1 : -1;
    int order = is_number ? compare_digits(take_digits(a), take_digits(b))
                          : sign_of(take_letters(a).compare(take_letters(b)), 0);
    if (order != 0) return order;
  }
  return sign_of(!a.empty(), !b.empty());
}

}  // namespace

int compare_rpm(std::string_view a, std::string_view b) {
  EpochVersion left = split_epoch_version(a);
  EpochVersion right = split_epoch_version(b);
  int order = compare_part(left.epoch, right.epoch);
  if (order == 0) order = compare_part(left.version, right.version);
  if (order == 0) order = compare_part(left.revision, right.revision);
  return order != 0 ? order : sign_of(left.has_revision, right.has_revision);
}

bool is_rpm_version(std::string_view version) {
  EpochVersion parts = split_epoch_version(version);
  return are_digits(parts.epoch) && !parts.version.empty() &&
         parts.version.find_first_of(" \t/") == std::string_view::npos;
}

}  // namespace whittle
