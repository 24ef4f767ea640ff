// Repositories that a RUN clones.
#include <optional>

#include "base/strings.h"
#include "lint/command_words.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"
#include "lint/run_texts.h"
#include "lint/word_edits.h"

namespace whittle {

extern const Rule kPreferAddGit;

namespace {

constexpr std::string_view kValues =
    "-b --branch --depth -c --config -o --origin -j --jobs --reference --filter --revision "
    "--shallow-since -u --upload-pack --template --separate-git-dir";
// Options that ADD needs no word for.
constexpr std::string_view kNeedless =
    "--depth -q --quiet --single-branch -b --branch --recurse-submodules --recursive "
    "--shallow-submodules --progress --no-tags -j --jobs";

struct Clone {
  std::string url;
  std::string ref;
  std::string folder;
  bool is_plain = true;  // ADD does the same
};

// "app" of "https://example.com/team/app.git".
std::string name_of(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  if (url.ends_with(".git")) url.remove_suffix(4);
  return std::string(url.substr(url.rfind('/') + 1));
}

std::optional<Clone> clone_of(const std::vector<const ShellWord*>& words) {
  if (command_name(words) != "git" || words.size() < 3 || words[1]->value != "clone")
    return std::nullopt;
  CommandWords line = read_command_words(words, 2, kValues);
  if (line.operands.empty() || line.operands.size() > 2) return std::nullopt;
  Clone clone;
  for (const ShellWord* word : line.operands) clone.is_plain = clone.is_plain && word->value;
  clone.url = text_of(*line.operands[0]);
  clone.folder =
      line.operands.size() == 2 ? std::string(text_of(*line.operands[1])) : name_of(clone.url);
  for (const CommandOption& option : line.options) {
    clone.is_plain =
        clone.is_plain && is_one_of(kNeedless, option.name) && option.word->value.has_value();
    if (option.name == "-b" || option.name == "--branch") clone.ref = option.value;
  }
  bool is_web = clone.url.starts_with("https://") || clone.url.starts_with("http://");
  if (!is_web) return std::nullopt;
  return clone;
}

// A word of ADD as it stands, or no fix.
bool is_simple_word(std::string_view text) {
  return !text.empty() && text.find_first_of(" \t\"'\\$*?[]#,<>") == text.npos && text[0] != '-';
}

std::optional<Fix> add_fix(const LintInput& input, const RunText& run, const Clone& clone) {
  const Instruction& instruction = *run.instruction;
  bool is_alone = run.script->root.children.size() == 1 &&
                  run.script->root.children[0].redirects.empty() &&
                  run.script->root.children[0].assignments.empty();
  if (!is_alone || !clone.is_plain || !instruction.flags.empty() || !is_editable(input, run))
    return std::nullopt;
  if (!is_simple_word(clone.url) || !is_simple_word(clone.folder) ||
      (!clone.ref.empty() && !is_simple_word(clone.ref)))
    return std::nullopt;
  std::string source = clone.url.ends_with(".git") ? clone.url : clone.url + ".git";
  if (!clone.ref.empty()) source += "#" + clone.ref;
  // With `--keep-git-dir` there is a `.git`, as after a clone.
  return make_fix("Let ADD fetch the repository",
                  Applicability::Unsafe,
                  {{instruction.range, "ADD --keep-git-dir=true " + source + " " + clone.folder}});
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const RunText& run : run_texts(input)) {
    for (const CommandRef& ref : *run.commands) {
      std::vector<const ShellWord*> words = unwrapped(*ref.node);
      if (words.empty()) continue;
      std::optional<Clone> clone = clone_of(words);
      if (!clone) continue;
      Finding finding = make_finding(kPreferAddGit,
                                     ref.node->range,
                                     "A clone in a RUN stays in the cache when the branch moves on",
                                     "Use `ADD REPOSITORY.git#REF FOLDER`");
      finding.fix = add_fix(input, run, *clone);
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace

const Rule kPreferAddGit = {
    {.name = "prefer-add-git",
     .code = "WH3704",
     .aliases = "",
     .severity = Severity::Info,
     .summary = "`git clone` in a RUN",
     .why =
         "The cache knows the command and not what it fetched: the layer stays as it is when the "
         "branch has moved on. ADD asks the repository for the commit first, fetches that alone, "
         "and needs no git in the image. Off unless asked for.",
     .bad =
         "FROM debian:bookworm\nRUN git clone --depth 1 -b v1.2 https://example.com/team/app.git "
         "/src\n",
     .good = "FROM debian:bookworm\nADD https://example.com/team/app.git#v1.2 /src\n",
     .fixes = kUnsafeFix,
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
