// Words of the shell language: quotes, escapes, and the expansions in them, whose commands are
// parsed too. Source: POSIX.1-2017, Shell Command Language, 2.2 and 2.6; bash's manual for $'',
// $"", <( ) and extended patterns.
#include <algorithm>

#include "base/strings.h"
#include "dockerfile/shell_ansi.h"
#include "dockerfile/shell_parser.h"

namespace whittle {

bool is_shell_name_start(char c) {
  return is_alpha(c) || c == '_';
}

bool is_shell_name(char c) {
  return is_shell_name_start(c) || is_digit(c);
}

bool is_shell_meta(char c) {
  return is_blank(c) || c == '\n' || c == ';' || c == '&' || c == '|' || c == '<' || c == '>' ||
         c == '(' || c == ')';
}

std::string ShellParser::without_joins(size_t begin, size_t end) const {
  std::string text;
  for (auto join = std::lower_bound(joins_.begin(), joins_.end(), begin);
       join != joins_.end() && *join < end;
       ++join) {
    text += text_.substr(begin, *join - begin);
    begin = *join + 2;
  }
  return text += text_.substr(begin, end > begin ? end - begin : 0);
}

// In a regular expression of [[ ]] blanks end a word only outside of its parentheses, and `|` never
// does.
bool ShellParser::ends_word(char c, WordMode mode, size_t parens) const {
  if (!is_shell_meta(c)) return false;
  if (mode != WordMode::Regex) return true;
  if (c == '(' || c == '|') return false;
  return c == ')' || parens == 0;
}

ShellWord ShellParser::parse_word(WordMode mode, Nodes& substitutions) {
  Word word{.begin = pos_, .value = {}};
  if (peek() == '~') word.literal = false;
  size_t parens = 0;
  while (!at_end() && parse_word_part(word, mode, parens, substitutions)) continue;
  ShellWord result;
  if (failed()) return result;
  last_ = pos_;
  result.range = map_.range(word.begin, pos_);
  result.raw = without_joins(word.begin, pos_);
  result.is_quoted = word.quoted;
  if (word.literal) result.value = std::move(word.value);
  return result;
}

// Reads one piece of the word; false at its end.
bool ShellParser::parse_word_part(Word& word, WordMode mode, size_t& parens, Nodes& substitutions) {
  char c = peek();
  if (mode == WordMode::Regex && (c == '(' || (c == ')' && parens > 0))) {
    parens = c == '(' ? parens + 1 : parens - 1;
    word.literal = false;
    ++pos_;
  } else if ((c == '<' || c == '>') && peek(1) == '(' && mode != WordMode::Regex) {
    word.literal = false;
    pos_ += 2;
    parse_substitution(pos_ - 2, substitutions);
  } else if (c == '(' && starts_group_in_word(word, mode)) {
    word.literal = false;
    parse_extglob(pos_, substitutions);
  } else if (ends_word(c, mode, parens)) {
    return false;
  } else if (c == '\\') {
    parse_escape(word);
  } else if (c == '\'') {
    parse_single_quotes(word);
  } else if (c == '"') {
    parse_double_quotes(word, substitutions);
  } else if (c == '$') {
    parse_dollar(word, false, substitutions);
  } else if (c == '`') {
    word.literal = false;
    parse_backquotes(false, substitutions);
  } else {
    parse_plain_char(word);
  }
  return true;
}

// An unquoted character; wildcards and brace lists make the word's value unknown.
void ShellParser::parse_plain_char(Word& word) {
  char c = peek();
  if (c == '*' || c == '?') word.literal = false;
  if (c == '[') word.has_bracket = true;
  if (c == ']' && word.has_bracket) word.literal = false;
  if (c == '{') word.has_brace = true;
  if (word.has_brace && (c == ',' || (c == '.' && peek(1) == '.'))) word.has_brace_separator = true;
  if (c == '}' && word.has_brace_separator) word.literal = false;
  word.value += c;
  ++pos_;
}

void ShellParser::parse_escape(Word& word) {
  if (at_join()) return take_join();
  word.quoted = true;
  ++pos_;
  if (at_end()) {
    word.value += '\\';
    return;
  }
  word.value += peek();
  ++pos_;
}

void ShellParser::parse_single_quotes(Word& word) {
  word.quoted = true;
  size_t close = text_.find('\'', pos_ + 1);
  if (close == std::string_view::npos) return fail("a single quote is not closed", pos_, pos_ + 1);
  word.value += text_.substr(pos_ + 1, close - pos_ - 1);
  pos_ = close + 1;
}

void ShellParser::parse_double_quotes(Word& word, Nodes& substitutions) {
  word.quoted = true;
  size_t open = pos_++;
  while (!at_end() && peek() != '"') {
    char c = peek();
    if (at_join()) {
      take_join();
    } else if (c == '\\' &&
               (peek(1) == '$' || peek(1) == '`' || peek(1) == '"' || peek(1) == '\\')) {
      word.value += peek(1);
      pos_ += 2;
    } else if (c == '$') {
      parse_dollar(word, true, substitutions);
    } else if (c == '`') {
      word.literal = false;
      parse_backquotes(true, substitutions);
    } else {
      word.value += c;
      ++pos_;
    }
  }
  if (at_end()) return fail("a double quote is not closed", open, open + 1);
  ++pos_;
}

// $'...' : the escapes of C.
void ShellParser::parse_ansi_quotes(Word& word) {
  word.quoted = true;
  size_t open = pos_;
  pos_ += 2;
  size_t close = pos_;
  while (close < text_.size() && text_[close] != '\'') close += text_[close] == '\\' ? 2U : 1U;
  if (close >= text_.size()) return fail("a single quote is not closed", open, open + 2);
  word.value += decode_ansi_quotes(text_.substr(pos_, close - pos_));
  pos_ = close + 1;
}

// What `$` stands before: a variable, an expansion in brackets, a quote, or nothing.
void ShellParser::parse_dollar(Word& word, bool in_quotes, Nodes& substitutions) {
  char next = peek(1);
  if (next == '\'' && !in_quotes) return parse_ansi_quotes(word);
  if (next == '"' && !in_quotes) {
    ++pos_;
    return parse_double_quotes(word, substitutions);
  }
  bool is_special = next != '\0' && (is_digit(next) || std::string_view("@*#?-$!").find(next) !=
                                                           std::string_view::npos);
  if (next == '(') {
    word.literal = false;
    parse_dollar_paren(substitutions);
  } else if (next == '{') {
    word.literal = false;
    parse_brace_expansion(in_quotes, substitutions);
  } else if (is_shell_name_start(next)) {
    word.literal = false;
    pos_ += 2;
    while (is_shell_name(peek())) ++pos_;
  } else if (is_special) {
    word.literal = false;
    pos_ += 2;
  } else {
    word.value += '$';
    ++pos_;
  }
}

// `$((...))` if it closes as one, else `$(...)`.
void ShellParser::parse_dollar_paren(Nodes& substitutions) {
  size_t begin = pos_;
  size_t end = peek(2) == '(' ? find_arithmetic_end(pos_ + 3) : std::string_view::npos;
  if (end == std::string_view::npos) {
    pos_ += 2;
    return parse_substitution(begin, substitutions);
  }
  pos_ += 3;
  parse_inside(end, substitutions);
  if (!failed()) pos_ = end + 2;
}

// A list up to `)`; pos_ is behind the opening one.
void ShellParser::parse_substitution(size_t begin, Nodes& substitutions) {
  ShellDepth depth(*this);
  if (failed()) return;
  ShellNode list = parse_list(kStopParen);
  bool is_closed = !failed() && peek() == ')';
  if (is_closed || !list.children.empty()) substitutions.push_back(std::move(list));
  if (failed()) return;
  if (!is_closed) return fail("a command substitution is not closed", begin, begin + 2);
  take(1);
}

// `${...}`, with whatever is nested in its word.
void ShellParser::parse_brace_expansion(bool in_quotes, Nodes& substitutions) {
  ShellDepth depth(*this);
  if (failed()) return;
  size_t open = pos_;
  pos_ += 2;
  size_t name = pos_;
  while (is_shell_name(peek()) ||
         (pos_ == name && peek() != '\0' && contains("#!@*?$-", text_.substr(pos_, 1)))) {
    ++pos_;
  }
  // Inside double quotes a single quote quotes only in a pattern.
  bool quotes_count =
      !in_quotes || (pos_ > name && peek() != '\0' && contains("#%/^,", text_.substr(pos_, 1)));
  Word ignored{.begin = pos_, .value = {}};
  while (!at_end() && peek() != '}') {
    if (at_join()) {
      take_join();
    } else if (peek() == '\\') {
      pos_ = std::min(pos_ + 2, text_.size());
    } else if (peek() == '\'' && quotes_count) {
      parse_single_quotes(ignored);
    } else if (peek() == '"') {
      parse_double_quotes(ignored, substitutions);
    } else if (peek() == '$') {
      parse_dollar(ignored, !quotes_count, substitutions);
    } else if (peek() == '`') {
      parse_backquotes(in_quotes, substitutions);
    } else {
      ++pos_;
    }
  }
  if (at_end()) return fail("`${` is not closed", open, open + 2);
  ++pos_;
}

// `...`: the text between, without its own backslashes, is a script.
void ShellParser::parse_backquotes(bool in_quotes, Nodes& substitutions) {
  ShellDepth depth(*this);
  if (failed()) return;
  size_t open = pos_++;
  std::string script;
  TextMapBuilder map(map_.offset(pos_));
  while (!at_end() && peek() != '`') {
    char next = peek(1);
    bool is_escape = peek() == '\\' &&
                     (next == '`' || next == '\\' || next == '$' || (next == '"' && in_quotes));
    if (is_escape) ++pos_;
    map.add(map_.offset(pos_));
    script += peek();
    ++pos_;
  }
  if (at_end()) return fail("a backquote is not closed", open, open + 1);
  take(1);
  ShellParser inner(script, std::move(map).build(), state_);
  substitutions.push_back(inner.parse_script());
  if (failed()) pos_ = text_.size();
}

// Text that is not a script itself (arithmetic) up to `end`: only its expansions matter.
void ShellParser::parse_inside(size_t end, Nodes& substitutions) {
  ShellDepth depth(*this);
  Word ignored{.begin = pos_, .value = {}};
  while (!failed() && pos_ < end) {
    if (at_join()) {
      take_join();
    } else if (peek() == '\\') {
      pos_ = std::min(pos_ + 2, end);
    } else if (peek() == '$') {
      parse_dollar(ignored, true, substitutions);
    } else if (peek() == '`') {
      parse_backquotes(false, substitutions);
    } else {
      ++pos_;
    }
  }
  if (!failed() && pos_ > end)
    fail("an expansion runs over the end of the arithmetic expression", end, end + 2);
}

// `(` continues a word after one of `?*+@!` (an extended pattern).
bool ShellParser::starts_group_in_word(const Word& word, WordMode mode) const {
  if (mode == WordMode::Regex || pos_ == word.begin) return false;
  char before = text_[pos_ - 1];
  bool is_escaped = pos_ >= word.begin + 2 && text_[pos_ - 2] == '\\';
  return !is_escaped && std::string_view("?*+@!").find(before) != std::string_view::npos;
}

// `(a|b)` of an extended pattern.
void ShellParser::parse_extglob(size_t begin, Nodes& substitutions) {
  ShellDepth depth(*this);
  if (failed()) return;
  ++pos_;
  Word ignored{.begin = pos_, .value = {}};
  size_t parens = 0;
  while (!at_end() && peek() != ')') {
    if (peek() == '(') {
      parse_extglob(pos_, substitutions);
    } else if (is_shell_meta(peek())) {
      ++pos_;
    } else {
      parse_word_part(ignored, WordMode::Pattern, parens, substitutions);
    }
  }
  if (at_end()) return fail("`(` is not closed", begin, begin + 1);
  ++pos_;
}

// Where the `))` stands that closes an arithmetic expression beginning at `from`; npos if the
// parentheses do not close together, so that it is a subshell in something else.
size_t ShellParser::find_arithmetic_end(size_t from) const {
  size_t open = 0;
  for (size_t at = from; at < text_.size(); ++at) {
    char c = text_[at];
    if (c == '\\') {
      ++at;
    } else if (c == '\'' || c == '"') {
      at = text_.find(c, at + 1);
      if (at == std::string_view::npos) return at;
    } else if (c == '(') {
      ++open;
    } else if (c == ')' && open > 0) {
      --open;
    } else if (c == ')') {
      return at + 1 < text_.size() && text_[at + 1] == ')' ? at : std::string_view::npos;
    }
  }
  return std::string_view::npos;
}

}  // namespace whittle
