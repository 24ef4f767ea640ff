// Values of labels that are to be a semantic version.
#include <algorithm>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/labels.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kLabelSemver;

namespace {

bool is_number(std::string_view part) {
  return !part.empty() && std::all_of(part.begin(), part.end(), is_digit) &&
         (part.size() == 1 || part[0] != '0');
}

// Parts between dots, of letters, digits and dashes; numbers without a zero in front if `strict`.
bool is_suffix(std::string_view text, bool strict) {
  for (std::string_view part : split(text, '.')) {
    bool is_word = !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
      return is_alpha(c) || is_digit(c) || c == '-';
    });
    bool is_padded =
        part.size() > 1 && part[0] == '0' && std::all_of(part.begin(), part.end(), is_digit);
    if (!is_word || (strict && is_padded)) return false;
  }
  return true;
}

bool is_valid(std::string_view value) {
  if (size_t plus = value.find('+'); plus != value.npos) {
    if (!is_suffix(value.substr(plus + 1), false)) return false;
    value = value.substr(0, plus);
  }
  if (size_t dash = value.find('-'); dash != value.npos) {
    if (!is_suffix(value.substr(dash + 1), true)) return false;
    value = value.substr(0, dash);
  }
  std::vector<std::string_view> parts = split(value, '.');
  return parts.size() == 3 && std::all_of(parts.begin(), parts.end(), is_number);
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const LabelPlace& label : labels_of(input)) {
    if (label.type != LabelType::Semver || !label.value || label.value->empty()) continue;
    if (is_valid(*label.value)) continue;
    findings.push_back(make_finding(kLabelSemver,
                                    label.pair->range,
                                    in_ticks(*label.value) + " is not a semantic version",
                                    "Correct the label " + in_ticks(*label.key)));
  }
}

}  // namespace

const Rule kLabelSemver = {
    {.name = "label-semver",
     .code = "WH2409",
     .aliases = "DL3056",
     .severity = Severity::Warning,
     .summary = "A label is not a semantic version",
     .why = "Versions are compared by programs: three numbers, then what follows `-` and `+` "
            "(semver.org 2.0.0). Silent unless labels are asked for with this form.",
     .bad = "FROM debian:bookworm\nLABEL version=1.0\n",
     .good = "FROM debian:bookworm\nLABEL version=1.0.0-rc.1\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
