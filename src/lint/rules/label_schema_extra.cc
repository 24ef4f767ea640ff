// Labels that the house does not know.
#include "lint/findings.h"
#include "lint/labels.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kLabelSchemaExtra;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  if (!input.settings.strict_labels) return;
  for (const LabelPlace& label : labels_of(input)) {
    if (!label.key || label.type) continue;
    findings.push_back(
        make_finding(kLabelSchemaExtra,
                     label.pair->key_range,
                     in_ticks(*label.key) + " is not among the labels that are allowed",
                     "Drop it"));
  }
}

}  // namespace

const Rule kLabelSchemaExtra = {
    {.name = "label-schema-extra",
     .code = "WH2403",
     .aliases = "DL3050",
     .severity = Severity::Info,
     .summary = "A label that is not asked for",
     .why = "Labels that nobody has agreed on are read by nobody, and each build that has one more "
            "is another image. Silent unless labels are asked for and no others are allowed.",
     .bad = "FROM debian:bookworm\nLABEL flavour=sweet\n",
     .good = "FROM debian:bookworm\nLABEL title=app\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
