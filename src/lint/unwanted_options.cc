#include "lint/unwanted_options.h"

#include <algorithm>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/word_edits.h"

namespace whittle {

namespace {

// The option with its value where that is a word of its own.
Range range_of(const std::vector<const ShellWord*>& words, const CommandOption& option) {
  Range range = option.word->range;
  auto at = std::find(words.begin(), words.end(), option.word);
  bool is_value_apart = option.has_value && option.word->raw == option.name;
  if (is_value_apart && at + 1 != words.end()) range.end = (*(at + 1))->range.end;
  return range;
}

void check_command(const LintInput& input,
                   const UnwantedOption& unwanted,
                   const RunText& run,
                   const CommandRef& ref,
                   std::vector<Finding>& findings) {
  std::vector<const ShellWord*> words = unwrapped(*ref.node);
  std::string name = command_name(words);
  if (name.empty() || !is_one_of(unwanted.programs, name)) return;
  CommandWords line = read_command_words(words, 1, unwanted.value_options);
  for (const CommandOption& option : line.options) {
    if (!is_one_of(unwanted.options, option.name)) continue;
    if (unwanted.is_harmless != nullptr && unwanted.is_harmless(option)) continue;
    Finding finding =
        make_finding(*unwanted.rule,
                     range_of(words, option),
                     in_ticks(name + " " + option.name) + " " + std::string(unwanted.consequence),
                     "Drop " + in_ticks(option.name));
    std::optional<Edit> edit;
    if (is_editable(input, run)) edit = drop_option(input, words, option);
    if (edit)
      finding.fix =
          make_fix("Drop " + in_ticks(option.name), Applicability::Unsafe, {std::move(*edit)});
    findings.push_back(std::move(finding));
  }
}

}  // namespace

void check_unwanted_options(const LintInput& input,
                            const UnwantedOption& unwanted,
                            std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const CommandRef& ref : *run.commands) check_command(input, unwanted, run, ref, findings);
  }
}

bool is_off_value(std::string_view value) {
  std::string text = to_lower(value);
  return text == "0" || text == "false" || text == "no" || text == "off";
}

}  // namespace whittle
