// Labels that the house asks for.
#include <set>
#include <string>

#include "lint/findings.h"
#include "lint/labels.h"
#include "lint/rules/rules.h"
#include "lint/stages.h"

namespace whittle {

extern const Rule kLabelSchemaMissing;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  if (input.file->stages.empty()) return;
  std::set<std::string> present;
  for (const LabelPlace& label : labels_of(input)) {
    bool counts = !label.is_onbuild && label.key && is_in_final_chain(input, label.stage);
    if (counts) present.insert(*label.key);
  }
  const Instruction& from = input.file->instructions[input.file->stages.back().from];
  for (const auto& [key, type] : input.settings.label_schema) {
    if (present.count(key) > 0) continue;
    findings.push_back(make_finding(kLabelSchemaMissing,
                                    from.range,
                                    "The image has no label " + in_ticks(key),
                                    "Add `LABEL " + key + "=...`"));
  }
}

}  // namespace

const Rule kLabelSchemaMissing = {
    {.name = "label-schema-missing",
     .code = "WH2402",
     .aliases = "DL3049",
     .severity = Severity::Info,
     .summary = "A label that is asked for is missing",
     .why = "Silent until labels are asked for. Those of parent stages count, and only what the "
            "last stage ends with is an image: labels of other stages are lost.",
     .bad = "FROM debian:bookworm\nLABEL title=app\n",
     .good = "FROM debian:bookworm\nLABEL title=app url=https://example.com "
             "created=2024-01-01T00:00:00Z licenses=MIT revision=0123456 version=1.0.0 "
             "contact=me@example.com\n",
     .is_lint_only = true},
    check,
};

}  // namespace whittle
