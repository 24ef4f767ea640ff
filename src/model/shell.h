// The commands of a shell text (RUN, CMD, ENTRYPOINT), with the place of every word in the Dockerfile.
// Plain values; made by dockerfile/shell.h. Ranges are byte offsets into the Dockerfile's source.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/source.h"

namespace whittle {

struct ShellWord {
  Range range;
  std::string raw;                    // as written, continuations removed
  std::optional<std::string> value;   // after quote removal; nullopt if it holds an expansion or an unquoted glob
  bool is_quoted = false;             // any part is quoted
};

struct ShellAssignment {
  Range range;
  std::string name;
  ShellWord value;
};

struct ShellRedirect {
  Range range;
  std::string op;                     // ">", ">>", "<", "<<", "<<-", "<<<", "<&", ">&", "&>", ...
  int fd = -1;                        // as written before the operator, else -1
  ShellWord target;
  std::string body;                   // of a here-document
};

// How a command hangs together with the one before it in the same list.
enum class ShellOp { None, Sequence /* ; or newline */, And, Or, Pipe, Background };

enum class ShellNodeKind {
  Simple,      // assignments, words, redirects
  Group,       // { ... }            children: the list
  Subshell,    // ( ... )            children: the list
  If,          // children: condition, branch, [condition, branch]..., [else] as List nodes
  Loop,        // for, while, until, select; children: [condition List], body List
  Case,        // children: one List per branch
  Function,    // children: the body
  List,        // a sequence of nodes with their ops
};

struct ShellNode {
  ShellNodeKind kind = ShellNodeKind::Simple;
  Range range;
  ShellOp op_before = ShellOp::None;  // connects it with its previous sibling
  Range op_range;                     // of that operator; empty for None
  bool negated = false;               // "! command"; of a pipeline: on its first command
  std::vector<ShellAssignment> assignments;
  // Simple: words[0] is the command's name. Loop: `for`'s variable and items. Case: the subject and all patterns.
  // Function: its name. `(( ))` is a Simple with that one word, `[[ ]]` one with its operands and operators.
  std::vector<ShellWord> words;
  std::vector<ShellRedirect> redirects;
  std::vector<ShellNode> children;
  // Command substitutions inside this node's words, each as a List node.
  std::vector<ShellNode> substitutions;

  // Base name of the command, "" if it has none or it is not literal.
  std::string command_name() const;
};

struct ShellScript {
  ShellNode root;                     // kind List
  bool complete = true;               // false: something was not understood; `problem` says what and where
  std::string problem;
  Range problem_range;
};

}  // namespace whittle
