#include "lint/run_edits.h"

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "lint/stages.h"

namespace whittle {

namespace {

// Builtins that change the shell process they run in, or end it.
constexpr std::array<std::string_view, 25> kStatefulBuiltins = {
    "cd",   "pushd",   "popd",    "export", "set",      "shopt", "umask",   "ulimit", "exec",
    "exit", "return",  "trap",    "source", ".",        "alias", "unalias", "unset",  "read",
    "eval", "declare", "typeset", "local",  "readonly", "wait",  "shift",
};

bool is_stateful(const CommandRef& ref) {
  if (ref.is_in_subshell) return false;
  if (ref.node->words.empty()) return !ref.node->assignments.empty();
  std::string name = ref.node->command_name();
  return std::find(kStatefulBuiltins.begin(), kStatefulBuiltins.end(), name) !=
         kStatefulBuiltins.end();
}

bool has_function(const ShellNode& node) {
  if (node.kind == ShellNodeKind::Function) return true;
  return std::any_of(node.children.begin(), node.children.end(), has_function);
}

bool has_background(const ShellNode& node) {
  if (node.op_before == ShellOp::Background) return true;
  return std::any_of(node.children.begin(), node.children.end(), has_background);
}

bool is_stateless(const LintInput& input, size_t index) {
  const std::vector<CommandRef>& commands = input.commands[index];
  return std::none_of(commands.begin(), commands.end(), is_stateful) &&
         !has_function(input.scripts[index].root);
}

// Only && and pipes between its commands: `X && text && Y` runs it as one.
bool is_and_chain(const ShellNode& list) {
  return std::all_of(list.children.begin(), list.children.end(), [](const ShellNode& node) {
    return node.op_before == ShellOp::None || node.op_before == ShellOp::And ||
           node.op_before == ShellOp::Pipe;
  });
}

bool has_equal_flags(const Instruction& a, const Instruction& b) {
  return std::equal(a.flags.begin(),
                    a.flags.end(),
                    b.flags.begin(),
                    b.flags.end(),
                    [](const Flag& x, const Flag& y) {
                      return x.name == y.name && x.value == y.value && x.has_value == y.has_value;
                    });
}

bool mentions_command(const LintInput& input, size_t index, std::string_view name) {
  return std::any_of(input.commands[index].begin(),
                     input.commands[index].end(),
                     [&](const CommandRef& ref) { return ref.node->command_name() == name; });
}

// True if `{ text; }` in the middle of an && chain does what the text does alone.
bool can_be_grouped(const LintInput& input, size_t index) {
  return !has_errexit(input.evaluation.states[index].shell) &&
         !mentions_command(input, index, "set");
}

// The text between two && commands on different lines, with no comment in it; "" if there is none.
std::string gap_style(const Dockerfile& file, const ShellNode& list) {
  std::string style;
  for (size_t i = 1; i < list.children.size(); ++i) {
    if (list.children[i].op_before != ShellOp::And) continue;
    Range gap{list.children[i - 1].range.end, list.children[i].range.begin};
    if (gap.end <= gap.begin) continue;
    std::string_view text = file.text(gap);
    if (std::count(text.begin(), text.end(), '\n') == 1 && !contains(text, "#")) style = text;
  }
  return style;
}

}  // namespace

std::string continuation(const LintInput& input, size_t index) {
  const Dockerfile& file = *input.file;
  std::string style = gap_style(file, input.scripts[index].root);
  for (size_t i = 0; style.empty() && i < file.instructions.size(); ++i) {
    if (file.instructions[i].form == ArgumentForm::Shell &&
        file.instructions[i].kind == InstructionKind::Run &&
        file.instructions[i].heredocs.empty()) {
      style = gap_style(file, input.scripts[i].root);
    }
  }
  if (!style.empty() && style[0] == file.escape) style.insert(0, " ");
  if (style.empty()) style = std::string(" ") + file.escape + file.line_end + "    && ";
  return style;
}

std::optional<Edit> append_command(const LintInput& input, size_t index, std::string_view command) {
  if (!is_editable_run(input, index)) return std::nullopt;
  const ShellNode& root = input.scripts[index].root;
  for (const CommandRef& ref : input.commands[index]) {
    std::string name = ref.node->command_name();
    if (!ref.is_in_subshell && (name == "exec" || (name == "exit" && !ref.is_conditional)))
      return std::nullopt;
  }
  uint32_t end = root.children.back().range.end;
  return Edit{{end, end}, continuation(input, index) + std::string(command)};
}

std::optional<Edit> prepend_command(const LintInput& input,
                                    size_t index,
                                    std::string_view command) {
  if (!is_editable_run(input, index)) return std::nullopt;
  const ShellNode& root = input.scripts[index].root;
  // `x && a || b` would run b when x fails; `x && a; b` would go on to b.
  if (!is_and_chain(root)) return std::nullopt;
  uint32_t begin = root.children.front().range.begin;
  bool is_multi_line = contains(input.file->text(root.range), "\n");
  std::string separator = is_multi_line ? continuation(input, index) : " && ";
  return Edit{{begin, begin}, std::string(command) + separator};
}

bool can_join_with_next(const LintInput& input, size_t index) {
  const std::vector<Instruction>& all = input.file->instructions;
  if (index + 1 >= all.size()) return false;
  const Instruction& a = all[index];
  const Instruction& b = all[index + 1];
  if (a.stage != b.stage || !is_editable_run(input, index) || !is_editable_run(input, index + 1))
    return false;
  if (!has_equal_flags(a, b) || !is_stateless(input, index)) return false;
  const ShellNode& first = input.scripts[index].root;
  const ShellNode& second = input.scripts[index + 1].root;
  if (has_background(first) || has_background(second)) return false;
  return (is_and_chain(first) || can_be_grouped(input, index)) &&
         (is_and_chain(second) || can_be_grouped(input, index + 1));
}

std::vector<Edit> join_with_next(const LintInput& input, size_t index) {
  const Dockerfile& file = *input.file;
  const ShellNode& first = input.scripts[index].root;
  const ShellNode& second = input.scripts[index + 1].root;
  Range between{first.children.back().range.end, second.children.front().range.begin};

  std::string comments;
  for (const Token& token : file.tokens) {
    if (token.kind == TokenKind::Comment && between.contains(token.range)) {
      comments += std::string(trim(file.text(token.range))) + file.line_end;
    }
  }
  std::string separator = continuation(input, index);
  separator.insert(separator.find('\n') + 1, comments);

  std::vector<Edit> edits;
  if (!is_and_chain(first)) {
    uint32_t begin = first.children.front().range.begin;
    edits.push_back({{begin, begin}, "{ "});
    separator.insert(0, "; }");
  }
  if (!is_and_chain(second)) separator += "{ ";
  edits.push_back({between, separator});
  if (!is_and_chain(second)) {
    uint32_t end = second.children.back().range.end;
    edits.push_back({{end, end}, "; }"});
  }
  return edits;
}

uint32_t line_after(const Dockerfile& file, const Instruction& instruction) {
  size_t newline = file.source.find('\n', instruction.range.end);
  return newline == std::string::npos ? static_cast<uint32_t>(file.source.size())
                                      : static_cast<uint32_t>(newline + 1);
}

Edit delete_instruction(const Dockerfile& file, const Instruction& instruction) {
  uint32_t begin = instruction.range.begin;
  while (begin > 0 && is_blank(file.source[begin - 1])) --begin;
  return {{begin, line_after(file, instruction)}, ""};
}

}  // namespace whittle
