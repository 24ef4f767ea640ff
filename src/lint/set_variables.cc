#include "lint/set_variables.h"

#include <utility>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/instructions.h"
#include "lint/word_edits.h"

namespace whittle {

namespace {

using Wanted = std::function<bool(std::string_view)>;

void add_pairs(const LintInput& input,
               size_t index,
               const Wanted& is_wanted,
               std::vector<SetVariable>& variables) {
  const Instruction& instruction = input.file->instructions[index];
  for (size_t i = 0; i < instruction.pairs.size(); ++i) {
    const KeyValue& pair = instruction.pairs[i];
    if (!pair.has_value || !is_wanted(pair.key)) continue;
    variables.push_back({pair.key,
                         known_value(input, index, pair.value),
                         pair.range,
                         index,
                         instruction.kind,
                         drop_pair(input, index, i)});
  }
}

// "NAME=value" as a word of `export`, `env`, `declare`.
void add_words(const RunText& run,
               const ShellNode& node,
               const Wanted& is_wanted,
               std::vector<SetVariable>& variables) {
  if (node.words.empty() ||
      !is_one_of("export env declare typeset local readonly sudo", node.command_name()))
    return;
  for (const ShellWord& word : node.words) {
    std::string_view raw = word.raw;
    size_t equals = raw.find('=');
    if (equals == raw.npos || !is_wanted(raw.substr(0, equals))) continue;
    std::optional<std::string> value;
    if (word.value) value = word.value->substr(word.value->find('=') + 1);
    variables.push_back({raw.substr(0, equals),
                         std::move(value),
                         word.range,
                         run.index,
                         InstructionKind::Run,
                         std::nullopt});
  }
}

void add_assignments(const LintInput& input,
                     const RunText& run,
                     const ShellNode& node,
                     const Wanted& is_wanted,
                     std::vector<SetVariable>& variables) {
  for (size_t i = 0; i < node.assignments.size(); ++i) {
    const ShellAssignment& assignment = node.assignments[i];
    if (!is_wanted(assignment.name)) continue;
    std::optional<Edit> drop;
    if (is_editable(input, run) && !node.words.empty()) {
      uint32_t end = i + 1 < node.assignments.size() ? node.assignments[i + 1].range.begin
                                                     : node.words[0].range.begin;
      if (end > assignment.range.begin) drop = Edit{{assignment.range.begin, end}, ""};
    }
    variables.push_back({assignment.name,
                         known_text(input, run, assignment.value),
                         assignment.range,
                         run.index,
                         InstructionKind::Run,
                         std::move(drop)});
  }
}

}  // namespace

std::vector<SetVariable> set_variables(const LintInput& input, const Wanted& is_wanted) {
  std::vector<SetVariable> variables;
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& instruction = input.file->instructions[i];
    if (instruction.kind == InstructionKind::Env || instruction.kind == InstructionKind::Arg)
      add_pairs(input, i, is_wanted, variables);
  }
  for (const RunText& run : run_texts(input)) {
    for (const CommandRef& ref : *run.commands) {
      add_assignments(input, run, *ref.node, is_wanted, variables);
      add_words(run, *ref.node, is_wanted, variables);
    }
  }
  return variables;
}

}  // namespace whittle
