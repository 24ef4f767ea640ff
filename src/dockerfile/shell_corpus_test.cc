// Every shell text of the corpus' Dockerfiles, compared with what `bash -n` says of it.
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <set>

#include "base/fs.h"
#include "base/strings.h"
#include "base/subprocess.h"
#include "dockerfile/parser.h"
#include "dockerfile/shell.h"

namespace whittle {
namespace {

const fs::path kCorpus = WHITTLE_SOURCE_DIR "/../shared/corpus/dockerfiles";

struct Script {
  std::string name;  // file:line
  std::string text;  // what a shell would be given
  const Dockerfile* file;
  const Instruction* instruction;
};

// The text as BuildKit hands it to the shell.
std::string shell_text(const Dockerfile& file, const Instruction& run) {
  if (run.heredocs.empty()) return run.text;
  if (run.heredocs.size() == 1 && trim(run.text) == file.text(run.heredocs[0].word))
    return run.heredocs[0].content;
  std::string text = run.text;
  for (const Heredoc& heredoc : run.heredocs) text += "\n" + heredoc.content + heredoc.name;
  return text;
}

bool is_for_a_shell(const ShellScript& script) {
  return !script.problem.starts_with("the shell is") &&
         !script.problem.starts_with("the script is for");
}

class ShellCorpus : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(kCorpus)) GTEST_SKIP() << "../shared/corpus is not there";
    if (find_program("bash").empty()) GTEST_SKIP() << "bash is not installed";
    std::set<fs::path> paths;
    for (const auto& entry : fs::recursive_directory_iterator(kCorpus)) {
      if (entry.is_regular_file() && entry.path().filename() != ".dockerignore")
        paths.insert(entry.path());
    }
    for (const fs::path& path : paths) {
      if (path.extension() == ".csv" || path.extension() == ".jsonl") continue;
      Result<std::string> text = read_file(path, 1 << 24);
      ASSERT_TRUE(text.ok());
      Result<Dockerfile> file =
          parse_dockerfile(*text, path.lexically_relative(kCorpus).string(), Limits());
      ASSERT_TRUE(file.ok());
      files_.push_back(std::make_unique<Dockerfile>(std::move(file).value()));
    }
    for (const auto& file : files_) add_scripts(*file);
  }

  void add_scripts(const Dockerfile& file) {
    for (const Instruction& run : file.instructions) {
      if (run.kind != InstructionKind::Run || run.form != ArgumentForm::Shell) continue;
      std::string name = file.name + ":" + std::to_string(run.first_line);
      scripts_.push_back({name, shell_text(file, run), &file, &run});
    }
  }

  std::vector<std::unique_ptr<Dockerfile>> files_;
  std::vector<Script> scripts_;
};

// Whether bash can parse each text, one process for all: a text is put into a function that is
// never called.
std::vector<bool> bash_accepts(const std::vector<Script>& scripts) {
  Command command;
  command.args = {"bash",
                  "-O",
                  "extglob",
                  "-c",
                  "while IFS= read -r -d '' text; do\n"
                  "  if eval \"f() {\"$'\\n'\":\"$'\\n'\"$text\"$'\\n'\"}\" 2>/dev/null; then echo "
                  "1; else echo 0; fi\n"
                  "done"};
  for (const Script& script : scripts) command.input += script.text + '\0';
  CancelToken cancel;
  Result<CommandResult> result = run_command(command, cancel);
  EXPECT_TRUE(result.ok() && result->succeeded());
  std::vector<bool> accepted;
  for (std::string_view line : split_lines(result->out)) accepted.push_back(line == "1");
  return accepted;
}

// No deviation is known, in neither direction: what is left out is for PowerShell or cmd, by its
// SHELL or its `#!`.
TEST_F(ShellCorpus, CompleteWhereBashAccepts) {
  std::vector<bool> accepted = bash_accepts(scripts_);
  ASSERT_EQ(accepted.size(), scripts_.size());
  size_t compared = 0;
  size_t agreed = 0;
  for (size_t i = 0; i < scripts_.size(); ++i) {
    ShellScript parsed = parse_run(*scripts_[i].file, *scripts_[i].instruction, Limits());
    if (!is_for_a_shell(parsed)) continue;
    ++compared;
    if (accepted[i] == parsed.complete) ++agreed;
    EXPECT_EQ(accepted[i], parsed.complete) << scripts_[i].name << ": " << parsed.problem;
  }
  EXPECT_GT(compared, 2000u);
  EXPECT_GE(agreed * 1000, compared * 995);
}

// Ranges of a list of nodes: inside their parent's, in order, and words are what the source says.
void check_node(const Script& script, const ShellNode& node, Range parent) {
  EXPECT_TRUE(parent.contains(node.range)) << script.name;
  uint32_t last = node.range.begin;
  for (const ShellWord& word : node.words) {
    EXPECT_TRUE(node.range.contains(word.range) && word.range.begin >= last)
        << script.name << " " << word.raw;
    last = word.range.end;
    std::string_view bytes = script.file->text(word.range);
    if (!contains(bytes, "\n")) {
      EXPECT_EQ(bytes, word.raw) << script.name;
    }
  }
  last = node.range.begin;
  for (const ShellNode& child : node.children) {
    EXPECT_GE(child.range.begin, last) << script.name;
    check_node(script, child, node.range);
    last = child.range.end;
  }
  for (const ShellNode& list : node.substitutions) check_node(script, list, node.range);
}

TEST_F(ShellCorpus, RangesAreThoseOfTheSource) {
  for (const Script& script : scripts_) {
    ShellScript parsed = parse_run(*script.file, *script.instruction, Limits());
    check_node(script, parsed.root, parsed.root.range);
  }
}

}  // namespace
}  // namespace whittle
