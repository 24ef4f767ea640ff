// A parsed Dockerfile: tokens that tile the text, and the instructions and stages over them.
// Plain values; made by dockerfile/parser.h. All ranges are byte offsets into Dockerfile::source.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/source.h"

namespace whittle {

enum class InstructionKind {
  From, Run, Cmd, Label, Maintainer, Expose, Env, Add, Copy, Entrypoint, Volume, User, Workdir, Arg,
  Onbuild, Stopsignal, Healthcheck, Shell, Unknown,
};

// "FROM", "RUN", ...; "" for Unknown.
std::string_view keyword_of(InstructionKind kind);
// By keyword, case-insensitive; Unknown otherwise.
InstructionKind instruction_kind(std::string_view keyword);

enum class TokenKind {
  Bom, Blank, Newline, Comment, Directive, Keyword, Flag, Argument, Continuation, HeredocBody, HeredocEnd, Garbage,
};

// The tokens of a file follow each other without gap or overlap from 0 to the end: printing them in order gives the
// text back byte for byte. `Argument` is a maximal run of argument text on one line (blanks inside it included).
// `Continuation` is the escape character with the blanks after it (its Newline is a token of its own).
struct Token {
  TokenKind kind;
  Range range;
};

// "--mount=type=cache": name "mount", value "type=cache" (the continuation bytes inside it removed).
struct Flag {
  Range range;
  std::string name;
  std::string value;
  bool has_value = false;
  Range value_range;  // empty at range.end without a value
};

enum class ArgumentForm {
  None,            // no argument text; ONBUILD, whose arguments are an instruction
  Words,           // FROM, COPY, EXPOSE, ...: words at blanks; WORKDIR, USER, STOPSIGNAL, MAINTAINER: all as one word
  Json,            // a valid JSON array of strings (anything else in it is an error, and a word as written)
  Shell,           // RUN, CMD, ENTRYPOINT, HEALTHCHECK CMD as one text
  KeyValue,        // ENV, LABEL, ARG: k=v words
  LegacyKeyValue,  // ENV k v
};

// One word of the arguments: as the parser cuts it, quotes kept, nothing expanded. In JSON form: the decoded string,
// and the range covers its quotes.
struct Word {
  Range range;
  std::string text;
};

// One pair of ENV, LABEL, ARG. As written: quotes kept, nothing expanded.
struct KeyValue {
  Range range;
  std::string key;
  std::string value;
  bool has_value = false;  // false: `ARG name`
  Range key_range;
  Range value_range;
};

struct Heredoc {
  std::string name;
  uint32_t fd = 0;            // "3<<EOF" has 3; 0 when not written
  bool expand = true;         // false when any part of the name is quoted
  bool strip_tabs = false;    // "<<-"
  bool terminated = true;
  Range word;                 // "<<-'EOF'" in the instruction's text
  Range body;                 // whole lines between, as they stand in the file
  Range terminator;           // the closing line without its line end; empty if unterminated
  std::string content;        // the body with CRLF as LF, and leading tabs removed when strip_tabs
};

// Where a run of bytes of Instruction::text comes from: text[text_begin, ...) is source[source_begin, ...) up to the
// next piece. Maps positions inside joined lines back to the file.
struct TextPiece {
  uint32_t text_begin;
  uint32_t source_begin;
};

struct Instruction {
  InstructionKind kind = InstructionKind::Unknown;
  Range range;                 // first byte of the keyword to the last byte before its final line end; heredocs included
  Range keyword;
  std::string keyword_text;    // as written
  std::vector<Flag> flags;
  ArgumentForm form = ArgumentForm::None;
  Range arguments;             // first to last byte of the arguments (without heredoc bodies); empty if none
  std::string text;            // the arguments as BuildKit joins them: no comments, continuations and empty lines
  std::vector<TextPiece> pieces;
  std::vector<Word> words;     // Words and Json form; for Shell the single text; for HEALTHCHECK "CMD"/"NONE" first
  std::vector<KeyValue> pairs; // KeyValue and LegacyKeyValue form
  std::vector<Heredoc> heredocs;
  std::vector<Range> comments;     // inside its continuations, from '#' to the end of the line
  std::vector<Range> empty_lines;  // inside its continuations, with their line ends
  std::vector<Instruction> onbuild;  // the instruction after ONBUILD: 0 or 1; heredocs and comments are on both
  uint32_t first_line = 0;     // 1-based, as BuildKit counts
  uint32_t last_line = 0;
  uint32_t stage = kNoStage;   // index into Dockerfile::stages

  static constexpr uint32_t kNoStage = UINT32_MAX;

  // The source offset of text[text_offset]; text_offset == text.size() gives the end.
  uint32_t source_offset(uint32_t text_offset) const;
  // The source range that [begin, end) of text stands in (it may cross continuations).
  Range source_range(uint32_t text_begin, uint32_t text_end) const;
  const Flag* flag(std::string_view name) const;  // the first of that name, or null
};

struct Stage {
  uint32_t index = 0;
  uint32_t from = 0;           // index of its FROM in Dockerfile::instructions
  uint32_t end = 0;            // one behind its last instruction
  std::string base;            // image name as written, not expanded
  std::string name;            // alias in lower case, "" if none
  Range base_range;
  Range name_range;            // empty if none
};

struct Directive {
  Range range;                 // the comment line
  std::string key;             // lower case
  std::string value;
  Range value_range;
};

enum class ProblemKind { Error, Warning };

// What BuildKit would refuse or warn about. The parser always goes on behind it.
struct ParseProblem {
  ProblemKind kind = ProblemKind::Error;
  Range range;
  std::string message;         // one sentence, no final period
};

struct Dockerfile {
  std::string source;
  std::string name = "Dockerfile";  // for messages
  LineIndex lines;
  std::vector<Token> tokens;
  std::vector<Directive> directives;
  std::vector<Instruction> instructions;
  std::vector<Stage> stages;
  std::vector<ParseProblem> problems;  // by position
  char escape = '\\';
  std::string line_end = "\n";         // "\r\n" if the first line ends so

  bool has_errors() const;
  std::string_view text(Range range) const { return range.of(source); }
};

}  // namespace whittle
