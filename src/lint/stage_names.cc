#include "lint/stage_names.h"

#include "base/strings.h"

namespace whittle {

namespace {

struct Renaming {
  const Dockerfile& file;
  std::string old_name;
  std::string new_name;
  std::vector<Edit> edits;

  void add(Range range) {
    std::string_view text = file.text(range);
    if (text != new_name && equals_ignoring_case(text, old_name))
      edits.push_back({range, new_name});
  }

  // "from=NAME" among the fields of a mount, as it stands in the file.
  void add_mount(Range value) {
    uint32_t begin = value.begin;
    for (std::string_view field : split(file.text(value), ',')) {
      auto end = begin + static_cast<uint32_t>(field.size());
      constexpr std::string_view kFrom = "from=";
      if (field.substr(0, kFrom.size()) == kFrom)
        add({begin + static_cast<uint32_t>(kFrom.size()), end});
      begin = end + 1;
    }
  }

  void visit(const Instruction& instruction) {
    if (instruction.kind == InstructionKind::From && !instruction.words.empty())
      add(instruction.words[0].range);
    for (const Flag& flag : instruction.flags) {
      if (flag.name == "from") add(flag.value_range);
      if (flag.name == "mount") add_mount(flag.value_range);
    }
    for (const Instruction& trigger : instruction.onbuild) visit(trigger);
  }
};

}  // namespace

std::vector<Edit> rename_stage(const LintInput& input,
                               const Stage& stage,
                               const std::string& name) {
  Renaming renaming{*input.file, stage.name, name, {}};
  renaming.add(stage.name_range);
  for (size_t i = stage.from + 1; i < input.file->instructions.size(); ++i)
    renaming.visit(input.file->instructions[i]);
  return std::move(renaming.edits);
}

}  // namespace whittle
