// Values of labels that are to be an e-mail address.
#include <algorithm>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/labels.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kLabelEmail;

namespace {

bool is_name_char(char c) {
  constexpr std::string_view kMarks = "!#$%&'*+-/=?^_`{|}~.";
  return is_alpha(c) || is_digit(c) || kMarks.find(c) != kMarks.npos;
}

bool is_domain_part(std::string_view part) {
  if (part.empty() || part.front() == '-' || part.back() == '-') return false;
  return std::all_of(
      part.begin(), part.end(), [](char c) { return is_alpha(c) || is_digit(c) || c == '-'; });
}

bool is_valid(std::string_view value) {
  size_t at = value.rfind('@');
  if (at == value.npos || at == 0) return false;
  std::string_view name = value.substr(0, at);
  bool has_bad_dot = name.front() == '.' || name.back() == '.' || contains(name, "..");
  if (has_bad_dot || !std::all_of(name.begin(), name.end(), is_name_char)) return false;
  std::vector<std::string_view> parts = split(value.substr(at + 1), '.');
  return std::all_of(parts.begin(), parts.end(), is_domain_part);
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const LabelPlace& label : labels_of(input)) {
    if (label.type != LabelType::Email || !label.value || label.value->empty()) continue;
    if (is_valid(*label.value)) continue;
    findings.push_back(make_finding(kLabelEmail,
                                    label.pair->range,
                                    in_ticks(*label.value) + " is not an e-mail address",
                                    "Correct the label " + in_ticks(*label.key)));
  }
}

}  // namespace

const Rule kLabelEmail = {
    {.name = "label-email",
     .code = "WH2410",
     .aliases = "DL3058",
     .severity = Severity::Warning,
     .summary = "A label is not an e-mail address",
     .why = "Whoever has to write to the maintainer needs an address: a name, `@` and a domain "
            "(RFC 5322). Silent unless labels are asked for with this form.",
     .bad = "FROM debian:bookworm\nLABEL contact=me\n",
     .good = "FROM debian:bookworm\nLABEL contact=me@example.com\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
