#include "dockerfile/parser.h"

#include <algorithm>

#include "base/strings.h"
#include "dockerfile/heredoc.h"
#include "dockerfile/lexer_rune.h"
#include "dockerfile/parser_directives.h"
#include "dockerfile/parser_internal.h"

namespace whittle {

namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";

bool takes_heredocs(const Instruction& instruction) {
  switch (instruction.kind) {
    case InstructionKind::Run:
    case InstructionKind::Add:
    case InstructionKind::Copy:
      return instruction.form != ArgumentForm::Json;
    case InstructionKind::Onbuild:
      return !instruction.onbuild.empty() &&
             instruction.onbuild[0].kind != InstructionKind::Onbuild &&
             takes_heredocs(instruction.onbuild[0]);
    default:
      return false;
  }
}

// The bytes of a heredoc's body as its reader gets them.
std::string heredoc_content(std::string_view body, bool strip_tabs) {
  std::string content;
  content.reserve(body.size());
  bool at_line_begin = true;
  for (size_t i = 0; i < body.size(); ++i) {
    bool is_crlf = body[i] == '\r' && i + 1 < body.size() && body[i + 1] == '\n';
    bool is_stripped = strip_tabs && at_line_begin && body[i] == '\t';
    if (is_crlf || is_stripped) continue;
    content.push_back(body[i]);
    at_line_begin = body[i] == '\n';
  }
  return content;
}

class Parser {
 public:
  Parser(std::string source, std::string name) {
    file_.source = std::move(source);
    file_.name = std::move(name);
    file_.lines = LineIndex(file_.source);
  }

  Result<Dockerfile> run(const Limits& limits) {
    LineReader reader(file_.source);
    reader_ = &reader;
    set_line_end();
    while (!reader.at_end()) {
      read_line(next_line());
      if (file_.instructions.size() > limits.max_instructions) {
        return limit_error(file_.name, &Limits::max_instructions, limits);
      }
    }
    if (file_.instructions.empty()) {
      auto end = static_cast<uint32_t>(file_.source.size());
      error({end, end}, "the file has no instructions");
    }
    find_stages(file_);
    std::stable_sort(
        file_.problems.begin(),
        file_.problems.end(),
        [](const ParseProblem& a, const ParseProblem& b) { return a.range.begin < b.range.begin; });
    return std::move(file_);
  }

 private:
  void error(Range range, std::string message) {
    add_problem(file_.problems, ProblemKind::Error, range, std::move(message));
  }

  void set_line_end() {
    size_t newline = file_.source.find('\n');
    bool is_crlf = newline != std::string::npos && newline > 0 && file_.source[newline - 1] == '\r';
    if (is_crlf) file_.line_end = "\r\n";
  }

  void check_length(const SourceLine& line) {
    uint32_t size = line.line_end.end - line.text.begin;
    bool has_newline = file_.source[line.line_end.end - 1] == '\n';
    if (size - (has_newline ? 1 : 0) <= kMaxLineBytes) return;
    error(line.text, "the line is longer than " + std::to_string(kMaxLineBytes) + " bytes");
  }

  // The next line; without the byte order mark, which has a token of its own.
  SourceLine next_line() {
    SourceLine line = reader_->next();
    check_length(line);
    bool has_bom = line.number == 1 && line.text.of(file_.source).substr(0, kBom.size()) == kBom;
    if (has_bom) {
      auto size = static_cast<uint32_t>(kBom.size());
      append_token(file_.tokens, TokenKind::Bom, 0, size);
      line.text.begin += size;
    }
    return line;
  }

  // A line outside of instructions.
  void read_line(const SourceLine& line) {
    std::string_view text = line.text.of(file_.source);
    bool is_directive = directives_.read(file_.source, line, file_.directives, file_.problems);
    auto blanks = static_cast<uint32_t>(leading_space(text));
    if (blanks < text.size() && text[blanks] != '#') {
      read_instruction(line);
      return;
    }
    if (is_directive) take_escape(file_.directives.back());
    uint32_t begin = line.text.begin + blanks;
    append_token(file_.tokens, TokenKind::Blank, line.text.begin, begin);
    append_token(file_.tokens,
                 is_directive ? TokenKind::Directive : TokenKind::Comment,
                 begin,
                 line.text.end);
    append_token(file_.tokens, TokenKind::Newline, line.line_end.begin, line.line_end.end);
  }

  void take_escape(const Directive& directive) {
    bool is_valid = directive.value == "\\" || directive.value == "`";
    if (directive.key == "escape" && is_valid) file_.escape = directive.value[0];
  }

  void read_instruction(const SourceLine& first) {
    JoinedLine line = join_line(first, *reader_, file_.escape);
    for (size_t i = 1; i < line.parts.size(); ++i) check_length(line.parts[i].line);
    LineParse parse{line, file_.escape, file_.problems, {}};
    auto size = static_cast<uint32_t>(line.text.size());
    Instruction instruction = parse_instruction(parse, 0, size, 0);
    append_tokens(parse, file_.source, file_.tokens);
    if (instruction.keyword.empty()) {
      error(line.parts[0].line.text, "a continuation without an instruction");
      return;
    }
    add_parts(line, instruction);
    if (takes_heredocs(instruction)) read_heredocs(line, instruction);
    instruction.first_line = first.number;
    instruction.last_line = reader_->line_number();
    spread(instruction);
    check_instruction(instruction, file_.problems);
    file_.instructions.push_back(std::move(instruction));
  }

  // Comments and empty lines inside, and the end of the last physical line.
  void add_parts(const JoinedLine& line, Instruction& instruction) {
    const LinePart* first_empty = nullptr;
    for (const LinePart& part : line.parts) {
      bool is_empty = part.kind == LinePart::Kind::Empty;
      if (is_empty && first_empty == nullptr) first_empty = &part;
      // A bare continuation may come before the keyword, with comments behind it.
      if (part.line.text.begin < instruction.range.begin) continue;
      if (part.kind == LinePart::Kind::Comment) instruction.comments.push_back(part.text);
      if (is_empty) instruction.empty_lines.push_back(part.line.whole());
    }
    instruction.range.end = std::max(instruction.range.end, line.parts.back().line.text.end);
    if (first_empty == nullptr) return;
    add_problem(file_.problems,
                ProblemKind::Warning,
                first_empty->line.whole(),
                "an empty line inside a continued instruction");
  }

  void read_heredocs(const JoinedLine& line, Instruction& instruction) {
    if (!contains(line.text, "<<")) return;
    auto words = find_heredocs(line.text);
    if (!words.ok()) {
      error(instruction.arguments, "a heredoc's name: " + words.error().message());
      return;
    }
    for (HeredocWord& word : *words) {
      word.heredoc.word = line.source_range(word.begin, word.end);
      read_body(word.heredoc);
      instruction.range.end =
          word.heredoc.terminated ? word.heredoc.terminator.end : word.heredoc.body.end;
      instruction.heredocs.push_back(std::move(word.heredoc));
    }
  }

  void read_body(Heredoc& heredoc) {
    std::string_view source = file_.source;
    uint32_t begin = end_of_tokens();
    heredoc.body = {begin, begin};
    heredoc.terminated = false;
    while (!reader_->at_end() && !heredoc.terminated) {
      SourceLine line = reader_->next();
      check_length(line);
      std::string_view text = line.text.of(source);
      size_t tabs = heredoc.strip_tabs ? text.find_first_not_of('\t') : 0;
      heredoc.terminated = tabs != std::string_view::npos && text.substr(tabs) == heredoc.name;
      if (!heredoc.terminated) {
        heredoc.body.end = line.line_end.end;
        continue;
      }
      append_token(file_.tokens, TokenKind::HeredocBody, begin, heredoc.body.end);
      heredoc.terminator = line.text;
      append_token(file_.tokens, TokenKind::HeredocEnd, line.text.begin, line.text.end);
      append_token(file_.tokens, TokenKind::Newline, line.line_end.begin, line.line_end.end);
    }
    heredoc.content = heredoc_content(heredoc.body.of(source), heredoc.strip_tabs);
    if (heredoc.terminated) return;
    append_token(file_.tokens, TokenKind::HeredocBody, begin, heredoc.body.end);
    heredoc.terminator = {heredoc.body.end, heredoc.body.end};
    error(heredoc.word, "the heredoc has no closing line `" + printable(heredoc.name) + "`");
  }

  uint32_t end_of_tokens() const {
    return file_.tokens.empty() ? 0 : file_.tokens.back().range.end;
  }

  static std::vector<Range> behind(uint32_t begin, std::vector<Range> ranges) {
    std::erase_if(ranges, [begin](Range range) { return range.begin < begin; });
    return ranges;
  }

  // What the trigger of an ONBUILD shares with it.
  static void spread(Instruction& instruction) {
    for (Instruction& inner : instruction.onbuild) {
      inner.heredocs = instruction.heredocs;
      inner.range.end = instruction.range.end;
      inner.comments = behind(inner.range.begin, instruction.comments);
      inner.empty_lines = behind(inner.range.begin, instruction.empty_lines);
      inner.first_line = instruction.first_line;
      inner.last_line = instruction.last_line;
      spread(inner);
    }
  }

  Dockerfile file_;
  LineReader* reader_ = nullptr;
  DirectiveReader directives_;
};

}  // namespace

Result<Dockerfile> parse_dockerfile(std::string source, std::string name, const Limits& limits) {
  constexpr uint64_t kLargestOffset = UINT32_MAX - 1;
  if (source.size() > std::min(limits.max_dockerfile_bytes, kLargestOffset)) {
    return limit_error(name, &Limits::max_dockerfile_bytes, limits);
  }
  return Parser(std::move(source), std::move(name)).run(limits);
}

std::string print_dockerfile(const Dockerfile& file) {
  std::string text;
  text.reserve(file.source.size());
  for (const Token& token : file.tokens) text += token.range.of(file.source);
  return text;
}

}  // namespace whittle
