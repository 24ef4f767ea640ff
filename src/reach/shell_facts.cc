// Shell scripts: the commands they run with their constant words, the files they source and read.
#include <algorithm>

#include "base/strings.h"
#include "dockerfile/shell.h"
#include "reach/file_kinds_rows.h"
#include "reach/named_paths.h"
#include "reach/script_text.h"

namespace whittle {

namespace {

constexpr std::string_view kShells[] = {"sh", "bash", "dash", "ash", "ksh", "zsh", "busybox"};

// A word that is not constant as a pattern: its expansions become "*". "" when nothing is left.
std::string pattern_of(std::string_view raw) {
  std::string pattern;
  for (size_t i = 0; i < raw.size(); ++i) {
    char c = raw[i];
    if (c == '"' || c == '\'') continue;
    if (c == '\\' && i + 1 < raw.size()) {
      pattern += raw[++i];
    } else if (c == '$' || c == '`') {
      char close = c == '`'                                  ? '`'
                   : i + 1 < raw.size() && raw[i + 1] == '{' ? '}'
                   : i + 1 < raw.size() && raw[i + 1] == '(' ? ')'
                                                             : '\0';
      size_t end =
          close == '\0'
              ? raw.find_first_not_of(
                    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789@#?*!-", i + 1)
              : raw.find(close, i + 2);
      if (!pattern.ends_with('*')) pattern += '*';
      if (end == std::string_view::npos) return pattern;
      i = close == '\0' ? end - 1 : end;
    } else {
      pattern += c;
    }
  }
  return pattern;
}

class ShellFacts {
 public:
  ShellFacts(std::string_view text, NeedLevel level, FactWriter& into, uint32_t line)
      : lines_(text), level_(level), into_(into), line_(line) {}

  // The parser limits the depth.
  void visit(const ShellNode& node) {
    if (node.kind == ShellNodeKind::Simple) {
      add_command(node);
    } else if (node.kind == ShellNodeKind::Loop) {
      for (const ShellWord& word : node.words) add_path(word);
    }
    for (const ShellAssignment& assignment : node.assignments) add_path(assignment.value);
    for (const ShellRedirect& redirect : node.redirects) {
      if (redirect.op == "<") add_path(redirect.target);
    }
    for (const ShellNode& child : node.children) visit(child);
    for (const ShellNode& child : node.substitutions) visit(child);
  }

 private:
  uint32_t line_of(const ShellWord& word) const {
    return line_ > 0 ? line_ : lines_.line_of(word.range.begin);
  }

  void add_command(const ShellNode& node) {
    if (node.words.empty()) return;
    std::string words;
    for (const ShellWord& word : node.words)
      words += word.value.value_or(std::string(kUnknownWord)) + kWordEnd;
    uint32_t line = line_of(node.words[0]);
    if (node.words[0].value) {
      into_.add(FactKind::Command, level_, words, line);
    } else {
      add_command_of_pattern(pattern_of(node.words[0].raw), line);
    }
    for (size_t i = 1; i < node.words.size(); ++i) {
      if (!node.words[i].value) add_path(node.words[i]);
    }
  }

  // "$JAVA_HOME/bin/java" is some program of that name.
  void add_command_of_pattern(const std::string& pattern, uint32_t line) {
    std::string_view name = base_name(pattern);
    if (name.empty() || contains(name, "*")) return;
    if (pattern.starts_with("/")) into_.add(FactKind::Path, level_, pattern, line);
    into_.may(FactKind::Command, std::string(name) + kWordEnd, line);
  }

  void add_path(const ShellWord& word) {
    std::string text = word.value ? *word.value : pattern_of(word.raw);
    if (text.size() < 3 || contains(text, " ")) return;
    bool is_folder_only = text.find_first_not_of("/*") == std::string::npos;
    if (is_folder_only) return;
    if (text[0] == '/' && text.find('/', 1) != std::string::npos && text[1] != '*') {
      into_.add(FactKind::Path, level_, text, line_of(word));
    } else if (contains(text, "/") && text[0] != '*' && text[0] != '-') {
      into_.may(FactKind::Text, text, line_of(word));
    }
  }

  LineStarts lines_;
  NeedLevel level_;
  FactWriter& into_;
  uint32_t line_;
};

bool wants(const FileFacts& file) {
  return file.size_bytes <= kMaxScriptBytes &&
         ((file.mode & 0111) != 0 || file.path.ends_with(".sh") || file.path.ends_with(".bash") ||
          base_name(file.path) == "envvars");
}

bool takes(const FileFacts& file, std::string_view beginning) {
  std::string_view name = interpreter_name(beginning);
  if (std::find(std::begin(kShells), std::end(kShells), name) != std::end(kShells)) return true;
  return !beginning.starts_with("#!") && wants(file) && (file.mode & 0111) == 0 &&
         beginning.find('\0') == std::string_view::npos;
}

void extract(const FileFacts& /*file*/, std::string_view content, FactWriter& into) {
  add_first_line(content, into);
  add_shell_facts(content, NeedLevel::Must, into);
}

// Scripts in languages of which nothing more is known.
bool wants_script(const FileFacts& file) {
  return (file.mode & 0111) != 0 && file.size_bytes <= kMaxScriptBytes;
}

bool takes_script(const FileFacts& /*file*/, std::string_view beginning) {
  return !interpreter_name(beginning).empty();
}

void extract_script(const FileFacts& /*file*/, std::string_view content, FactWriter& into) {
  add_first_line(content, into);
}

}  // namespace

void add_shell_facts(std::string_view text, NeedLevel level, FactWriter& into, uint32_t line) {
  if (text.size() > kMaxScriptBytes) return;
  Limits limits;
  ShellScript script = parse_shell(text, 0, limits);
  ShellFacts(text, level, into, line).visit(script.root);
}

const FileKind kShellKind = {.name = "shell",
                             .what = "Shell scripts: commands, sourced files, paths",
                             .wants = &wants,
                             .takes = &takes,
                             .extract = &extract,
                             .follow = &follow_plain};

const FileKind kScriptKind = {.name = "script",
                              .what = "Other scripts: their interpreter",
                              .wants = &wants_script,
                              .takes = &takes_script,
                              .extract = &extract_script,
                              .follow = &follow_plain};

}  // namespace whittle
