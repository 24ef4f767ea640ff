#include "lint/failures.h"

#include <algorithm>

#include "lint/command_words.h"

namespace whittle {

bool sets_errexit(const ShellNode& node) {
  if (node.command_name() != "set") return false;
  return std::any_of(node.words.begin() + 1, node.words.end(), [](const ShellWord& word) {
    if (word.raw == "errexit") return true;
    return word.raw.size() > 1 && word.raw[0] == '-' && word.raw[1] != '-' &&
           word.raw.find('e') != std::string::npos;
  });
}

// Behind `||`, whatever it is: the list says what to do about a failure.
bool is_answered(const ShellNode& list, size_t last) {
  for (size_t i = last + 1; i-- > 0;) {
    ShellOp op = list.children[i].op_before;
    if (op == ShellOp::Or) return true;
    if (op == ShellOp::Sequence || op == ShellOp::Background) return false;
  }
  return false;
}

bool cannot_fail(const ShellNode& node) {
  if (node.kind != ShellNodeKind::Simple || !node.substitutions.empty()) return false;
  if (node.words.empty()) return true;
  return is_one_of(
      "echo printf : true false export unset set umask alias shopt trap exit yes wait sleep",
      node.command_name());
}

std::optional<LostFailure> first_lost_failure(const ShellNode& list) {
  for (size_t i = 0; i + 1 < list.children.size(); ++i) {
    const ShellNode& node = list.children[i];
    const ShellNode& next = list.children[i + 1];
    if (node.kind == ShellNodeKind::Simple && sets_errexit(node)) return std::nullopt;
    if (next.op_before != ShellOp::Sequence || node.kind != ShellNodeKind::Simple) continue;
    if (cannot_fail(node) || is_answered(list, i)) continue;
    return LostFailure{node.range, next.op_range};
  }
  return std::nullopt;
}

}  // namespace whittle
