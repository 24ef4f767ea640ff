// JavaScript: require, import and export from, workers and programs by constant names; what is
// computed keeps its constant beginning.
#include <algorithm>

#include "base/strings.h"
#include "reach/file_kinds_rows.h"
#include "reach/javascript_tokens.h"
#include "reach/named_paths.h"
#include "reach/script_text.h"

namespace whittle {

namespace {

constexpr std::string_view kStarters[] = {
    "exec", "execFile", "execSync", "execFileSync", "spawn", "spawnSync", "execa"};
constexpr std::string_view kModuleOpeners[] = {
    "require", "resolve", "Worker", "fork", "bindings", "createRequire"};

class JavaScriptFacts {
 public:
  JavaScriptFacts(std::string_view text, FactWriter& into)
      : tokens_(javascript_tokens(text)), into_(into) {}

  void run() {
    for (at_ = 0; at_ < tokens_.size(); ++at_) {
      const ScriptToken& token = tokens_[at_];
      if (token.kind == ScriptTokenKind::Name) {
        read_name(token);
      } else if (token.is_text() && !token.is_computed) {
        read_string(token);
      }
    }
  }

 private:
  const ScriptToken& peek(size_t ahead) const {
    static const ScriptToken kNone;
    return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead] : kNone;
  }

  void read_name(const ScriptToken& token) {
    if (token.text == "import" || token.text == "export") {
      if (peek(1).is("(")) return read_module(2, token.line, true);
      read_from(token.text == "import");
    } else if (token.text == "require" && peek(1).is("(")) {
      read_module(2, token.line, true);
    } else if (is_one_of(token.text, kModuleOpeners) && peek(1).is("(")) {
      read_module(2, token.line, false);
    } else if (token.text == "require" && peek(1).is(".") && peek(3).is("(")) {
      read_module(4, token.line, true);
    } else if (is_one_of(token.text, kStarters) && peek(1).is("(")) {
      read_command(token.line);
    } else if (token.text == "__dirname") {
      read_own_folder(token.line);
    }
  }

  // `from "x"` within the next tokens, or `import "x"`.
  void read_from(bool is_import) {
    constexpr size_t kMost = 4000;
    if (is_import && peek(1).is_text()) return add_module(peek(1), NeedLevel::Must);
    for (size_t i = 1; i < kMost; ++i) {
      const ScriptToken& token = peek(i);
      bool is_part = token.kind == ScriptTokenKind::Name || token.is(",") || token.is("{") ||
                     token.is("}") || token.is("*");
      if (token.kind == ScriptTokenKind::Name && token.text == "from" && peek(i + 1).is_text())
        return add_module(peek(i + 1), NeedLevel::Must);
      if (!is_part) return;
    }
  }

  void read_module(size_t ahead, uint32_t line, bool is_certain) {
    const ScriptToken& argument = peek(ahead);
    bool is_whole = peek(ahead + 1).is(")") || peek(ahead + 1).is(",");
    if (argument.is_text() && !argument.is_computed && is_whole)
      return add_module(argument, NeedLevel::Must);
    if (argument.is_text()) {
      into_.may(FactKind::Computed, argument.text, line);
    } else if (is_certain && !argument.is(")") && argument.kind != ScriptTokenKind::None) {
      into_.may(FactKind::Computed, "", line);
    }
  }

  void add_module(const ScriptToken& token, NeedLevel level) {
    if (!token.text.empty()) into_.add(FactKind::Module, level, token.text, token.line);
  }

  // exec("text for a shell"), spawn("program", ["word", ...]).
  void read_command(uint32_t line) {
    const ScriptToken& program = peek(2);
    if (!program.is_text() || program.is_computed || program.text.empty()) return;
    bool is_for_shell = contains(program.text, " ");
    if (is_for_shell) return into_.may(FactKind::Shell, program.text, line);
    std::string words = std::string(program.text) + kWordEnd;
    for (size_t i = 3; peek(i).is(",") || peek(i).is("[") || peek(i).is_text(); ++i) {
      if (!peek(i).is_text()) continue;
      words +=
          (peek(i).is_computed ? std::string(kUnknownWord) : unescaped(peek(i).text)) + kWordEnd;
    }
    into_.may(FactKind::Command, words, line);
  }

  static std::string unescaped(std::string_view text) {
    std::string result;
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\\' && i + 1 < text.size()) ++i;
      result += text[i];
    }
    return result;
  }

  // path.join(__dirname, "a", "b") and __dirname + "/a".
  void read_own_folder(uint32_t line) {
    std::string path;
    for (size_t i = 1; peek(i).is(",") || peek(i).is("+") || peek(i).is_text(); ++i) {
      if (!peek(i).is_text()) continue;
      std::string_view part = peek(i).text;
      if (!path.empty() && !part.starts_with("/")) path += '/';
      path += path.empty() && part.starts_with("/") ? part.substr(1) : part;
      if (peek(i).is_computed) break;
    }
    if (!path.empty()) into_.may(FactKind::Near, path, line);
  }

  void read_string(const ScriptToken& token) {
    if (token.text.size() < 4 || token.text.size() > 256) return;
    if (token.text[0] == '/') add_named_path(token.text, into_, token.line);
  }

  std::vector<ScriptToken> tokens_;
  FactWriter& into_;
  size_t at_ = 0;
};

constexpr std::string_view kEnds[] = {".js", ".cjs", ".mjs"};

bool wants(const FileFacts& file) {
  return file.size_bytes <= kMaxScriptBytes &&
         (ends_in_one_of(file.path, kEnds) || (file.mode & 0111) != 0);
}

bool takes(const FileFacts& file, std::string_view beginning) {
  std::string_view name = interpreter_name(beginning);
  return ends_in_one_of(file.path, kEnds) || name == "node" || name == "nodejs" || name == "bun";
}

void extract(const FileFacts& /*file*/, std::string_view content, FactWriter& into) {
  add_first_line(content, into);
  JavaScriptFacts(content, into).run();
}

}  // namespace

const FileKind kJavaScriptKind = {
    .name = "javascript",
    .what = "JavaScript: modules, workers and programs by name, own files",
    .wants = &wants,
    .takes = &takes,
    .extract = &extract,
    .follow = &follow_javascript};

}  // namespace whittle
