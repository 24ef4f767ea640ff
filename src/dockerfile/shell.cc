#include "dockerfile/shell.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "base/strings.h"
#include "dockerfile/shell_map.h"
#include "dockerfile/shell_parser.h"

namespace whittle {

namespace {

using Bodies = std::map<uint32_t, std::string>;

void fill_bodies(ShellNode& node, Bodies& bodies) {
  for (ShellRedirect& redirect : node.redirects) {
    auto body = bodies.find(redirect.range.begin);
    if (body != bodies.end()) redirect.body = std::move(body->second);
  }
  for (ShellNode& child : node.children) fill_bodies(child, bodies);
  for (ShellNode& list : node.substitutions) fill_bodies(list, bodies);
}

ShellScript parse_text(std::string_view text, TextMap map, Bodies bodies, const Limits& limits) {
  ShellParseState state;
  state.max_depth = limits.max_shell_depth;
  state.bodies = std::move(bodies);
  ShellParser parser(text, std::move(map), state);
  ShellScript script;
  script.root = parser.parse_script();
  script.complete = !state.failed;
  script.problem = std::move(state.problem);
  script.problem_range = state.problem_range;
  if (!state.bodies.empty()) fill_bodies(script.root, state.bodies);
  return script;
}

ShellScript empty_script(Range range) {
  ShellScript script;
  script.root.kind = ShellNodeKind::List;
  script.root.range = {range.begin, range.begin};
  return script;
}

ShellScript not_a_shell(Range range, std::string problem) {
  ShellScript script = empty_script(range);
  script.complete = false;
  script.problem = std::move(problem);
  script.problem_range = range;
  return script;
}

// Whether a program, by its path, reads the language that is parsed here.
bool is_posix_shell(std::string_view program) {
  constexpr std::array<std::string_view, 9> kShells = {
      "sh", "ash", "bash", "busybox", "dash", "ksh", "mksh", "yash", "zsh"};
  size_t slash = program.find_last_of("/\\");
  if (slash != std::string_view::npos) program.remove_prefix(slash + 1);
  return std::find(kShells.begin(), kShells.end(), program) != kShells.end();
}

// The SHELL in force at this instruction; empty for the default. Follows FROM an earlier stage.
std::vector<std::string> shell_of(const Dockerfile& file, const Instruction& instruction) {
  uint32_t stage = instruction.stage;
  while (stage < file.stages.size()) {
    const Stage& here = file.stages[stage];
    auto end = std::min<uint32_t>(here.end, static_cast<uint32_t>(file.instructions.size()));
    for (uint32_t i = end; i-- > here.from;) {
      const Instruction& shell = file.instructions[i];
      if (shell.kind != InstructionKind::Shell || shell.range.begin >= instruction.range.begin)
        continue;
      std::vector<std::string> words;
      for (const Word& word : shell.words) words.push_back(word.text);
      return words;
    }
    uint32_t parent = stage;
    while (parent-- > 0 && file.stages[parent].name != to_lower(here.base)) continue;
    stage = here.base.empty() ? Instruction::kNoStage : parent;
  }
  return {};
}

// The interpreter of a `#!` line, through `env`; nullopt without one.
std::optional<std::string_view> shebang_program(std::string_view script) {
  if (script.substr(0, 2) != "#!") return std::nullopt;
  std::vector<std::string_view> words = split_blanks(script.substr(2, script.find('\n') - 2));
  if (words.empty()) return "";
  bool is_env = words[0] == "env" || words[0].ends_with("/env");
  for (size_t i = 1; is_env && i < words.size(); ++i) {
    if (words[i].front() != '-' && !contains(words[i], "=")) return words[i];
  }
  return words[0];
}

// Where the bytes of Heredoc::content stand: its body without "\r" before "\n" and, for `<<-`,
// leading tabs.
TextMap map_of_content(const Dockerfile& file, const Heredoc& heredoc) {
  TextMapBuilder map(heredoc.body.begin);
  uint32_t at = heredoc.body.begin;
  for (char c : heredoc.content) {
    while (at < heredoc.body.end && file.source[at] != c) ++at;
    map.add(at);
    if (at < heredoc.body.end) ++at;
  }
  return std::move(map).build();
}

ShellScript parse_body(const Dockerfile& file, const Heredoc& heredoc, const Limits& limits) {
  std::optional<std::string_view> program = shebang_program(heredoc.content);
  if (program && !is_posix_shell(*program)) {
    return not_a_shell(
        {heredoc.body.begin, heredoc.body.begin},
        fmt::format("the script is for `{}`, which is no shell", printable(*program)));
  }
  return parse_text(heredoc.content, map_of_content(file, heredoc), {}, limits);
}

// The JSON form: one command, nothing for a shell to read.
ShellScript exec_form(const Instruction& instruction, size_t first_word) {
  ShellScript script = empty_script(instruction.arguments);
  if (first_word >= instruction.words.size()) return script;
  ShellNode node;
  for (size_t i = first_word; i < instruction.words.size(); ++i) {
    const Word& word = instruction.words[i];
    node.words.push_back({word.range, word.text, word.text, true});
  }
  node.range = {node.words.front().range.begin, node.words.back().range.end};
  script.root.range = node.range;
  script.root.children.push_back(std::move(node));
  return script;
}

// Where the shell text begins in Instruction::text: behind the CMD of a HEALTHCHECK.
size_t text_begin(const Instruction& instruction) {
  if (instruction.kind != InstructionKind::Healthcheck) return 0;
  std::string_view text = instruction.text;
  size_t at = text.size() - trim_left(text).size();
  while (at < text.size() && !is_space(text[at])) ++at;
  return at;
}

// The text of an instruction from `begin` on, in its places.
ShellScript parse_instruction_text(const Instruction& instruction,
                                   size_t begin,
                                   const Limits& limits) {
  TextMapBuilder map(instruction.arguments.begin);
  for (size_t at = begin; at < instruction.text.size(); ++at) {
    map.add(instruction.source_offset(static_cast<uint32_t>(at)));
  }
  Bodies bodies;
  for (const Heredoc& heredoc : instruction.heredocs)
    bodies.emplace(heredoc.word.begin, heredoc.content);
  return parse_text(std::string_view(instruction.text).substr(begin),
                    std::move(map).build(),
                    std::move(bodies),
                    limits);
}

// Whether the only argument is a here-document, whose body then is the script.
bool is_body_only(const Dockerfile& file, const Instruction& instruction) {
  if (instruction.kind != InstructionKind::Run || instruction.heredocs.size() != 1) return false;
  return trim(instruction.text) == file.text(instruction.heredocs[0].word);
}

}  // namespace

ShellScript parse_shell(std::string_view text, uint32_t base_offset, const Limits& limits) {
  return parse_text(text, TextMap(base_offset), {}, limits);
}

ShellScript parse_run(const Dockerfile& file,
                      const Instruction& instruction,
                      const Limits& limits) {
  return parse_run(file, instruction, shell_of(file, instruction), limits);
}

ShellScript parse_run(const Dockerfile& file,
                      const Instruction& instruction,
                      const std::vector<std::string>& shell,
                      const Limits& limits) {
  if (instruction.kind == InstructionKind::Onbuild && !instruction.onbuild.empty()) {
    return parse_run(file, instruction.onbuild[0], shell, limits);
  }
  bool is_healthcheck = instruction.kind == InstructionKind::Healthcheck;
  bool has_commands = is_healthcheck || instruction.kind == InstructionKind::Run ||
                      instruction.kind == InstructionKind::Cmd ||
                      instruction.kind == InstructionKind::Entrypoint;
  if (is_healthcheck) {
    has_commands =
        !instruction.words.empty() && equals_ignoring_case(instruction.words[0].text, "CMD");
  }
  if (!has_commands) return empty_script(instruction.arguments);
  if (instruction.form == ArgumentForm::Json) return exec_form(instruction, is_healthcheck ? 1 : 0);
  if (instruction.form != ArgumentForm::Shell) return empty_script(instruction.arguments);
  if (!shell.empty() && !is_posix_shell(shell[0])) {
    return not_a_shell(instruction.arguments,
                       fmt::format("the shell is `{}`", printable(shell[0])));
  }
  if (is_body_only(file, instruction)) return parse_body(file, instruction.heredocs[0], limits);
  return parse_instruction_text(instruction, text_begin(instruction), limits);
}

}  // namespace whittle
