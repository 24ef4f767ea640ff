// Lists and simple commands. Source: POSIX.1-2017, Shell Command Language, 2.9 and 2.10.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "dockerfile/shell_parser.h"

namespace whittle {

namespace {

// Builtins that take assignments, also of arrays, as arguments.
bool is_declaration(const ShellWord& word) {
  constexpr std::array<std::string_view, 5> kNames = {
      "declare", "export", "local", "readonly", "typeset"};
  return std::find(kNames.begin(), kNames.end(), word.raw) != kNames.end();
}

// Behind the `=` of `name=`, `name+=`, `name[x]=` at `at`; npos if that is no assignment.
size_t assignment_value_at(std::string_view text, size_t at) {
  if (at >= text.size() || !is_shell_name_start(text[at])) return std::string_view::npos;
  while (at < text.size() && is_shell_name(text[at])) ++at;
  if (at < text.size() && text[at] == '[') {
    while (at < text.size() && text[at] != ']' && text[at] != '\n') ++at;
    ++at;
  }
  if (at < text.size() && text[at] == '+') ++at;
  return at < text.size() && text[at] == '=' ? at + 1 : std::string_view::npos;
}

}  // namespace

ShellDepth::ShellDepth(ShellParser& parser) : parser_(parser) {
  if (++parser_.state_.depth > parser_.state_.max_depth) {
    parser_.fail("nested too deeply", parser_.pos_, parser_.pos_ + 1);
  }
}

ShellDepth::~ShellDepth() {
  --parser_.state_.depth;
}

void ShellParser::fail(std::string problem, size_t begin, size_t end) {
  if (!state_.failed) {
    end = std::min(end, text_.size());
    state_.failed = true;
    state_.problem = std::move(problem);
    state_.problem_range = map_.range(std::min(begin, end), end);
  }
  pos_ = text_.size();
}

// Something else was expected at pos_.
void ShellParser::fail_here(std::string_view expected) {
  size_t end = pos_;
  while (end < text_.size() && !is_shell_meta(text_[end])) ++end;
  if (end == pos_ && end < text_.size()) ++end;
  std::string_view token = text_.substr(pos_, end - pos_);
  std::string found = "unexpected end of the command";
  if (token == "\n") found = "unexpected end of the line";
  if (!token.empty() && token != "\n")
    found = fmt::format("unexpected `{}`", printable(token.substr(0, 40)));
  if (!expected.empty()) found += fmt::format(", `{}` is missing", expected);
  fail(std::move(found), pos_, end);
}

void ShellParser::take_join() {
  if (joins_.empty() || joins_.back() < pos_) joins_.push_back(pos_);  // else looked at before
  pos_ += 2;
}

void ShellParser::skip_blanks() {
  while (is_blank(peek()) || at_join()) {
    if (at_join()) {
      take_join();
    } else {
      ++pos_;
    }
  }
  if (peek() == '#') pos_ = std::min(text_.find('\n', pos_), text_.size());
}

void ShellParser::skip_newlines() {
  skip_blanks();
  while (!failed() && peek() == '\n') {
    read_newline();
    skip_blanks();
  }
}

ShellNode ShellParser::make_node(ShellNodeKind kind, size_t begin) const {
  ShellNode node;
  node.kind = kind;
  node.range = map_.range(begin, begin);
  return node;
}

void ShellParser::finish(ShellNode& node, size_t begin) const {
  node.range = map_.range(begin, std::max(begin, last_));
}

// The reserved word that stands here as a word of its own, else "".
std::string_view ShellParser::keyword_here() const {
  constexpr std::array<std::string_view, 19> kKeywords = {
      "!",        "[[", "case",   "do",   "done", "elif",  "else",  "esac", "fi", "for",
      "function", "if", "select", "then", "time", "until", "while", "{",    "}",
  };
  size_t end = pos_;
  while (end < text_.size() && end < pos_ + 9 && !is_shell_meta(text_[end])) ++end;
  std::string_view word = text_.substr(pos_, end - pos_);
  return std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end()
             ? word
             : std::string_view();
}

bool ShellParser::take_keyword(std::string_view keyword) {
  if (keyword_here() != keyword) return false;
  take(keyword.size());
  return true;
}

bool ShellParser::expect_keyword(std::string_view keyword) {
  if (failed()) return false;
  skip_newlines();
  if (take_keyword(keyword)) return true;
  fail_here(keyword);
  return false;
}

// The bit of what stands here, 0 if it ends no kind of list.
unsigned ShellParser::stop_here() const {
  struct Row {
    std::string_view keyword;
    Stop stop;
  };

  constexpr std::array<Row, 8> kRows = {{
      {"}", kStopBrace},
      {"then", kStopThen},
      {"elif", kStopElif},
      {"else", kStopElse},
      {"fi", kStopFi},
      {"do", kStopDo},
      {"done", kStopDone},
      {"esac", kStopEsac},
  }};
  if (peek() == ')') return kStopParen;
  if (looks_at(";;") || looks_at(";&")) return kStopBranch;
  std::string_view keyword = keyword_here();
  for (const Row& row : kRows) {
    if (row.keyword == keyword) return row.stop;
  }
  return 0;
}

ShellParser::Operator ShellParser::read_operator() {
  struct Row {
    std::string_view text;
    ShellOp op;
  };

  constexpr std::array<Row, 6> kRows = {{
      {"&&", ShellOp::And},
      {"||", ShellOp::Or},
      {"|&", ShellOp::Pipe},
      {"|", ShellOp::Pipe},
      {";", ShellOp::Sequence},
      {"&", ShellOp::Background},
  }};
  size_t begin = pos_;
  if (peek() == '\n') {
    read_newline();
    return {ShellOp::Sequence, map_.range(begin, begin + 1)};
  }
  if (stop_here() == kStopBranch) return {};
  for (const Row& row : kRows) {
    if (!looks_at(row.text)) continue;
    take(row.text.size());
    return {row.op, map_.range(begin, pos_)};
  }
  return {};
}

ShellNode ShellParser::parse_script() {
  ShellNode list = parse_list(0);
  if (!failed() && !at_end()) fail_here();
  return list;
}

ShellNode ShellParser::parse_list(unsigned stops) {
  const size_t start = pos_;
  skip_newlines();
  size_t begin = pos_;
  size_t end = pos_;
  ShellNode list = make_node(ShellNodeKind::List, begin);
  Operator before;
  while (!failed()) {
    skip_newlines();
    bool needs_command =
        before.op == ShellOp::And || before.op == ShellOp::Or || before.op == ShellOp::Pipe;
    if (at_end() || (stop_here() & stops) != 0) {
      if (needs_command) fail_here("command");
      break;
    }
    ShellNode node = parse_command();
    if (failed() && node.range.empty()) break;
    end = std::max(begin, last_);
    node.op_before = before.op;
    node.op_range = before.range;
    list.children.push_back(std::move(node));
    if (failed()) break;
    skip_blanks();
    before = read_operator();
    if (before.op != ShellOp::None) continue;
    if (!at_end() && (stop_here() & stops) == 0) fail_here();
    break;
  }
  list.range = map_.range(begin, end);
  if (list.children.empty()) {  // right behind what comes before it
    uint32_t at = start == 0 ? map_.offset(0) : map_.offset(start - 1) + 1;
    list.range = {at, at};
  }
  return list;
}

// `time` in front of a compound command; in front of a simple one it counts as a command.
bool ShellParser::skip_time_keyword() {
  if (keyword_here() != "time") return false;
  size_t begin = pos_;
  pos_ += 4;
  skip_blanks();
  if (looks_at("-p") && is_blank(peek(2))) {
    pos_ += 2;
    skip_blanks();
  }
  if (peek() == '(' || !keyword_here().empty()) return true;
  pos_ = begin;
  return false;
}

ShellNode ShellParser::parse_command() {
  ShellDepth depth(*this);
  size_t begin = pos_;
  if (failed()) return make_node(ShellNodeKind::Simple, begin);
  bool negated = false;
  while (true) {
    if (take_keyword("!")) {
      negated = !negated;
    } else if (!skip_time_keyword()) {
      break;
    }
    skip_blanks();
  }
  ShellNode node = parse_unnegated(pos_);
  node.negated = negated;
  if (!node.range.empty()) node.range.begin = map_.offset(begin);
  return node;
}

ShellNode ShellParser::parse_unnegated(size_t begin) {
  std::optional<ShellNode> compound = parse_compound(begin);
  if (!compound) return parse_simple(begin);
  if (failed()) return *std::move(compound);
  parse_redirects(*compound);
  finish(*compound, begin);
  return *std::move(compound);
}

// Reads a word, which must be there, into the node.
void ShellParser::add_word(ShellNode& node, WordMode mode) {
  bool is_process_substitution = (peek() == '<' || peek() == '>') && peek(1) == '(';
  if (at_end() || (is_shell_meta(peek()) && !is_process_substitution)) return fail_here("word");
  ShellWord word = parse_word(mode, node.substitutions);
  if (!failed()) node.words.push_back(std::move(word));
}

ShellNode ShellParser::parse_simple(size_t begin) {
  ShellNode node = make_node(ShellNodeKind::Simple, begin);
  while (!failed() && parse_simple_part(node)) skip_blanks();
  bool is_empty = node.words.empty() && node.assignments.empty() && node.redirects.empty();
  if (is_empty) {
    if (!failed()) fail_here();
    return node;
  }
  bool is_one_word = node.words.size() == 1 && node.assignments.empty() && node.redirects.empty();
  if (!failed() && is_one_word && peek() == '(') {
    parse_function_body(node);
  } else {
    finish(node, begin);
  }
  return node;
}

// Reads a redirection, an assignment or a word; false if none stands here.
bool ShellParser::parse_simple_part(ShellNode& node) {
  if (at_end()) return false;
  if (parse_redirect(node)) return true;
  bool is_process_substitution = (peek() == '<' || peek() == '>') && peek(1) == '(';
  if (is_shell_meta(peek()) && !is_process_substitution) return false;
  if (node.words.empty() && parse_assignment(node)) return true;
  size_t begin = pos_;
  size_t value = node.words.empty() || !is_declaration(node.words[0])
                     ? std::string_view::npos
                     : assignment_value_at(text_, pos_);
  ShellWord word;
  if (value < text_.size() && text_[value] == '(') {
    pos_ = value;
    word = parse_array(begin, node.substitutions);
  } else {
    word = parse_word(WordMode::Plain, node.substitutions);
  }
  if (!failed()) node.words.push_back(std::move(word));
  return true;
}

bool ShellParser::parse_assignment(ShellNode& node) {
  size_t value = assignment_value_at(text_, pos_);
  if (value == std::string_view::npos) return false;
  size_t begin = pos_;
  ShellAssignment assignment;
  while (is_shell_name(peek())) ++pos_;
  assignment.name = text_.substr(begin, pos_ - begin);
  pos_ = value;
  assignment.value = peek() == '(' ? parse_array(pos_, node.substitutions)
                                   : parse_word(WordMode::Plain, node.substitutions);
  if (failed()) return true;
  assignment.range = map_.range(begin, pos_);
  node.assignments.push_back(std::move(assignment));
  return true;
}

// `(a b c)` of an array, as one word that begins at `begin`; pos_ is at the parenthesis.
ShellWord ShellParser::parse_array(size_t begin, Nodes& substitutions) {
  size_t open = pos_++;
  skip_newlines();
  while (!failed() && !at_end() && peek() != ')') {
    if (is_shell_meta(peek()) && !((peek() == '<' || peek() == '>') && peek(1) == '(')) {
      fail_here(")");
      break;
    }
    parse_word(WordMode::Plain, substitutions);
    skip_newlines();
  }
  ShellWord word;
  if (!failed() && at_end()) fail("`(` is not closed", open, open + 1);
  if (failed()) return word;
  take(1);
  word.range = map_.range(begin, pos_);
  word.raw = without_joins(begin, pos_);
  return word;
}

}  // namespace whittle
