#include "analyze/history.h"

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "model/dockerfile.h"

namespace whittle {

namespace {

constexpr std::string_view kNop = "#(nop)";
constexpr size_t kShownHash = 12;

std::string fold(std::string_view text) {
  std::string out;
  for (char c : text) {
    bool is_gap = is_space(c);
    if (is_gap && (out.empty() || out.back() == ' ')) continue;
    out.push_back(is_gap ? ' ' : c);
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

// Takes the first word off.
std::string_view next_word(std::string_view& text) {
  text = trim_left(text);
  size_t end = 0;
  while (end < text.size() && !is_space(text[end])) ++end;
  std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

enum class ShellKind { None, Posix, Cmd, PowerShell };

ShellKind shell_kind(std::string_view word) {
  std::string name = to_lower(word.substr(word.find_last_of("/\\") + 1));
  if (name.ends_with(".exe")) name.resize(name.size() - 4);
  constexpr auto kPosix =
      std::to_array<std::string_view>({"sh", "bash", "ash", "dash", "zsh", "ksh"});
  if (std::find(kPosix.begin(), kPosix.end(), name) != kPosix.end()) return ShellKind::Posix;
  if (name == "cmd") return ShellKind::Cmd;
  return name == "powershell" || name == "pwsh" ? ShellKind::PowerShell : ShellKind::None;
}

// "/bin/bash -o pipefail -c make" to "make"; nothing changed when it does not begin with a shell
// that is given a text.
bool remove_shell(std::string_view& text) {
  std::string_view rest = text;
  ShellKind kind = shell_kind(next_word(rest));
  if (kind == ShellKind::None) return false;
  for (;;) {
    std::string_view word = next_word(rest);
    if (word.size() < 2 || (word[0] != '-' && word[0] != '/')) return false;
    bool is_last = false;
    if (kind == ShellKind::Posix) {
      is_last = word.back() == 'c';
      if (word.back() == 'o') next_word(rest);  // -o pipefail
    } else if (kind == ShellKind::Cmd) {
      is_last = equals_ignoring_case(word, "/c");
    } else {
      is_last = equals_ignoring_case(word, "-command") || equals_ignoring_case(word, "-c");
      if (equals_ignoring_case(word, "-executionpolicy")) next_word(rest);
    }
    if (!is_last) continue;
    text = trim_left(rest);
    return true;
  }
}

// "|2 A=1 B=x y /bin/sh -c make": values may hold blanks, so the shell shows where they end.
std::string_view without_build_args(std::string_view text) {
  if (!text.starts_with("|") || text.size() < 2 || !is_digit(text[1])) return text;
  std::string_view rest = text;
  while (!rest.empty()) {
    rest = trim_left(rest);
    std::string_view command = rest;
    bool may_be_shell = rest.front() == '/' || is_alpha(rest.front());
    if (may_be_shell && remove_shell(command)) return rest;
    next_word(rest);
  }
  // No shell: the words behind as many as the number says.
  rest = text.substr(1);
  uint64_t count = parse_u64(next_word(rest)).value_or(0);
  for (; count > 0 && !rest.empty(); --count) next_word(rest);
  return trim_left(rest);
}

// "ADD file:ce026b62356eec3ad1214f92... in /" with a hash that leaves room for the rest.
std::string shorten_hashes(std::string text) {
  for (std::string_view mark : {"file:", "dir:", "multi:"}) {
    size_t at = text.find(mark);
    if (at == std::string::npos) continue;
    size_t begin = at + mark.size();
    size_t end = begin;
    while (end < text.size() && (is_digit(text[end]) || (text[end] >= 'a' && text[end] <= 'f')))
      ++end;
    if (end - begin >= 40) text.erase(begin + kShownHash, end - begin - kShownHash);
  }
  return text;
}

std::string run(std::string_view text) {
  text = without_build_args(trim(text));
  remove_shell(text);
  return fold("RUN " + std::string(text));
}

}  // namespace

std::string command_of(const HistoryEntry& entry) {
  std::string_view text = trim(entry.created_by);
  if (text.ends_with("# buildkit")) text = trim(text.substr(0, text.size() - 10));
  // "/bin/sh -c #(nop)  CMD [...]", "cmd /S /C #(nop) ...", "powershell -Command ...; #(nop) ...".
  size_t nop = text.find(kNop);
  if (nop != std::string_view::npos && nop < 512) {
    std::string_view before = text.substr(0, nop + 1);
    bool is_nop = remove_shell(before) && (before == "#" || before.ends_with("; #"));
    if (is_nop) return shorten_hashes(fold(text.substr(nop + kNop.size())));
  }
  std::string_view command = without_build_args(text);
  if (command != text || remove_shell(command)) return run(text);
  std::string_view rest = text;
  std::string_view word = next_word(rest);
  if (equals_ignoring_case(word, "RUN")) return run(rest);
  if (instruction_kind(word) != InstructionKind::Unknown) return shorten_hashes(fold(text));
  return fold(text);
}

bool is_root_file_system(const HistoryEntry& entry) {
  std::string text = command_of(entry);
  if (text.starts_with("# debian.sh") || text.starts_with("bazel build")) return true;
  bool is_copy = text.starts_with("ADD ") || text.starts_with("COPY ");
  return is_copy && (text.ends_with(" /") || text.ends_with(" in /"));
}

}  // namespace whittle
