// Shell text: no crash, and a tree whose ranges lie inside the text, inside one another, and in
// order.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "dockerfile/shell.h"

namespace whittle {
namespace {

constexpr uint32_t kBase = 7;

void check(bool condition) {
  if (!condition) std::abort();
}

void check_word(const ShellWord& word, Range parent) {
  check(word.range.begin <= word.range.end && parent.contains(word.range));
  check(word.raw.size() <= word.range.size());
  check(!word.value || word.is_quoted || word.value->size() == word.raw.size());
}

void check_node(const ShellNode& node, Range parent) {
  check(node.range.begin <= node.range.end && parent.contains(node.range));
  uint32_t last = node.range.begin;
  for (const ShellWord& word : node.words) {
    check_word(word, node.range);
    check(word.range.begin >= last);
    last = word.range.end;
  }
  for (const ShellAssignment& assignment : node.assignments) {
    check(node.range.contains(assignment.range) && !assignment.name.empty());
    check_word(assignment.value, assignment.range);
  }
  for (const ShellRedirect& redirect : node.redirects) {
    check(node.range.contains(redirect.range) && !redirect.op.empty());
    check_word(redirect.target, redirect.range);
  }
  last = node.range.begin;
  for (const ShellNode& child : node.children) {
    check(child.range.begin >= last && child.op_range.end <= child.range.begin);
    check_node(child, node.range);
    last = child.range.end;
  }
  for (const ShellNode& list : node.substitutions) {
    check(list.kind == ShellNodeKind::List);
    check_node(list, parent);
  }
}

void run(std::string_view text) {
  ShellScript script = parse_shell(text, kBase, Limits());
  Range all{kBase, kBase + static_cast<uint32_t>(text.size())};
  check(script.root.kind == ShellNodeKind::List);
  check(script.complete == script.problem.empty());
  check(script.complete || all.contains(script.problem_range));
  check_node(script.root, all);
  for (const CommandRef& command : simple_commands(script)) {
    check(command.node->kind == ShellNodeKind::Simple);
    check(command.list == nullptr ||
          &command.list->children[command.index_in_list] == command.node);
    check(unwrapped(*command.node).empty() == command.node->words.empty());
  }
}

}  // namespace
}  // namespace whittle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  whittle::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
