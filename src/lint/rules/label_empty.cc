// Labels that are asked for and say nothing.
#include "lint/findings.h"
#include "lint/labels.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kLabelEmpty;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const LabelPlace& label : labels_of(input)) {
    if (!label.type || !label.value || !label.value->empty()) continue;
    findings.push_back(make_finding(kLabelEmpty,
                                    label.pair->range,
                                    "The label " + in_ticks(*label.key) + " is empty",
                                    "Give it a value"));
  }
}

}  // namespace

const Rule kLabelEmpty = {
    {.name = "label-empty",
     .code = "WH2404",
     .aliases = "DL3051",
     .severity = Severity::Warning,
     .summary = "A label that is asked for is empty",
     .why = "An empty value says as little as no label. Silent unless labels are asked for for.",
     .bad = "FROM debian:bookworm\nLABEL title=\"\"\n",
     .good = "FROM debian:bookworm\nLABEL title=app\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
