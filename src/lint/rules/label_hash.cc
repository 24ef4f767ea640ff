// Values of labels that are to be the hash of a commit.
#include <algorithm>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/labels.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kLabelHash;

namespace {

bool is_valid(std::string_view value) {
  bool has_length = (value.size() >= 7 && value.size() <= 40) || value.size() == 64;
  return has_length && std::all_of(value.begin(), value.end(), [](char c) {
           return is_digit(c) || (c >= 'a' && c <= 'f');
         });
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const LabelPlace& label : labels_of(input)) {
    if (label.type != LabelType::Hash || !label.value || label.value->empty()) continue;
    if (is_valid(*label.value)) continue;
    findings.push_back(make_finding(kLabelHash,
                                    label.pair->range,
                                    in_ticks(*label.value) + " is not the hash of a commit",
                                    "Correct the label " + in_ticks(*label.key)));
  }
}

}  // namespace

const Rule kLabelHash = {
    {.name = "label-hash",
     .code = "WH2408",
     .aliases = "DL3055",
     .severity = Severity::Warning,
     .summary = "A label is not the hash of a commit",
     .why = "Whoever looks for the sources needs the commit: 7 to 40 hexadecimal digits in lower "
            "case, or 64 where git uses SHA-256. A branch moves on. Silent unless labels are asked "
            "for with this form.",
     .bad = "FROM debian:bookworm\nLABEL revision=main\n",
     .good = "FROM debian:bookworm\nLABEL revision=0123456\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
