// Over a parsed script: every simple command with its surroundings, and commands without their
// wrappers.
#include <algorithm>
#include <array>

#include "base/strings.h"
#include "dockerfile/shell.h"

namespace whittle {

namespace {

struct Surroundings {
  bool is_conditional = false;
  bool is_in_subshell = false;
};

void walk(const ShellNode& node,
          Surroundings around,
          const ShellNode* list,
          size_t index,
          std::vector<CommandRef>& commands);

void walk_list(const ShellNode& list, Surroundings around, std::vector<CommandRef>& commands) {
  bool behind_or = false;
  for (size_t i = 0; i < list.children.size(); ++i) {
    const ShellNode& child = list.children[i];
    bool is_piped = child.op_before == ShellOp::Pipe;
    behind_or = child.op_before == ShellOp::Or || (is_piped && behind_or);
    bool has_pipe_behind =
        i + 1 < list.children.size() && list.children[i + 1].op_before == ShellOp::Pipe;
    walk(child,
         {around.is_conditional || behind_or, around.is_in_subshell || is_piped || has_pipe_behind},
         &list,
         i,
         commands);
  }
}

void walk(const ShellNode& node,
          Surroundings around,
          const ShellNode* list,
          size_t index,
          std::vector<CommandRef>& commands) {
  if (node.kind == ShellNodeKind::Simple) {
    commands.push_back({&node, around.is_conditional, around.is_in_subshell, list, index});
  }
  for (const ShellNode& substitution : node.substitutions) {
    walk_list(substitution, {around.is_conditional, true}, commands);
  }
  Surroundings inside = around;
  if (node.kind == ShellNodeKind::Subshell) inside.is_in_subshell = true;
  bool is_plain = node.kind == ShellNodeKind::Subshell || node.kind == ShellNodeKind::Group;
  if (!is_plain) inside.is_conditional = true;
  for (const ShellNode& child : node.children) {
    if (child.kind == ShellNodeKind::List) {
      walk_list(child, inside, commands);
    } else {
      walk(child, inside, nullptr, 0, commands);
    }
  }
}

// A program that runs the command behind its own options.
struct Wrapper {
  std::string_view name;
  std::string_view options_with_value;            // one-letter options that take a word
  std::vector<std::string_view> long_with_value;  // the same for long ones without `=`
  size_t operands = 0;                            // words of its own before the command
  bool takes_assignments = false;                 // NAME=value before the command
  std::string_view not_a_wrapper_with;            // options that make it do something else
};

const std::vector<Wrapper>& wrapper_table() {
  static const std::vector<Wrapper> table = {
      {"builtin", "", {}, 0, false, ""},
      {"chroot", "", {"--userspec", "--groups"}, 1, false, ""},
      {"command", "", {}, 0, false, "vV"},
      {"doas", "uC", {}, 0, false, ""},
      {"eatmydata", "", {}, 0, false, ""},
      {"env", "uCS", {"--unset", "--chdir", "--split-string"}, 0, true, ""},
      {"exec", "a", {}, 0, false, ""},
      {"gosu", "", {}, 1, false, ""},
      {"ionice", "cnpPu", {"--class", "--classdata"}, 0, false, ""},
      {"nice", "n", {"--adjustment"}, 0, false, ""},
      {"nohup", "", {}, 0, false, ""},
      {"setsid", "", {}, 0, false, ""},
      {"stdbuf", "ioe", {"--input", "--output", "--error"}, 0, false, ""},
      {"su-exec", "", {}, 1, false, ""},
      {"sudo",
       "ugpChDRrtTU",
       {"--user",
        "--group",
        "--prompt",
        "--close-from",
        "--host",
        "--chdir",
        "--chroot",
        "--role",
        "--type",
        "--command-timeout",
        "--other-user"},
       0,
       true,
       "leKvV"},
      {"time", "fo", {"--format", "--output"}, 0, false, ""},
      {"timeout", "ks", {"--kill-after", "--signal"}, 1, false, ""},
  };
  return table;
}

// Rules ask for every command, and hardly one is a wrapper: the first letter says most.
const Wrapper* find_wrapper(std::string_view name) {
  if (name.empty()) return nullptr;
  for (const Wrapper& wrapper : wrapper_table()) {
    if (wrapper.name[0] == name[0] && wrapper.name == name) return &wrapper;
  }
  return nullptr;
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

bool is_assignment(std::string_view word) {
  size_t equals = word.find('=');
  return equals != std::string_view::npos && equals > 0 && word[0] != '-';
}

// How many words an option of the wrapper takes up; 0 if it is none of a wrapper at work.
size_t option_width(const Wrapper& wrapper, std::string_view option) {
  if (option.substr(0, 2) == "--") {
    const auto& names = wrapper.long_with_value;
    return std::find(names.begin(), names.end(), option) != names.end() ? 2 : 1;
  }
  for (size_t i = 1; i < option.size(); ++i) {
    if (wrapper.not_a_wrapper_with.find(option[i]) != std::string_view::npos) return 0;
    if (wrapper.options_with_value.find(option[i]) != std::string_view::npos)
      return i + 1 == option.size() ? 2 : 1;
  }
  return 1;
}

// The index of the command behind the wrapper at `at`; `at` itself if there is none to be seen.
size_t behind_wrapper(const std::vector<ShellWord>& words, size_t at) {
  const Wrapper* wrapper = words[at].value ? find_wrapper(base_name(*words[at].value)) : nullptr;
  if (wrapper == nullptr) return at;
  size_t next = at + 1;
  while (next < words.size()) {
    const std::string& word = words[next].value ? *words[next].value : words[next].raw;
    if (word == "--") {
      ++next;
      break;
    }
    if (word.size() > 1 && word[0] == '-') {
      size_t width = option_width(*wrapper, word);
      if (width == 0) return at;
      next += width;
    } else if (wrapper->takes_assignments && is_assignment(word)) {
      ++next;
    } else {
      break;
    }
  }
  next += wrapper->operands;
  while (wrapper->takes_assignments && next < words.size() && is_assignment(words[next].raw))
    ++next;
  return next < words.size() ? next : at;
}

}  // namespace

std::vector<CommandRef> simple_commands(const ShellScript& script) {
  std::vector<CommandRef> commands;
  walk_list(script.root, {}, commands);
  return commands;
}

std::vector<const ShellWord*> unwrapped(const ShellNode& node) {
  std::vector<const ShellWord*> words;
  if (node.kind != ShellNodeKind::Simple || node.words.empty()) return words;
  size_t first = 0;
  while (size_t next = behind_wrapper(node.words, first)) {
    if (next == first) break;
    first = next;
  }
  for (size_t i = first; i < node.words.size(); ++i) words.push_back(&node.words[i]);
  return words;
}

}  // namespace whittle
