// Values of labels that are to be a license as SPDX writes it.
#include "base/strings.h"
#include "lint/findings.h"
#include "lint/labels.h"
#include "lint/rules/rules.h"
#include "model/spdx.h"

namespace whittle {

extern const Rule kLabelSpdx;

namespace {

bool is_valid(std::string_view value) {
  return is_spdx_expression(value);
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const LabelPlace& label : labels_of(input)) {
    if (label.type != LabelType::Spdx || !label.value || label.value->empty()) continue;
    if (is_valid(*label.value)) continue;
    findings.push_back(make_finding(kLabelSpdx,
                                    label.pair->range,
                                    in_ticks(*label.value) + " is not a license as SPDX writes it",
                                    "Correct the label " + in_ticks(*label.key)));
  }
}

}  // namespace

const Rule kLabelSpdx = {
    {.name = "label-spdx",
     .code = "WH2407",
     .aliases = "DL3054",
     .severity = Severity::Warning,
     .summary = "A label is not a license as SPDX writes it",
     .why = "Programs that check licenses know the identifiers of the SPDX list, joined by AND, OR "
            "and WITH: `Apache-2.0 OR MIT`. Silent unless labels are asked for with this form.",
     .bad = "FROM debian:bookworm\nLABEL licenses=Apache2\n",
     .good = "FROM debian:bookworm\nLABEL licenses=\"Apache-2.0 OR MIT\"\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
