// Values of labels that are to be a URL.
#include <algorithm>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/labels.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kLabelUrl;

namespace {

bool is_scheme_char(char c) {
  return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
}

bool is_url_char(char c) {
  constexpr std::string_view kMarks = "-._~:/?#[]@!$&'()*+,;=%";
  return is_alpha(c) || is_digit(c) || kMarks.find(c) != kMarks.npos;
}

bool is_valid(std::string_view value) {
  size_t colon = value.find(':');
  if (colon == value.npos || colon == 0 || !is_alpha(value[0])) return false;
  std::string_view scheme = value.substr(0, colon);
  std::string_view rest = value.substr(colon + 1);
  if (!std::all_of(scheme.begin(), scheme.end(), is_scheme_char)) return false;
  if (!std::all_of(rest.begin(), rest.end(), is_url_char)) return false;
  if (rest.substr(0, 2) != "//") return !rest.empty();
  return rest.size() > 2 && (rest[2] != '/' || to_lower(scheme) == "file");
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const LabelPlace& label : labels_of(input)) {
    if (label.type != LabelType::Url || !label.value || label.value->empty()) continue;
    if (is_valid(*label.value)) continue;
    findings.push_back(make_finding(kLabelUrl,
                                    label.pair->range,
                                    in_ticks(*label.value) + " is not a URL",
                                    "Correct the label " + in_ticks(*label.key)));
  }
}

}  // namespace

const Rule kLabelUrl = {
    {.name = "label-url",
     .code = "WH2405",
     .aliases = "DL3052",
     .severity = Severity::Warning,
     .summary = "A label is not a URL",
     .why = "Tools make links of such labels: a scheme and what it asks for are needed (RFC 3986). "
            "Silent unless labels are asked for with this form.",
     .bad = "FROM debian:bookworm\nLABEL url=example\n",
     .good = "FROM debian:bookworm\nLABEL url=https://example.com\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
