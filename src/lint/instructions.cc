#include "lint/instructions.h"

#include <algorithm>

#include "base/strings.h"

namespace whittle {

namespace {

template <typename Wanted>
std::vector<InstructionPlace> places(const LintInput& input, Wanted is_wanted) {
  std::vector<InstructionPlace> found;
  for (size_t i = 0; i < input.file->instructions.size(); ++i) {
    const Instruction& instruction = input.file->instructions[i];
    if (is_wanted(instruction.kind)) found.push_back({i, &instruction, false});
    for (const Instruction& trigger : instruction.onbuild) {
      if (is_wanted(trigger.kind)) found.push_back({i, &trigger, true});
    }
  }
  return found;
}

}  // namespace

std::vector<InstructionPlace> instructions_of(const LintInput& input, InstructionKind kind) {
  return places(input, [&](InstructionKind other) { return other == kind; });
}

std::vector<InstructionPlace> copies_of(const LintInput& input) {
  return places(input, [](InstructionKind kind) {
    return kind == InstructionKind::Copy || kind == InstructionKind::Add;
  });
}

std::optional<std::string> known_value(const LintInput& input,
                                       size_t index,
                                       std::string_view word) {
  const Environment& environment = input.evaluation.states[index].environment;
  Result<Expansion> expansion = expand_word(
      word, input.file->escape, [&](std::string_view name) { return environment.find(name); });
  if (!expansion.ok() || !expansion->missing.empty()) return std::nullopt;
  return expansion->text;
}

bool is_working_dir_known(const LintInput& input, size_t index) {
  int stage = static_cast<int>(input.file->instructions[index].stage);
  auto end = static_cast<uint32_t>(index);
  while (stage >= 0 && static_cast<size_t>(stage) < input.file->stages.size()) {
    const Stage& at = input.file->stages[static_cast<size_t>(stage)];
    for (uint32_t i = end; i-- > at.from + 1;) {
      const Instruction& workdir = input.file->instructions[i];
      if (workdir.kind != InstructionKind::Workdir || workdir.words.empty()) continue;
      std::optional<std::string> path = known_value(input, i, workdir.words[0].text);
      if (!path) return false;
      if (is_absolute_path(*path)) return true;
    }
    stage = input.evaluation.parent_stage[static_cast<size_t>(stage)];
    if (stage >= 0) end = input.file->stages[static_cast<size_t>(stage)].end;
  }
  return false;
}

bool mentions_variable(std::string_view text, std::string_view name) {
  auto is_name_char = [](char c) { return is_alpha(c) || is_digit(c) || c == '_'; };
  for (size_t at = text.find(name); at != text.npos; at = text.find(name, at + 1)) {
    size_t end = at + name.size();
    bool is_begun = at > 0 && is_name_char(text[at - 1]);
    if (!is_begun && (end == text.size() || !is_name_char(text[end]))) return true;
  }
  return false;
}

std::vector<Edit> rename_variable(const LintInput& input,
                                  Range range,
                                  std::string_view from,
                                  const std::string& to) {
  auto is_name_char = [](char c) { return is_alpha(c) || is_digit(c) || c == '_'; };
  std::string_view text = input.file->text(range);
  std::vector<Edit> edits;
  for (size_t at = text.find(from, 1); at != text.npos; at = text.find(from, at + 1)) {
    bool is_variable =
        text[at - 1] == '$' || (text[at - 1] == '{' && at > 1 && text[at - 2] == '$');
    size_t end = at + from.size();
    if (!is_variable || (end < text.size() && is_name_char(text[end]))) continue;
    uint32_t begin = range.begin + static_cast<uint32_t>(at);
    edits.push_back({{begin, begin + static_cast<uint32_t>(from.size())}, to});
  }
  return edits;
}

bool is_absolute_path(std::string_view path) {
  if (path.empty()) return false;
  return path[0] == '/' || path[0] == '\\' ||
         (path.size() > 1 && is_alpha(path[0]) && path[1] == ':');
}

}  // namespace whittle
