// Values of labels that are to be a time as RFC 3339 writes it.
#include <algorithm>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/labels.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kLabelRfc3339;

namespace {

// Reads exactly `width` digits.
std::optional<unsigned> take_number(std::string_view& text, size_t width) {
  if (text.size() < width) return std::nullopt;
  std::optional<uint64_t> number = parse_u64(text.substr(0, width));
  text.remove_prefix(width);
  return number ? std::optional<unsigned>(static_cast<unsigned>(*number)) : std::nullopt;
}

bool take(std::string_view& text, std::string_view one_of) {
  if (text.empty() || one_of.find(text[0]) == one_of.npos) return false;
  text.remove_prefix(1);
  return true;
}

unsigned days_of(unsigned year, unsigned month) {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

bool take_date(std::string_view& text) {
  std::optional<unsigned> year = take_number(text, 4);
  if (!year || !take(text, "-")) return false;
  std::optional<unsigned> month = take_number(text, 2);
  if (!month || *month < 1 || *month > 12 || !take(text, "-")) return false;
  std::optional<unsigned> day = take_number(text, 2);
  return day && *day >= 1 && *day <= days_of(*year, *month);
}

bool take_clock(std::string_view& text) {
  std::optional<unsigned> hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ":")) return false;
  std::optional<unsigned> minute = take_number(text, 2);
  return minute && *minute <= 59;
}

bool is_valid(std::string_view text) {
  if (!take_date(text) || !take(text, "Tt ") || !take_clock(text) || !take(text, ":")) return false;
  std::optional<unsigned> second = take_number(text, 2);
  if (!second || *second > 60) return false;
  if (take(text, ".")) {
    size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0) return false;
    text.remove_prefix(digits);
  }
  if (take(text, "Zz")) return text.empty();
  return take(text, "+-") && take_clock(text) && text.empty();
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const LabelPlace& label : labels_of(input)) {
    if (label.type != LabelType::Rfc3339 || !label.value || label.value->empty()) continue;
    if (is_valid(*label.value)) continue;
    findings.push_back(make_finding(kLabelRfc3339,
                                    label.pair->range,
                                    in_ticks(*label.value) + " is not a time as RFC 3339 writes it",
                                    "Correct the label " + in_ticks(*label.key)));
  }
}

}  // namespace

const Rule kLabelRfc3339 = {
    {.name = "label-rfc3339",
     .code = "WH2406",
     .aliases = "DL3053",
     .severity = Severity::Warning,
     .summary = "A label is not a time as RFC 3339 writes it",
     .why = "Dates are compared and sorted by programs: `2024-05-17T12:00:00Z`, with seconds and "
            "an offset. Silent unless labels are asked for with this form.",
     .bad = "FROM debian:bookworm\nLABEL created=2024-05-17\n",
     .good = "FROM debian:bookworm\nLABEL created=2024-05-17T12:00:00Z\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
