#include "lint/single_word.h"

#include <algorithm>

#include "dockerfile/shell.h"
#include "lint/command_words.h"
#include "lint/run_texts.h"

namespace whittle {

namespace {

constexpr std::string_view kOneWord =
    "nproc arch getconf whoami hostname date mktemp id pwd dpkg-architecture lsb_release expr "
    "xx-info "
    "tty logname umask ulimit basename dirname readlink realpath which wc";
// A filter of one word gives one word.
constexpr std::string_view kFilters = "sed tr awk cut head tail rev sort uniq";

// `echo x` and `printf x` of one word; a variable counts for one.
bool writes_its_word(const std::vector<const ShellWord*>& words) {
  constexpr std::string_view kSplitting = "*?[`";
  return words.size() == 2 && words[1]->raw.find_first_of(kSplitting) == std::string::npos &&
         text_of(*words[1]).find_first_of(" \t") == std::string_view::npos;
}

// `--print-sysroot`, `--sharedir`: a program that is asked for one thing.
bool asks_for_one_thing(const std::vector<const ShellWord*>& words) {
  return words.size() == 2 &&
         (words[1]->raw.substr(0, 7) == "--print" || command_name(words) == "pg_config");
}

bool is_source(const ShellNode& node) {
  std::vector<const ShellWord*> words = unwrapped(node);
  std::string name = command_name(words);
  if (name == "echo" || name == "printf") return writes_its_word(words);
  if (name == "uname") return !read_command_words(words, 1, "").has("-a --all");
  if (name == "rpm") return read_command_words(words, 1, "").has("-E --eval");
  return is_one_of(kOneWord, name) || asks_for_one_thing(words);
}

bool is_filter(const ShellNode& node) {
  return is_one_of(kFilters, command_name(unwrapped(node)));
}

// "command -v x" is stripped to its operand by unwrapped(); it writes a path.
bool asks_for_path(const ShellNode& node) {
  return !node.words.empty() && node.words[0].raw == "command";
}

bool is_one_word_list(const ShellNode& list);

// All branches write one word each; which of them runs does not matter.
bool is_one_word_choice(const ShellNode& node) {
  if (node.kind != ShellNodeKind::If && node.kind != ShellNodeKind::Case) return false;
  for (size_t i = 0; i < node.children.size(); ++i) {
    bool is_last_of_odd = i + 1 == node.children.size() && i % 2 == 0;
    bool is_condition = node.kind == ShellNodeKind::If && i % 2 == 0 && !is_last_of_odd;
    if (!is_condition && !is_one_word_list(node.children[i])) return false;
  }
  return true;
}

bool is_one_word_list(const ShellNode& list) {
  if (list.children.empty()) return false;
  for (size_t i = 0; i < list.children.size(); ++i) {
    const ShellNode& node = list.children[i];
    if (i == 0 && is_one_word_choice(node)) continue;
    if (node.kind != ShellNodeKind::Simple) return false;
    bool is_good = i == 0 ? asks_for_path(node) || is_source(node)
                          : node.op_before == ShellOp::Pipe && is_filter(node);
    if (!is_good) return false;
  }
  return true;
}

}  // namespace

bool writes_one_word(const ShellNode& node, const ShellWord& word, const WordExpansion& expansion) {
  bool is_on_one_line = word.range.size() == word.raw.size();
  Range place = is_on_one_line ? expansion.range : word.range;
  return std::any_of(
      node.substitutions.begin(), node.substitutions.end(), [&](const ShellNode& list) {
        return place.contains(list.range) && is_one_word_list(list);
      });
}

}  // namespace whittle
