// Labels that are set twice in a stage.
#include <map>

#include "lint/labels.h"
#include "lint/rules/rules.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kLabelDuplicates;

namespace {

// The place of a pair: its instruction and number.
std::optional<Edit> drop(const LintInput& input, const KeyValue* pair) {
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const std::vector<KeyValue>& pairs = input.file->instructions[i].pairs;
    for (size_t p = 0; p < pairs.size(); ++p) {
      if (&pairs[p] == pair) return drop_pair(input, i, p);
    }
  }
  return std::nullopt;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  std::map<std::pair<uint32_t, std::string>, const KeyValue*> last;
  std::vector<LabelPlace> labels = labels_of(input);
  for (size_t i = labels.size(); i-- > 0;) {
    const LabelPlace& label = labels[i];
    if (label.is_onbuild || !label.key) continue;
    auto [later, is_new] = last.try_emplace({label.stage, *label.key}, label.pair);
    if (is_new) continue;
    uint32_t line = input.file->lines.line_of(later->second->range.begin);
    Finding finding = make_finding(kLabelDuplicates,
                                   label.pair->range,
                                   "Line " + std::to_string(line) + " sets " +
                                       in_ticks(*label.key) + " again, this value is lost",
                                   "Delete it");
    std::optional<Edit> edit = drop(input, label.pair);
    if (edit)
      finding.fix =
          make_fix("Delete the value that is lost", Applicability::Safe, {std::move(*edit)});
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kLabelDuplicates = {
    {.name = "label-duplicates",
     .code = "WH3402",
     .aliases = "no-duplicate-keys",
     .severity = Severity::Style,
     .summary = "A label that a later one replaces",
     .why = "Of two labels of one name the last one is stored. The first is there for nobody but "
            "the reader, whom it misleads.",
     .bad = "FROM debian:bookworm\nLABEL version=1\nLABEL version=2\n",
     .good = "FROM debian:bookworm\nLABEL version=2\n",
     .fixes = kSafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
