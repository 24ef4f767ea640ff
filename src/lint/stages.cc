#include "lint/stages.h"

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr size_t kMaxPaths = 64;

void extend_paths(const LintInput& input,
                  uint32_t stage,
                  uint32_t first,
                  std::vector<size_t> path,
                  std::vector<std::vector<size_t>>& paths) {
  const std::vector<Stage>& stages = input.file->stages;
  for (uint32_t i = first; i < stages[stage].end; ++i) path.push_back(i);
  bool is_leaf = true;
  // A stage can only be FROM an earlier one, so that this ends.
  for (uint32_t child = stage + 1; child < stages.size() && paths.size() < kMaxPaths; ++child) {
    if (input.evaluation.parent_stage[child] != static_cast<int>(stage)) continue;
    is_leaf = false;
    extend_paths(input, child, stages[child].from + 1, path, paths);
  }
  if (is_leaf) paths.push_back(std::move(path));
}

const ShellNode* last_child(const ShellNode& list) {
  return list.children.empty() ? nullptr : &list.children.back();
}

}  // namespace

bool is_in_final_chain(const LintInput& input, uint32_t stage) {
  const std::vector<int>& parents = input.evaluation.parent_stage;
  if (parents.empty()) return false;
  int at = static_cast<int>(parents.size()) - 1;
  while (at >= 0 && static_cast<uint32_t>(at) != stage) at = parents[static_cast<size_t>(at)];
  return at >= 0;
}

bool is_image_stage(const LintInput& input, uint32_t stage) {
  const std::vector<int>& parents = input.evaluation.parent_stage;
  if (stage >= parents.size()) return false;
  if (stage + 1 == parents.size()) return true;
  return std::find(parents.begin(), parents.end(), static_cast<int>(stage)) != parents.end();
}

std::vector<std::vector<size_t>> paths_after(const LintInput& input, size_t index) {
  std::vector<std::vector<size_t>> paths;
  uint32_t stage = input.file->instructions[index].stage;
  if (stage == Instruction::kNoStage) return paths;
  extend_paths(input, stage, static_cast<uint32_t>(index + 1), {}, paths);
  return paths;
}

bool is_posix_shell(const std::vector<std::string>& shell) {
  constexpr std::array<std::string_view, 7> kShells = {
      "sh", "bash", "dash", "ash", "ksh", "zsh", "mksh"};
  if (shell.empty()) return false;
  std::string_view name = shell[0];
  name = name.substr(name.rfind('/') + 1);
  return std::find(kShells.begin(), kShells.end(), name) != kShells.end();
}

bool has_errexit(const std::vector<std::string>& shell) {
  for (size_t i = 1; i < shell.size(); ++i) {
    if (shell[i] == "errexit") return true;
    if (shell[i].size() > 1 && shell[i][0] == '-' && shell[i][1] != '-' && contains(shell[i], "e"))
      return true;
  }
  return false;
}

bool is_windows_stage(const LintInput& input, uint32_t stage) {
  const std::vector<int>& parents = input.evaluation.parent_stage;
  if (stage >= parents.size()) return false;
  while (parents[stage] >= 0) stage = static_cast<uint32_t>(parents[stage]);
  std::string base = to_lower(input.evaluation.stage_bases[stage]);
  return contains(base, "windows") || contains(base, "nanoserver") ||
         contains(base, "servercore") || contains(base, "winamd64");
}

bool is_editable_run(const LintInput& input, size_t index) {
  const Instruction& run = input.file->instructions[index];
  const ShellScript& script = input.scripts[index];
  if (run.kind != InstructionKind::Run || run.form != ArgumentForm::Shell || !run.heredocs.empty())
    return false;
  if (input.file->escape != '\\' || !script.complete) return false;
  if (!is_posix_shell(input.evaluation.states[index].shell) || is_windows_stage(input, run.stage))
    return false;
  const ShellNode* last = last_child(script.root);
  if (!last || last->range.end > run.arguments.end) return false;
  for (const ShellNode& node : script.root.children) {
    if (node.op_before == ShellOp::Background) return false;
  }
  return trim(input.file->text({last->range.end, run.arguments.end})).empty();
}

std::optional<std::string> text_up_to_stage(const Dockerfile& file, std::string_view target) {
  if (target.empty()) return std::nullopt;
  std::optional<uint64_t> number = parse_u64(target);
  for (const Stage& stage : file.stages) {
    bool is_it = equals_ignoring_case(stage.name, target) || number == stage.index;
    if (!is_it || stage.index + 1 == file.stages.size()) continue;
    uint32_t end = file.instructions[file.stages[stage.index + 1].from].range.begin;
    return file.source.substr(0, end);
  }
  return std::nullopt;
}

bool runs_as_root(const LintInput& input, size_t index) {
  std::string_view user = input.evaluation.states[index].user;
  user = user.substr(0, user.find(':'));
  return user.empty() || user == "root" || user == "0";
}

bool mounts_over(const Instruction& instruction, std::string_view path) {
  for (const Flag& flag : instruction.flags) {
    if (flag.name != "mount") continue;
    bool is_bind = true;
    std::string target;
    for (std::string_view field : split(flag.value, ',')) {
      std::string key = to_lower(field.substr(0, field.find('=')));
      std::string_view value =
          field.find('=') == field.npos ? "" : field.substr(field.find('=') + 1);
      if (key == "type") is_bind = value != "cache" && value != "tmpfs";
      if (key == "target" || key == "dst" || key == "destination") target = clean_path(value);
    }
    if (is_bind || target.empty()) continue;
    if (path == target || (path.substr(0, target.size()) == target && path[target.size()] == '/'))
      return true;
  }
  return false;
}

}  // namespace whittle
