// Python: imports anywhere (those inside of functions may come), modules by constant names,
// programs started by constant names, files and locales named.
#include <algorithm>

#include "base/strings.h"
#include "reach/file_kinds_rows.h"
#include "reach/named_paths.h"
#include "reach/python_tokens.h"
#include "reach/script_text.h"

namespace whittle {

namespace {

// Functions whose first argument is a command: a list of words, or one text for a shell.
constexpr std::string_view kStarters[] = {"Popen",
                                          "run",
                                          "call",
                                          "check_call",
                                          "check_output",
                                          "getoutput",
                                          "getstatusoutput",
                                          "system",
                                          "popen",
                                          "execv",
                                          "execve",
                                          "execvp",
                                          "execvpe",
                                          "execl",
                                          "execlp",
                                          "execlpe",
                                          "spawnl",
                                          "spawnlp",
                                          "spawnv",
                                          "spawnvp",
                                          "create_subprocess_exec",
                                          "create_subprocess_shell",
                                          "which"};
constexpr std::string_view kImporters[] = {
    "import_module", "__import__", "import_string", "find_spec", "run_module", "iter_modules"};
constexpr std::string_view kLibraryOpeners[] = {
    "CDLL", "PyDLL", "LoadLibrary", "find_library", "dlopen"};

class PythonFacts {
 public:
  PythonFacts(std::string_view text, FactWriter& into)
      : tokens_(python_tokens(text)), into_(into) {}

  void run() {
    bool is_begin = true;
    for (at_ = 0; at_ < tokens_.size(); ++at_) {
      const PythonToken& token = tokens_[at_];
      if (token.kind == PythonTokenKind::LineBegin) {
        enter_line(token.column);
        is_begin = true;
        continue;
      }
      if (is_begin && token.kind == PythonTokenKind::Name) read_statement(token);
      is_begin = token.is(";") || token.is(":");
      if (token.kind == PythonTokenKind::Name && next_is("(")) read_call(token);
      if (token.kind == PythonTokenKind::String) read_string(token);
    }
  }

 private:
  struct Block {
    size_t column = 0;  // of the line that opens it
    bool is_function = false;
    bool is_typing = false;  // `if TYPE_CHECKING`: never runs
  };

  const PythonToken& peek(size_t ahead) const {
    static const PythonToken kNone;
    return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead] : kNone;
  }

  bool next_is(std::string_view text) const { return peek(1).is(text); }

  void enter_line(size_t column) {
    while (!blocks_.empty() && blocks_.back().column >= column) blocks_.pop_back();
    column_ = column;
  }

  NeedLevel level() const {
    bool is_lazy =
        std::any_of(blocks_.begin(), blocks_.end(), [](const Block& b) { return b.is_function; });
    return is_lazy ? NeedLevel::May : NeedLevel::Must;
  }

  bool is_typing() const {
    return std::any_of(blocks_.begin(), blocks_.end(), [](const Block& b) { return b.is_typing; });
  }

  void read_statement(const PythonToken& token) {
    if (token.text == "def" || token.text == "async") {
      blocks_.push_back({column_, true, false});
    } else if (token.text == "if") {
      bool is_typing = false;
      for (size_t i = 1; i < 6 && !peek(i).is(":"); ++i)
        is_typing |= peek(i).text == "TYPE_CHECKING" && peek(i - 1).text != "not";
      blocks_.push_back({column_, false, is_typing});
    } else if (token.text == "import") {
      read_import();
    } else if (token.text == "from") {
      read_from();
    }
  }

  // The dotted name that begins `ahead` tokens on; moves `ahead` behind it.
  std::string dotted(size_t& ahead) const {
    std::string name;
    for (; peek(ahead).is(".") || peek(ahead).is("...") ||
           (peek(ahead).kind == PythonTokenKind::Name && peek(ahead).text != "import" &&
            peek(ahead).text != "as");
         ++ahead) {
      name += peek(ahead).text;
      if (peek(ahead).kind == PythonTokenKind::Name && !peek(ahead + 1).is("."))
        return ++ahead, name;
    }
    return name;
  }

  void add_module(const std::string& module) {
    if (!module.empty() && !is_typing())
      into_.add(FactKind::Module, level(), module, tokens_[at_].line);
  }

  void read_import() {
    size_t ahead = 1;
    for (;;) {
      add_module(dotted(ahead));
      if (peek(ahead).text == "as") ahead += 2;
      if (!peek(ahead).is(",")) return;
      ++ahead;
    }
  }

  void read_from() {
    size_t ahead = 1;
    std::string module = dotted(ahead);
    if (peek(ahead).text != "import" || module.empty()) return;
    add_module(module);
    ++ahead;
    if (peek(ahead).is("(")) ++ahead;
    while (peek(ahead).kind == PythonTokenKind::Name) {
      add_module(module + kWordEnd + peek(ahead).text);
      ++ahead;
      if (peek(ahead).text == "as") ahead += 2;
      if (!peek(ahead).is(",")) return;
      ++ahead;
    }
  }

  void read_call(const PythonToken& token) {
    uint32_t line = token.line;
    if (is_one_of(token.text, kStarters)) read_command(line);
    const PythonToken& argument = peek(2);
    bool is_whole = peek(3).is(")") || peek(3).is(",");
    if (is_one_of(token.text, kImporters)) read_import_call(argument, is_whole, line);
    if (argument.kind != PythonTokenKind::String || argument.is_computed || !is_whole) return;
    if (!is_one_of(token.text, kLibraryOpeners)) return;
    bool is_file = contains(argument.text, ".so");
    into_.may(FactKind::Dlopen, is_file ? argument.text : "lib" + argument.text + ".so*", line);
  }

  void read_import_call(const PythonToken& argument, bool is_whole, uint32_t line) {
    if (argument.kind != PythonTokenKind::String) {
      if (!argument.is(")")) into_.may(FactKind::Computed, "", line);
      return;
    }
    if (!argument.is_computed && is_whole) {
      into_.add(FactKind::Module, level(), argument.text, line);
    } else {
      into_.may(FactKind::Computed, argument.text, line);
    }
  }

  // The strings of the first argument.
  void read_command(uint32_t line) {
    size_t ahead = 2;
    bool is_list = peek(ahead).is("[") || peek(ahead).is("(");
    if (is_list) ++ahead;
    if (peek(ahead).kind != PythonTokenKind::String || peek(ahead).is_computed) return;
    if (!is_list) return add_shell_facts(peek(ahead).text, NeedLevel::May, into_, line);
    std::string words;
    for (; peek(ahead).kind != PythonTokenKind::LineBegin && !peek(ahead).is("]") &&
           !peek(ahead).is(")");
         ++ahead) {
      if (peek(ahead).is(",")) continue;
      bool is_constant = peek(ahead).kind == PythonTokenKind::String && !peek(ahead).is_computed;
      words += (is_constant ? peek(ahead).text : std::string(kUnknownWord)) + kWordEnd;
      if (!is_constant) break;
    }
    into_.may(FactKind::Command, words, line);
  }

  void read_string(const PythonToken& token) {
    const std::string& text = token.text;
    if (token.is_computed || text.size() < 3 || text.size() > 256) return;
    if (text[0] == '/') return add_named_path(text, into_, token.line);
    if (is_locale_name(text)) into_.may(FactKind::Locale, text, token.line);
    if (is_dotted_name(text)) into_.may(FactKind::Module, text, token.line);
  }

  // "package.module": at least one dot, nothing but names.
  static bool is_dotted_name(std::string_view text) {
    if (text.back() == '.' || text.front() == '.' || !contains(text, ".") || contains(text, ".."))
      return false;
    bool is_begin = true;
    for (char c : text) {
      if (is_begin && is_digit(c)) return false;
      if (c != '.' && c != '_' && !is_alpha(c) && !is_digit(c)) return false;
      is_begin = c == '.';
    }
    return true;
  }

  std::vector<PythonToken> tokens_;
  FactWriter& into_;
  size_t at_ = 0;
  size_t column_ = 0;
  std::vector<Block> blocks_;
};

bool wants(const FileFacts& file) {
  constexpr uint64_t kMost = 2 << 20;  // a token takes some 80 bytes
  return file.size_bytes <= kMost && (file.path.ends_with(".py") || (file.mode & 0111) != 0);
}

bool takes(const FileFacts& file, std::string_view beginning) {
  return file.path.ends_with(".py") || interpreter_name(beginning).starts_with("python") ||
         interpreter_name(beginning).starts_with("pypy");
}

void extract(const FileFacts& /*file*/, std::string_view content, FactWriter& into) {
  add_first_line(content, into);
  add_python_facts(content, into);
}

bool wants_paths(const FileFacts& file) {
  constexpr uint64_t kMost = 1 << 20;
  return file.path.ends_with(".pth") && file.size_bytes <= kMost;
}

bool takes_any(const FileFacts& /*file*/, std::string_view beginning) {
  return beginning.find('\0') == std::string_view::npos;
}

// Lines are folders, or statements that begin with `import` (module `site`).
void extract_paths(const FileFacts& /*file*/, std::string_view content, FactWriter& into) {
  for (std::string_view line : split_lines(content)) {
    line = trim(line);
    if (line.starts_with("import ") || line.starts_with("import\t")) {
      add_python_facts(line, into);
    } else if (!line.empty() && line[0] != '#') {
      into.must(line[0] == '/' ? FactKind::Path : FactKind::Near, line);
    }
  }
}

bool wants_entries(const FileFacts& file) {
  constexpr uint64_t kMost = 1 << 20;
  return base_name(file.path) == "entry_points.txt" && file.size_bytes <= kMost;
}

// "name = package.module:object [extra]".
void extract_entries(const FileFacts& /*file*/, std::string_view content, FactWriter& into) {
  for (std::string_view line : split_lines(content)) {
    size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    std::string_view value = trim(line.substr(equals + 1));
    into.may(FactKind::Module, trim(value.substr(0, value.find_first_of(": ["))));
  }
}

}  // namespace

void add_python_facts(std::string_view text, FactWriter& into) {
  PythonFacts(text, into).run();
}

const FileKind kPythonKind = {
    .name = "python",
    .what = "Python: imports, modules and programs by constant name, paths, locales",
    .wants = &wants,
    .takes = &takes,
    .extract = &extract,
    .follow = &follow_python};

const FileKind kPythonPathsKind = {.name = "pth",
                                   .what = "Python's .pth: folders and imports",
                                   .wants = &wants_paths,
                                   .takes = &takes_any,
                                   .extract = &extract_paths,
                                   .follow = &follow_python};

const FileKind kPythonEntriesKind = {
    .name = "entry-points",
    .what = "Python's entry points: modules that plugins are found by",
    .wants = &wants_entries,
    .takes = &takes_any,
    .extract = &extract_entries,
    .follow = &follow_python};

}  // namespace whittle
