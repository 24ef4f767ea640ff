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

bool is_absolute_path(std::string_view path) {
  if (path.empty()) return false;
  return path[0] == '/' || path[0] == '\\' ||
         (path.size() > 1 && is_alpha(path[0]) && path[1] == ':');
}

}  // namespace whittle
