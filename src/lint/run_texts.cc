#include "lint/run_texts.h"

#include "base/strings.h"

namespace whittle {

std::vector<RunText> run_texts(const LintInput& input) {
  std::vector<RunText> texts;
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& instruction = input.file->instructions[i];
    if (instruction.kind == InstructionKind::Run) {
      texts.push_back({i, &instruction, &input.scripts[i], &input.commands[i], false});
    } else if (instruction.kind == InstructionKind::Onbuild && !instruction.onbuild.empty() &&
               instruction.onbuild[0].kind == InstructionKind::Run) {
      texts.push_back({i,
                       &instruction.onbuild[0],
                       &input.onbuild_scripts[i],
                       &input.onbuild_commands[i],
                       true});
    }
  }
  return texts;
}

std::string command_name(const std::vector<const ShellWord*>& words) {
  if (words.empty() || !words[0]->value) return "";
  return words[0]->value->substr(words[0]->value->rfind('/') + 1);
}

std::optional<std::string> known_text(const LintInput& input,
                                      const RunText& run,
                                      const ShellWord& word) {
  if (word.value) return word.value;
  constexpr std::string_view kShellOnly = "`*?[(";
  if (word.raw.find_first_of(kShellOnly) != std::string::npos) return std::nullopt;
  const Environment& environment = input.evaluation.states[run.index].environment;
  Result<Expansion> expansion =
      expand_word(word.raw, '\\', [&](std::string_view name) { return environment.find(name); });
  if (!expansion.ok() || !expansion->missing.empty()) return std::nullopt;
  return expansion->text;
}

bool is_only_expansion(const ShellWord& word) {
  if (word.value) return false;
  std::string_view raw = word.raw;
  if (raw.size() > 2 && raw.front() == '"' && raw.back() == '"')
    raw = raw.substr(1, raw.size() - 2);
  if (raw.empty() || (raw[0] != '$' && raw[0] != '`')) return false;
  if (raw[0] == '`') return raw.find('`', 1) == raw.size() - 1;
  if (raw.size() > 1 && (raw[1] == '{' || raw[1] == '(')) {
    return raw.find(raw[1] == '{' ? '}' : ')') == raw.size() - 1;
  }
  return raw.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@*",
                               1) == raw.npos;
}

}  // namespace whittle
