#include "reach/python_tokens.h"

#include "base/strings.h"

namespace whittle {

namespace {

bool is_name_character(char c) {
  return is_alpha(c) || is_digit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

class PythonLexer {
 public:
  explicit PythonLexer(std::string_view text) : text_(text) {}

  std::vector<PythonToken> run() {
    begin_line();
    while (at_ < text_.size()) next();
    return std::move(tokens_);
  }

 private:
  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  PythonToken& add(PythonTokenKind kind) {
    PythonToken& token = tokens_.emplace_back();
    token.kind = kind;
    token.line = line_;
    return token;
  }

  void next() {
    char c = peek();
    if (c == '\n') {
      ++line_;
      ++at_;
      if (depth_ == 0) begin_line();
    } else if (c == '\\' && (peek(1) == '\n' || peek(1) == '\r')) {
      at_ = text_.find('\n', at_);
      if (at_ == std::string_view::npos)
        at_ = text_.size();
      else
        ++at_, ++line_;
    } else if (is_space(c)) {
      ++at_;
    } else if (c == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == '"' || c == '\'') {
      read_string("");
    } else if (is_digit(c)) {
      size_t begin = at_;
      while (is_name_character(peek()) || peek() == '.') ++at_;
      add(PythonTokenKind::Number).text = text_.substr(begin, at_ - begin);
    } else if (is_name_character(c)) {
      read_name();
    } else {
      read_mark();
    }
  }

  // Blank and comment lines are no logical lines.
  void begin_line() {
    size_t begin = at_;
    while (is_blank(peek()) || peek() == '\f') ++at_;
    if (peek() == '\n' || peek() == '\r' || peek() == '#' || at_ >= text_.size()) return;
    add(PythonTokenKind::LineBegin).column = at_ - begin;
  }

  void read_name() {
    size_t begin = at_;
    while (is_name_character(peek())) ++at_;
    std::string_view name = text_.substr(begin, at_ - begin);
    constexpr size_t kLongestPrefix = 2;
    if ((peek() == '"' || peek() == '\'') && name.size() <= kLongestPrefix)
      return read_string(name);
    add(PythonTokenKind::Name).text = name;
  }

  void read_mark() {
    char c = peek();
    bool is_ellipsis = text_.substr(at_).starts_with("...");
    if (c == '(' || c == '[' || c == '{') ++depth_;
    if ((c == ')' || c == ']' || c == '}') && depth_ > 0) --depth_;
    add(PythonTokenKind::Mark).text = is_ellipsis ? std::string("...") : std::string(1, c);
    at_ += is_ellipsis ? 3 : 1;
  }

  void read_string(std::string_view prefix) {
    bool is_raw = prefix.find_first_of("rR") != std::string_view::npos;
    bool is_formatted = prefix.find_first_of("fF") != std::string_view::npos;
    char quote = peek();
    bool is_long = peek(1) == quote && peek(2) == quote;
    uint32_t line = line_;
    at_ += is_long ? 3 : 1;
    bool is_joined = !tokens_.empty() && tokens_.back().kind == PythonTokenKind::String;
    if (!is_joined) {
      add(PythonTokenKind::String).line = line;
    }
    PythonToken& token = tokens_.back();
    while (at_ < text_.size() && !ends_here(quote, is_long))
      read_character(token, is_raw, is_formatted);
    if (peek() == quote) at_ += is_long ? 3 : 1;
    // A line that is not closed ends at its end.
    if (prefix.find_first_of("bB") != std::string_view::npos) return;
    read_addition(token);
  }

  // "constant" + value is computed, as is "constant %s" % value.
  void read_addition(PythonToken& token) {
    size_t at = text_.find_first_not_of(" \t", at_);
    if (at == std::string_view::npos) return;
    bool is_sum = text_[at] == '+';
    if (is_sum) token.is_computed = true;
    if (text_[at] == '%' || text_.substr(at).starts_with(".format(")) {
      size_t cut = std::min(token.text.find('%'), token.text.find('{'));
      if (cut == std::string::npos) return;
      token.text.resize(cut);
      token.is_computed = true;
    }
  }

  bool ends_here(char quote, bool is_long) const {
    if (peek() == '\n' && !is_long) return true;
    return peek() == quote && (!is_long || (peek(1) == quote && peek(2) == quote));
  }

  void read_character(PythonToken& token, bool is_raw, bool is_formatted) {
    char c = text_[at_++];
    if (c == '\n') ++line_;
    if (c == '\\' && at_ < text_.size()) {
      char escaped = text_[at_++];
      if (escaped == '\n') ++line_;
      if (is_raw) append(token, c);
      append(token, !is_raw && escaped == 'n' ? '\n' : escaped);
    } else if (is_formatted && c == '{' && peek() == '{') {
      ++at_;
      append(token, c);
    } else if (is_formatted && c == '{') {
      read_expression(token);
    } else {
      append(token, c);
    }
  }

  // "{__name__}" stands for the module itself; any other expression ends what is constant.
  void read_expression(PythonToken& token) {
    std::string_view rest = text_.substr(at_);
    for (std::string_view own : {"__name__}", "__package__}"}) {
      if (!rest.starts_with(own) || token.is_computed || !token.text.empty()) continue;
      at_ += own.size();
      token.text = kUnknownWord;
      return;
    }
    token.is_computed = true;
    size_t depth = 1;
    while (at_ < text_.size() && depth > 0 && peek() != '\n') {
      if (peek() == '{') ++depth;
      if (peek() == '}') --depth;
      ++at_;
    }
  }

  static void append(PythonToken& token, char c) {
    constexpr size_t kMost = 4096;
    if (!token.is_computed && token.text.size() < kMost) token.text += c;
  }

  std::string_view text_;
  size_t at_ = 0;
  uint32_t line_ = 1;
  size_t depth_ = 0;
  std::vector<PythonToken> tokens_;
};

}  // namespace

std::vector<PythonToken> python_tokens(std::string_view text) {
  return PythonLexer(text).run();
}

}  // namespace whittle
