#include "lint/apt.h"

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "lint/project_text.h"
#include "lint/stages.h"

namespace whittle {

namespace {

constexpr std::string_view kListsPath = "/var/lib/apt";

// Programs that call apt-get install themselves and do not update.
constexpr std::array<std::string_view, 6> kAptFrontends = {
    "rosdep", "mk-build-deps", "gdebi", "nala", "tasksel", "ansible-playbook"};

bool is_frontend(const CommandRef& ref) {
  std::string name = ref.node->command_name();
  return std::find(kAptFrontends.begin(), kAptFrontends.end(), name) != kAptFrontends.end();
}

// Commands of `bash -c "apt-get install x"` and the like are not seen as commands; their text is.
bool hides_apt_install(const CommandRef& ref) {
  return std::any_of(ref.node->words.begin(), ref.node->words.end(), [](const ShellWord& word) {
    return word.is_quoted && contains(word.raw, "apt") && contains(word.raw, "install") &&
           !contains(word.raw, "update");
  });
}

bool removes_below(const ShellNode& node, std::string_view path) {
  std::vector<const ShellWord*> words = unwrapped(node);
  if (words.empty() || !words[0]->value) return false;
  std::string_view name = *words[0]->value;
  name = name.substr(name.rfind('/') + 1);
  if (name != "rm" && name != "find" && name != "unlink") return false;
  return std::any_of(words.begin() + 1, words.end(), [&](const ShellWord* word) {
    return contains(word->raw, path);
  });
}

// Instructions in front of `index` on its file system, nearest first.
std::vector<size_t> instructions_before(const LintInput& input, size_t index) {
  std::vector<size_t> before;
  uint32_t stage = input.file->instructions[index].stage;
  size_t at = index;
  while (stage != Instruction::kNoStage) {
    for (size_t i = at; i-- > input.file->stages[stage].from + 1;) before.push_back(i);
    int parent = input.evaluation.parent_stage[stage];
    if (parent < 0) break;
    stage = static_cast<uint32_t>(parent);
    at = input.file->stages[stage].end;
  }
  return before;
}

bool touches_apt_sources(std::string_view text) {
  constexpr std::array<std::string_view, 7> kWords = {"/etc/apt",
                                                      "sources.list",
                                                      "add-apt-repository",
                                                      "apt-key",
                                                      "apt-add-repository",
                                                      "--add-architecture",
                                                      ".deb"};
  return std::any_of(
      kWords.begin(), kWords.end(), [&](std::string_view word) { return contains(text, word); });
}

bool may_put_apt_sources(const LintInput& input, size_t index) {
  const Instruction& instruction = input.file->instructions[index];
  std::string_view text = input.file->text(instruction.range);
  if (instruction.kind == InstructionKind::Run) return touches_apt_sources(text);
  if (instruction.kind != InstructionKind::Copy && instruction.kind != InstructionKind::Add)
    return false;
  if (instruction.words.empty()) return true;
  std::string target = clean_path(instruction.words.back().text);
  return touches_apt_sources(text) || target == "/" || target == "/etc" || target == ".";
}

bool misses_lists(const LintInput& input, size_t index) {
  const Instruction& instruction = input.file->instructions[index];
  if (instruction.kind == InstructionKind::Onbuild) {
    std::string_view text = input.file->text(instruction.range);
    return contains(text, "apt") && contains(text, "install") && !contains(text, "update");
  }
  if (!input.scripts[index].complete || !instruction.heredocs.empty()) {
    std::string_view text = input.file->text(instruction.range);
    return contains(text, "apt") && !contains(text, "update");
  }
  return first_apt_event(input, index) == AptFirst::Uses;
}

}  // namespace

AptFirst first_apt_event(const LintInput& input, size_t instruction) {
  std::vector<PackageCommand> commands = package_commands(input, instruction);
  size_t next = 0;
  bool updates_sometimes = false;
  for (const CommandRef& ref : input.commands[instruction]) {
    if (is_frontend(ref) || hides_apt_install(ref)) return AptFirst::Uses;
    while (next < commands.size() && commands[next].command == &ref) {
      // `test || { apt-get update && apt-get install; }`: the branch that installs has updated.
      if (uses_apt_lists(commands[next]) && !(updates_sometimes && ref.is_conditional))
        return AptFirst::Uses;
      if (updates_apt_lists(commands[next])) {
        if (!ref.is_conditional) return AptFirst::Updates;
        updates_sometimes = true;
      }
      ++next;
    }
  }
  return AptFirst::Nothing;
}

std::optional<PackageCommand> last_apt_update(const LintInput& input, size_t instruction) {
  std::optional<PackageCommand> last;
  for (PackageCommand& command : package_commands(input, instruction)) {
    if (updates_apt_lists(command)) last = std::move(command);
  }
  return last;
}

bool uses_lists_after_update(const LintInput& input, size_t instruction) {
  bool is_behind = false;
  bool uses = false;
  for (const PackageCommand& command : package_commands(input, instruction)) {
    if (updates_apt_lists(command)) {
      is_behind = true;
      uses = false;
    } else if (is_behind && uses_apt_lists(command)) {
      uses = true;
    }
  }
  return uses;
}

bool removes_lists_after_update(const LintInput& input, size_t instruction) {
  bool removes = false;
  std::vector<PackageCommand> commands = package_commands(input, instruction);
  size_t next = 0;
  for (const CommandRef& ref : input.commands[instruction]) {
    if (next < commands.size() && commands[next].command == &ref) {
      const PackageCommand& command = commands[next++];
      if (updates_apt_lists(command)) removes = false;
      if (command.tool == PackageTool::Apt &&
          (command.action == "dist-clean" || command.action == "distclean")) {
        removes = true;
      }
    } else if (removes_below(*ref.node, kListsPath)) {
      removes = true;
    }
  }
  return removes;
}

bool removes_apt_archives(const LintInput& input, size_t instruction) {
  for (const PackageCommand& command : package_commands(input, instruction)) {
    if (command.tool == PackageTool::Apt &&
        (command.action == "clean" || command.action == "dist-clean"))
      return true;
  }
  const std::vector<CommandRef>& commands = input.commands[instruction];
  return std::any_of(commands.begin(), commands.end(), [](const CommandRef& ref) {
    return removes_below(*ref.node, "/var/cache/apt") || removes_below(*ref.node, "/var/cache/*");
  });
}

std::optional<size_t> needs_lists_after(const LintInput& input, size_t index) {
  for (const std::vector<size_t>& path : paths_after(input, index)) {
    for (size_t i : path) {
      if (misses_lists(input, i)) return i;
      if (first_apt_event(input, i) == AptFirst::Updates) break;
    }
  }
  if (scripts_install_with_apt(input)) return index;
  return std::nullopt;
}

bool ends_with_update(const LintInput& input, size_t index) {
  std::vector<PackageCommand> commands = package_commands(input, index);
  const std::vector<CommandRef>& all = input.commands[index];
  return !commands.empty() && !all.empty() && updates_apt_lists(commands.back()) &&
         commands.back().command == &all.back();
}

bool runs_unseen_script_after(const LintInput& input, size_t index) {
  for (const std::vector<size_t>& path : paths_after(input, index)) {
    for (size_t i : path) {
      if (first_apt_event(input, i) == AptFirst::Updates) break;
      for (const CommandRef& ref : input.commands[i]) {
        std::string name = ref.node->command_name();
        bool is_shell = name == "sh" || name == "bash" || name == "dash";
        if (is_shell && ref.node->op_before == ShellOp::Pipe) return true;
      }
    }
  }
  return false;
}

std::optional<size_t> maker_of_lists(const LintInput& input, size_t index) {
  for (size_t i : instructions_before(input, index)) {
    if (input.file->instructions[i].kind != InstructionKind::Run) continue;
    std::optional<PackageCommand> update = last_apt_update(input, i);
    if (!update) continue;
    if (removes_lists_after_update(input, i)) return std::nullopt;
    return i;
  }
  return std::nullopt;
}

bool changes_apt_sources(const LintInput& input, size_t maker, size_t user) {
  std::optional<PackageCommand> update = last_apt_update(input, maker);
  if (!update) return true;
  uint32_t end = update->command->node->range.end;
  const Instruction& run = input.file->instructions[maker];
  if (end < run.range.end && touches_apt_sources(input.file->text({end, run.range.end})))
    return true;
  for (size_t i : instructions_before(input, user)) {
    if (i == maker) return false;
    if (may_put_apt_sources(input, i)) return true;
  }
  return true;
}

}  // namespace whittle
