#include "lint/word_edits.h"

#include <utility>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/run_edits.h"
#include "lint/stages.h"

namespace whittle {

namespace {

bool has_comment(const LintInput& input, Range range) {
  return contains(input.file->text(range), "#");
}

// The operators on both sides of the child: taking `a && b` out of `x || a && b` would change what
// x guards.
bool is_plain_operator(ShellOp op) {
  return op == ShellOp::None || op == ShellOp::And || op == ShellOp::Sequence;
}

}  // namespace

bool is_editable(const LintInput& input, const RunText& run) {
  return !run.is_onbuild && is_editable_run(input, run.index);
}

std::optional<Edit> drop_words(const LintInput& input,
                               const std::vector<const ShellWord*>& words,
                               size_t at,
                               size_t more) {
  if (at == 0 || at + more >= words.size()) return std::nullopt;
  Range range{words[at - 1]->range.end, words[at + more]->range.end};
  if (range.end < range.begin) return std::nullopt;
  Range gap{range.begin, words[at]->range.begin};
  if (has_comment(input, gap)) return std::nullopt;
  return Edit{range, ""};
}

std::optional<Edit> drop_option(const LintInput& input,
                                const std::vector<const ShellWord*>& words,
                                const CommandOption& option) {
  const ShellWord& word = *option.word;
  if (word.is_quoted || word.range.size() != word.raw.size()) return std::nullopt;
  size_t at = 0;
  while (at < words.size() && words[at] != &word) ++at;
  bool is_cluster = option.name.size() == 2 && word.raw.size() > 2 && word.raw[1] != '-';
  if (is_cluster) {
    size_t letter = word.raw.find(option.name[1], 1);
    if (option.has_value || letter == std::string::npos) return std::nullopt;
    uint32_t begin = word.range.begin + static_cast<uint32_t>(letter);
    return Edit{{begin, begin + 1}, ""};
  }
  bool is_value_apart = option.has_value && word.raw == option.name;
  return drop_words(input, words, at, is_value_apart ? 1 : 0);
}

std::optional<Edit> drop_command(const LintInput& input,
                                 const RunText& run,
                                 const CommandRef& ref) {
  if (!is_editable(input, run) || ref.list == nullptr || ref.is_conditional) return std::nullopt;
  const std::vector<ShellNode>& children = ref.list->children;
  size_t at = ref.index_in_list;
  bool is_last = at + 1 == children.size();
  if (children.size() == 1) {
    if (ref.list != &run.script->root) return std::nullopt;
    return delete_instruction(*input.file, *run.instruction);
  }
  if (!is_plain_operator(children[at].op_before)) return std::nullopt;
  if (!is_last && !is_plain_operator(children[at + 1].op_before)) return std::nullopt;
  Range range = is_last ? Range{children[at - 1].range.end, children[at].range.end}
                        : Range{children[at].range.begin, children[at + 1].range.begin};
  if (has_comment(input, range)) return std::nullopt;
  return Edit{range, ""};
}

std::optional<Edit> drop_pair(const LintInput& input, size_t index, size_t pair) {
  const Instruction& instruction = input.file->instructions[index];
  const std::vector<KeyValue>& pairs = instruction.pairs;
  if (pairs.size() == 1) return delete_instruction(*input.file, instruction);
  bool is_last = pair + 1 == pairs.size();
  Range range = is_last ? Range{pairs[pair - 1].range.end, pairs[pair].range.end}
                        : Range{pairs[pair].range.begin, pairs[pair + 1].range.begin};
  if (has_comment(input, range)) return std::nullopt;
  return Edit{range, ""};
}

Edit insert_at(uint32_t offset, std::string text) {
  return Edit{{offset, offset}, std::move(text)};
}

std::optional<Fix> quote_expansion(const LintInput& input,
                                   const RunText& run,
                                   const ShellWord& word,
                                   const WordExpansion& expansion) {
  bool is_on_one_line = word.range.size() == word.raw.size();
  if (!is_on_one_line || !is_editable(input, run)) return std::nullopt;
  return make_fix("Put it between double quotes",
                  Applicability::Unsafe,
                  {insert_at(expansion.range.begin, "\""), insert_at(expansion.range.end, "\"")});
}

}  // namespace whittle
