// What must hold of every parsed Dockerfile, whatever its text: for unit tests and the fuzz
// harness.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "dockerfile/parser.h"

namespace whittle {

class DockerfileInvariants {
 public:
  explicit DockerfileInvariants(const Dockerfile& file) : file_(file) {}

  // The first that is broken, "" if none is.
  std::string broken() {
    check_tokens();
    check_problems();
    uint32_t last_line = 0;
    uint32_t last_end = 0;
    for (const Instruction& instruction : file_.instructions) {
      expect(instruction.first_line > last_line, "instructions share a line");
      expect(instruction.range.begin >= last_end, "instructions overlap");
      last_line = instruction.last_line;
      last_end = instruction.range.end;
      check_instruction(instruction);
    }
    check_stages();
    return std::move(broken_);
  }

 private:
  void expect(bool holds, std::string_view what) {
    if (!holds && broken_.empty()) broken_ = what;
  }

  void expect_inside(Range inner, Range outer, std::string_view what) {
    expect(inner.begin <= inner.end && outer.contains(inner), what);
  }

  void check_tokens() {
    uint32_t at = 0;
    for (const Token& token : file_.tokens) {
      expect(token.range.begin == at && token.range.end > at, "tokens do not tile the text");
      at = token.range.end;
    }
    expect(at == file_.source.size(), "tokens do not reach the end");
    expect(print_dockerfile(file_) == file_.source, "print(parse(x)) is not x");
  }

  void check_problems() {
    Range whole{0, static_cast<uint32_t>(file_.source.size())};
    for (const ParseProblem& problem : file_.problems) {
      expect_inside(problem.range, whole, "a problem lies outside");
      expect(!problem.message.empty(), "a problem has no message");
    }
  }

  void check_instruction(const Instruction& instruction) {
    const Range& range = instruction.range;
    expect(range.end <= file_.source.size(), "an instruction lies outside");
    expect_inside(instruction.keyword, range, "a keyword lies outside");
    expect_inside(instruction.arguments, range, "arguments lie outside");
    expect(instruction.first_line <= instruction.last_line, "lines are in the wrong order");
    expect(file_.lines.line_of(instruction.keyword.begin) >= instruction.first_line,
           "the keyword stands before the first line");
    check_text(instruction);
    for (const Flag& flag : instruction.flags) check_flag(instruction, flag);
    for (const Word& word : instruction.words) {
      expect_inside(word.range, instruction.arguments, "a word lies outside");
      bool is_json = instruction.form == ArgumentForm::Json;
      if (!is_json) check_ends(word.range, word.text, "the ends of a word");
    }
    for (const KeyValue& pair : instruction.pairs) check_pair(instruction, pair);
    for (const Heredoc& heredoc : instruction.heredocs) check_heredoc(instruction, heredoc);
    for (Range comment : instruction.comments) {
      expect_inside(comment, range, "a comment lies outside");
      expect(file_.source[comment.begin] == '#', "a comment begins with another character");
    }
    for (const Instruction& inner : instruction.onbuild) {
      expect_inside(inner.range, range, "a trigger lies outside");
      check_instruction(inner);
    }
  }

  // Each byte of the joined text is the byte of the file that the pieces name.
  void check_text(const Instruction& instruction) {
    uint32_t last = 0;
    for (uint32_t i = 0; i < instruction.text.size(); ++i) {
      uint32_t at = instruction.source_offset(i);
      bool is_same = at < file_.source.size() && file_.source[at] == instruction.text[i];
      expect(is_same && (i == 0 || at > last), "the joined text does not map back");
      if (!broken_.empty()) return;
      last = at;
    }
    if (instruction.text.empty()) return;
    expect(instruction.arguments ==
               instruction.source_range(0, static_cast<uint32_t>(instruction.text.size())),
           "the range of the arguments is not that of the text");
  }

  void check_flag(const Instruction& instruction, const Flag& flag) {
    expect_inside(flag.range, instruction.range, "a flag lies outside");
    expect_inside(flag.value_range, flag.range, "a flag's value lies outside");
    expect(flag.value_range.end == flag.range.end, "a flag's value ends early");
    expect(file_.source[flag.range.begin] == '-', "a flag begins with another character");
  }

  void check_ends(Range range, const std::string& text, std::string_view what) {
    if (text.empty()) return expect(range.empty(), what);
    expect(!range.empty() && file_.source[range.begin] == text.front() &&
               file_.source[range.end - 1] == text.back(),
           what);
  }

  void check_pair(const Instruction& instruction, const KeyValue& pair) {
    expect_inside(pair.range, instruction.arguments, "a pair lies outside");
    expect_inside(pair.key_range, pair.range, "a key lies outside");
    expect_inside(pair.value_range, pair.range, "a value lies outside");
    check_ends(pair.key_range, pair.key, "the ends of a key");
    check_ends(pair.value_range, pair.value, "the ends of a value");
  }

  void check_heredoc(const Instruction& instruction, const Heredoc& heredoc) {
    expect_inside(heredoc.word, instruction.range, "a heredoc's word lies outside");
    expect_inside(heredoc.body, instruction.range, "a heredoc's body lies outside");
    expect_inside(heredoc.terminator, instruction.range, "a heredoc's end lies outside");
    expect(heredoc.body.begin == 0 || file_.source[heredoc.body.begin - 1] == '\n' ||
               heredoc.body.begin == file_.source.size(),
           "a heredoc's body begins inside of a line");
    expect(!heredoc.terminated || heredoc.terminator.begin == heredoc.body.end,
           "a heredoc's end is not behind its body");
  }

  void check_stages() {
    size_t at = 0;
    for (const Stage& stage : file_.stages) {
      expect(stage.from < stage.end && stage.end <= file_.instructions.size(), "a stage is empty");
      for (; at < stage.from; ++at) expect(is_global(at), "a stage begins late");
      for (; at < stage.end; ++at) {
        expect(file_.instructions[at].stage == stage.index, "an instruction has another stage");
      }
    }
    expect(file_.stages.empty() || at == file_.instructions.size(), "the last stage ends early");
  }

  bool is_global(size_t index) const {
    return file_.instructions[index].stage == Instruction::kNoStage;
  }

  const Dockerfile& file_;
  std::string broken_;
};

}  // namespace whittle
