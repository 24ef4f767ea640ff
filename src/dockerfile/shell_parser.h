// The recursive-descent parser behind dockerfile/shell.h: words in shell_word.cc, commands in
// shell_command.cc, compound commands in shell_compound.cc, redirections and here-documents in
// shell_redirect.cc. On the first thing that is not understood it notes the problem, jumps to the
// end, and hands back what it has.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dockerfile/shell_map.h"
#include "model/shell.h"

namespace whittle {

// What a parser shares with the ones it starts for backquoted texts.
struct ShellParseState {
  uint64_t max_depth = 0;
  uint64_t depth = 0;
  bool failed = false;
  std::string problem;
  Range problem_range;
  std::map<uint32_t, std::string>
      bodies;  // here-document bodies, by where their redirection begins
};

class ShellParser {
 public:
  ShellParser(std::string_view text, TextMap map, ShellParseState& state)
      : text_(text), map_(std::move(map)), state_(state) {}

  // The whole text as a List.
  ShellNode parse_script();

 private:
  // What may end a list besides the end of the text; a set of bits.
  enum Stop : unsigned {
    kStopParen = 1,
    kStopBrace = 2,
    kStopThen = 4,
    kStopElif = 8,
    kStopElse = 16,
    kStopFi = 32,
    kStopDo = 64,
    kStopDone = 128,
    kStopEsac = 256,
    kStopBranch = 512,
  };
  enum class WordMode { Plain, Pattern, Regex };

  struct Operator {
    ShellOp op = ShellOp::None;
    Range range;
  };

  struct Word {  // a word being read
    size_t begin;
    std::string value;
    bool literal = true;
    bool quoted = false;
    bool has_bracket = false;
    bool has_brace = false;
    bool has_brace_separator = false;
  };

  struct Pending {  // a here-document whose body comes behind the line
    uint32_t redirect_begin;
    std::string delimiter;
    bool strip_tabs;
  };

  using Nodes = std::vector<ShellNode>;
  friend class ShellDepth;

  // shell_command.cc
  ShellNode parse_list(unsigned stops);
  ShellNode parse_command();
  ShellNode parse_unnegated(size_t begin);
  ShellNode parse_simple(size_t begin);
  bool parse_simple_part(ShellNode& node);
  void add_word(ShellNode& node, WordMode mode);
  bool parse_assignment(ShellNode& node);
  ShellWord parse_array(size_t begin, Nodes& substitutions);
  bool skip_time_keyword();
  Operator read_operator();
  unsigned stop_here() const;
  std::string_view keyword_here() const;
  bool take_keyword(std::string_view keyword);
  bool expect_keyword(std::string_view keyword);

  // shell_compound.cc
  std::optional<ShellNode> parse_compound(size_t begin);
  ShellNode parse_group(size_t begin);
  ShellNode parse_subshell(size_t begin);
  std::optional<ShellNode> parse_arithmetic_command(size_t begin);
  ShellNode parse_condition_command(size_t begin);
  ShellNode parse_if(size_t begin);
  ShellNode parse_while(size_t begin);
  ShellNode parse_for(size_t begin);
  bool parse_for_head(ShellNode& node);
  ShellNode parse_case(size_t begin);
  bool parse_branch(ShellNode& node);
  ShellNode parse_function(size_t begin);
  void parse_function_body(ShellNode& node);
  ShellNode parse_filled_list(unsigned stops);
  void parse_loop_body(ShellNode& node);

  // shell_word.cc
  ShellWord parse_word(WordMode mode, Nodes& substitutions);
  bool parse_word_part(Word& word, WordMode mode, size_t& parens, Nodes& substitutions);
  bool ends_word(char c, WordMode mode, size_t parens) const;
  void parse_plain_char(Word& word);
  void parse_escape(Word& word);
  void parse_single_quotes(Word& word);
  void parse_double_quotes(Word& word, Nodes& substitutions);
  void parse_ansi_quotes(Word& word);
  void parse_dollar(Word& word, bool in_quotes, Nodes& substitutions);
  void parse_dollar_paren(Nodes& substitutions);
  void parse_brace_expansion(bool in_quotes, Nodes& substitutions);
  void parse_backquotes(bool in_quotes, Nodes& substitutions);
  void parse_inside(size_t end, Nodes& substitutions);
  void parse_substitution(size_t begin, Nodes& substitutions);
  void parse_extglob(size_t begin, Nodes& substitutions);
  size_t find_arithmetic_end(size_t from) const;
  std::string without_joins(size_t begin, size_t end) const;
  bool starts_group_in_word(const Word& word, WordMode mode) const;

  // shell_redirect.cc
  bool parse_redirect(ShellNode& node);
  size_t redirect_operator_at() const;
  std::string_view redirect_operator(size_t at) const;
  void parse_redirects(ShellNode& node);
  void read_newline();
  void read_body(const Pending& pending);

  bool at_end() const { return pos_ >= text_.size(); }

  char peek(size_t ahead = 0) const {
    return pos_ + ahead < text_.size() ? text_[pos_ + ahead] : '\0';
  }

  bool looks_at(std::string_view part) const { return text_.substr(pos_, part.size()) == part; }

  bool at_join() const { return peek() == '\\' && peek(1) == '\n'; }

  void take_join();
  void skip_blanks();    // and continuations and a comment
  void skip_newlines();  // and all that

  void take(size_t count) {
    pos_ += count;
    last_ = pos_;
  }

  void fail(std::string problem, size_t begin, size_t end);
  void fail_here(std::string_view expected = "");

  bool failed() const { return state_.failed; }

  ShellNode make_node(ShellNodeKind kind, size_t begin) const;
  void finish(ShellNode& node, size_t begin) const;

  std::string_view text_;
  TextMap map_;
  ShellParseState& state_;
  size_t pos_ = 0;
  size_t last_ = 0;            // end of the last token
  std::vector<size_t> joins_;  // where a backslash and a line end were skipped
  std::vector<Pending> pending_;
};

// Counts one level of nesting for as long as it lives; fails the parse when there are too many.
class ShellDepth {
 public:
  explicit ShellDepth(ShellParser& parser);
  ~ShellDepth();
  ShellDepth(const ShellDepth&) = delete;
  ShellDepth& operator=(const ShellDepth&) = delete;

 private:
  ShellParser& parser_;
};

bool is_shell_name_start(char c);
bool is_shell_name(char c);
// A character that ends an unquoted word.
bool is_shell_meta(char c);

}  // namespace whittle
