// Commands: which program a name means, and what the words tell of further files. One row of a
// table for each program whose words are understood.
#include <algorithm>

#include "base/strings.h"
#include "reach/python_tokens.h"
#include "reach/script_text.h"
#include "reach/walk_parts.h"

namespace whittle {

namespace {

constexpr std::string_view kUsualPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// A shell has these itself.
constexpr std::string_view kBuiltins[] = {
    ".",    ":",       "[",       "[[",       "alias",   "bg",    "break",    "builtin",
    "case", "cd",      "command", "continue", "declare", "echo",  "eval",     "exec",
    "exit", "export",  "false",   "fg",       "getopts", "hash",  "if",       "jobs",
    "kill", "let",     "local",   "printf",   "pwd",     "read",  "readonly", "return",
    "set",  "shift",   "shopt",   "source",   "test",    "times", "trap",     "true",
    "type", "typeset", "ulimit",  "umask",    "unalias", "unset", "wait"};

// What only may come, and comes from the distribution's own code, does not bring these: they are
// asked for by code that looks for a compiler, a pager or an editor.
constexpr std::string_view kTools[] = {
    "gcc",  "cc",      "c++",     "g++",     "clang", "ld",    "as",       "objdump",
    "nm",   "ar",      "make",    "cmake",   "git",   "hg",    "svn",      "bzr",
    "less", "more",    "vi",      "vim",     "emacs", "nano",  "man",      "gdb",
    "perl", "python",  "python2", "python3", "ruby",  "node",  "java",     "javac",
    "apt",  "apt-get", "dpkg",    "rpm",     "pip",   "npm",   "xdg-open", "sudo",
    "bash", "zsh",     "fish",    "csh",     "tmux",  "screen"};

using Words = std::vector<std::string>;

class CommandReader {
 public:
  CommandReader(Walk& walk, const Words& words, const Ask& ask)
      : walk_(walk), words_(words), ask_(ask) {}

  void run() {
    if (need_program(words_[0])) read_words();
  }

 private:
  bool need_program(const std::string& name) {
    if (name.empty() || name == kUnknownWord) return false;
    bool is_path = contains(name, "/");
    if (is_path) {
      NodeId base = name[0] == '/' ? kRootNode : walk_.working_folder();
      walk_.need_path(name, base, ask_);
      return true;
    }
    if (is_one_of(name, kBuiltins)) return true;
    if (is_weak() && is_one_of(name, kTools)) return false;
    std::string_view path = walk_.variable("PATH");
    for (std::string_view folder : split(path.empty() ? kUsualPath : path, ':')) {
      std::string candidate = std::string(folder) + "/" + name;
      NodeId node = walk_.paths().resolve(candidate, kRootNode);
      if (node != kNoNode && walk_.paths().is_file(node))
        return walk_.need_path(candidate, kRootNode, ask_);
    }
    // npm puts the programs of the project's packages on PATH.
    if (walk_.need_path("node_modules/.bin/" + name, walk_.working_folder(), ask_)) return true;
    if (ask_.kind == NeedKind::Root && ask_.level == NeedLevel::Must)
      walk_.problem("`" + printable(name) + "` is no program of the image");
    return false;
  }

  bool is_weak() const {
    return ask_.level == NeedLevel::May && ask_.cause != kNoNode &&
           walk_.system_owner(ask_.cause) != kNoPackage;
  }

  // The words by what the program makes of them.
  struct Reader {
    std::string_view names;  // patterns, blanks between
    void (CommandReader::*read)();
  };

  void read_words() {
    static const Reader kReaders[] = {
        {"sh bash dash ash ksh zsh busybox su", &CommandReader::read_shell},
        {". source eval", &CommandReader::read_source},
        {"python python2* python3* pypy*", &CommandReader::read_python},
        {"gunicorn* uvicorn hypercorn celery flask daphne waitress-serve",
         &CommandReader::read_python_server},
        {"node nodejs", &CommandReader::read_node},
        {"npm yarn pnpm", &CommandReader::read_npm},
        {"npx", &CommandReader::read_wrapped},
        {"java", &CommandReader::read_java},
        {"env nice nohup time timeout setsid stdbuf exec command sudo doas gosu su-exec setpriv "
         "chroot runuser xargs "
         "tini dumb-init catatonit docker-init s6-setuidgid chpst flock ionice taskset strace "
         "watch set",
         &CommandReader::read_wrapped},
        {"docker-*entrypoint* *entrypoint* *entrypoint*.sh docker-php-* start-*",
         &CommandReader::read_wrapped}};
    read_plain();
    std::string_view name = base_name(words_[0]);
    for (const Reader& reader : kReaders) {
      for (std::string_view pattern : split_blanks(reader.names)) {
        if (matches_name(pattern, name)) return (this->*reader.read)();
      }
    }
  }

  // Words that are paths: "-c/etc/x", "--config=/etc/x", "app/main.py".
  void read_plain() {
    for (size_t i = 1; i < words_.size(); ++i) {
      std::string_view word = words_[i];
      size_t slash = word.find('/');
      if (slash == std::string_view::npos && !contains(word, ".")) continue;
      if (word[0] == '-' && contains(word, "=")) word = word.substr(word.find('=') + 1);
      if (word.starts_with("-") && slash != std::string_view::npos)
        word = std::string_view(words_[i]).substr(slash);
      if (word.size() < 2 || contains(word, kUnknownWord) || word.starts_with("-") ||
          word.find_first_not_of("/.*") == std::string_view::npos)
        continue;
      NodeId base = word[0] == '/' ? kRootNode : walk_.working_folder();
      walk_.need_path(
          word, base, ask_.as(ask_.kind == NeedKind::Root ? NeedKind::Root : NeedKind::Named));
    }
  }

  // From a word on, as a command of its own.
  void read_rest(size_t begin) {
    if (begin >= words_.size()) return;
    Words rest(words_.begin() + static_cast<ptrdiff_t>(begin), words_.end());
    walk_.need_command(rest, ask_);
  }

  void read_shell() {
    if (base_name(words_[0]) == "busybox") return read_rest(1);
    for (size_t i = 1; i < words_.size(); ++i) {
      bool has_text =
          words_[i].starts_with("-") && !words_[i].starts_with("--") && contains(words_[i], "c");
      if (has_text && i + 1 < words_.size()) return walk_.need_shell_text(words_[i + 1], ask_);
    }
  }

  void read_source() {
    if (words_.size() < 2) return;
    if (words_[0] == "eval") return walk_.need_shell_text(words_[1], ask_);
    walk_.need_path(words_[1], walk_.working_folder(), ask_.as(NeedKind::Named));
  }

  void read_python() {
    for (size_t i = 1; i < words_.size(); ++i) {
      const std::string& word = words_[i];
      if (word.starts_with("-m") && (word.size() > 2 || i + 1 < words_.size()))
        return read_python_program(word.size() > 2 ? word.substr(2) : words_[i + 1]);
      if (word == "-c" && i + 1 < words_.size()) return read_python_text(words_[i + 1]);
      if (!word.starts_with("-")) return;  // a script: a path, which was read
    }
  }

  void read_python_program(const std::string& module) {
    Ask ask = ask_.as(ask_.kind == NeedKind::Root ? NeedKind::Root : NeedKind::Import);
    walk_.need_python_module("runpy", kNoNode, ask);
    walk_.need_python_module(module, kNoNode, ask);
    walk_.need_python_module(module + ".__main__", kNoNode, ask);
  }

  void read_python_text(std::string_view text) {
    FactWriter writer;
    add_python_facts(text, writer);
    std::string kept = writer.take("python");
    for (const Fact& fact : read_record(kept).facts) {
      if (fact.kind == FactKind::Module)
        walk_.need_python_module(
            fact.value, kNoNode, ask_.as(NeedKind::Import).at_most(fact.level));
    }
  }

  // "package.module:object", and modules as options name them.
  void read_python_server() {
    for (size_t i = 1; i < words_.size(); ++i) {
      std::string word = words_[i].substr(0, words_[i].find(':'));
      if (word.starts_with("-")) continue;
      walk_.need_python_module(word, kNoNode, ask_.as(NeedKind::Import));
    }
  }

  void read_node() {
    constexpr std::string_view kWithModule[] = {
        "-r", "--require", "--import", "--loader", "--experimental-loader"};
    for (size_t i = 1; i < words_.size(); ++i) {
      if (i + 1 < words_.size() && is_one_of(words_[i], kWithModule)) {
        walk_.need_path(
            "node_modules/" + words_[i + 1] + "/package.json", walk_.working_folder(), ask_);
      }
      if (words_[i].starts_with("-")) continue;
      for (std::string_view end : {"", ".js", "/package.json", "/index.js"})
        walk_.need_path(words_[i] + std::string(end), walk_.working_folder(), ask_);
      return;
    }
  }

  void read_npm() {
    for (size_t i = 1; i < words_.size(); ++i) {
      const std::string& word = words_[i];
      if (word.starts_with("-") || word == "run" || word == "run-script") continue;
      for (std::string_view name : {std::string_view(word), std::string_view("run-script")}) {
        for (std::string_view folder :
             {"usr/share/nodejs", "usr/lib/node_modules", "usr/local/lib/node_modules"})
          walk_.need_path(std::string(folder) + "/npm/lib/commands/" + std::string(name) + ".js",
                          kRootNode,
                          ask_);
      }
      return walk_.need_package_script(word, ask_);
    }
  }

  void read_java() {
    for (size_t i = 1; i < words_.size(); ++i) {
      const std::string& word = words_[i];
      bool is_path = word == "-cp" || word == "-classpath" || word == "--class-path" ||
                     word == "-jar" || word == "-p" || word == "--module-path";
      if (!is_path || i + 1 >= words_.size()) continue;
      for (std::string_view part : split(words_[i + 1], ':')) {
        NodeId node = walk_.paths().resolve(part, walk_.working_folder());
        walk_.need_path(part, walk_.working_folder(), ask_);
        if (node != kNoNode && walk_.paths().is_folder(node)) walk_.need_tree(node, ask_);
      }
    }
  }

  // The command behind a wrapper's own words: the first word that is a program.
  void read_wrapped() {
    for (size_t i = 1; i < words_.size(); ++i) {
      const std::string& word = words_[i];
      if (word.starts_with("-") || contains(word, "=") || word.empty()) continue;
      if (is_program(word)) return read_rest(i);
    }
  }

  bool is_program(const std::string& word) const {
    std::string_view path = walk_.variable("PATH");
    if (contains(word, "/")) return walk_.paths().resolve(word, walk_.working_folder()) != kNoNode;
    for (std::string_view folder : split(path.empty() ? kUsualPath : path, ':')) {
      NodeId node = walk_.paths().resolve(std::string(folder) + "/" + word, kRootNode);
      if (node != kNoNode && walk_.paths().is_file(node)) return true;
    }
    return false;
  }

  Walk& walk_;
  const Words& words_;
  const Ask& ask_;
};

}  // namespace

bool is_tool(std::string_view name) {
  return is_one_of(name.substr(0, name.find('.')), kTools);
}

void read_command(Walk& walk, const std::vector<std::string>& words, const Ask& ask) {
  CommandReader(walk, words, ask).run();
}

}  // namespace whittle
