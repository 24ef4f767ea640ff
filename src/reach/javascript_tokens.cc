#include "reach/javascript_tokens.h"

#include <algorithm>

#include "base/strings.h"

namespace whittle {

namespace {

// Words behind which a "/" begins a regular expression.
constexpr std::string_view kBeforeRegex[] = {"return",
                                             "typeof",
                                             "case",
                                             "in",
                                             "of",
                                             "delete",
                                             "void",
                                             "throw",
                                             "new",
                                             "do",
                                             "else",
                                             "instanceof",
                                             "yield",
                                             "await"};

bool is_name_character(char c) {
  return is_alpha(c) || is_digit(c) || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

class ScriptLexer {
 public:
  explicit ScriptLexer(std::string_view text) : text_(text) {}

  std::vector<ScriptToken> run() {
    if (text_.starts_with("#!")) at_ = std::min(text_.find('\n'), text_.size());
    while (at_ < text_.size()) next();
    return std::move(tokens_);
  }

 private:
  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void add(
      ScriptTokenKind kind, size_t begin, size_t end, uint32_t line, bool is_computed = false) {
    begin = std::min(begin, text_.size());
    tokens_.push_back(
        {kind, is_computed, line, text_.substr(begin, end > begin ? end - begin : 0)});
  }

  void next() {
    char c = peek();
    if (c == '\n') ++line_;
    if (is_space(c)) {
      ++at_;
    } else if (c == '/' && peek(1) == '/') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (c == '/' && peek(1) == '*') {
      size_t end = text_.find("*/", at_ + 2);
      skip_to(end == std::string_view::npos ? text_.size() : end + 2);
    } else if (c == '"' || c == '\'') {
      read_string(c);
    } else if (c == '`') {
      ++at_;
      read_template();
    } else if (c == '}' && !templates_.empty() && templates_.back() == depth_) {
      templates_.pop_back();
      ++at_;
      read_template();
    } else if (c == '/' && begins_regex()) {
      read_regex();
    } else if (is_name_character(c)) {
      size_t begin = at_;
      while (is_name_character(peek())) ++at_;
      add(is_digit(c) ? ScriptTokenKind::Number : ScriptTokenKind::Name, begin, at_, line_);
    } else {
      if (c == '{') ++depth_;
      if (c == '}' && depth_ > 0) --depth_;
      add(ScriptTokenKind::Mark, at_, at_ + 1, line_);
      ++at_;
    }
  }

  void skip_to(size_t end) {
    line_ += static_cast<uint32_t>(std::count(text_.begin() + static_cast<ptrdiff_t>(at_),
                                              text_.begin() + static_cast<ptrdiff_t>(end),
                                              '\n'));
    at_ = end;
  }

  void read_string(char quote) {
    size_t begin = ++at_;
    while (at_ < text_.size() && peek() != quote && peek() != '\n')
      at_ += peek() == '\\' ? size_t{2} : size_t{1};
    at_ = std::min(at_, text_.size());
    add(ScriptTokenKind::String, begin, at_, line_);
    if (peek() == quote) ++at_;
  }

  // From behind "`" or behind the "}" of an expression.
  void read_template() {
    size_t begin = at_;
    uint32_t line = line_;
    while (at_ < text_.size() && peek() != '`' && !(peek() == '$' && peek(1) == '{')) {
      if (peek() == '\n') ++line_;
      at_ += peek() == '\\' ? size_t{2} : size_t{1};
    }
    at_ = std::min(at_, text_.size());
    bool is_computed = peek() == '$';
    add(ScriptTokenKind::Template, begin, at_, line, is_computed);
    if (is_computed) {
      at_ += 2;
      templates_.push_back(depth_);
    } else if (at_ < text_.size()) {
      ++at_;
    }
  }

  bool begins_regex() const {
    if (tokens_.empty()) return true;
    const ScriptToken& last = tokens_.back();
    if (last.kind == ScriptTokenKind::Name)
      return std::find(std::begin(kBeforeRegex), std::end(kBeforeRegex), last.text) !=
             std::end(kBeforeRegex);
    if (last.kind != ScriptTokenKind::Mark) return false;
    return !last.is(")") && !last.is("]") && !last.is("}");
  }

  void read_regex() {
    size_t begin = at_++;
    bool is_in_class = false;
    while (at_ < text_.size() && peek() != '\n' && (peek() != '/' || is_in_class)) {
      if (peek() == '[') is_in_class = true;
      if (peek() == ']') is_in_class = false;
      at_ += peek() == '\\' ? size_t{2} : size_t{1};
    }
    at_ = std::min(at_, text_.size());
    if (peek() == '/') ++at_;
    add(ScriptTokenKind::Regex, begin, at_, line_);
  }

  std::string_view text_;
  size_t at_ = 0;
  uint32_t line_ = 1;
  size_t depth_ = 0;               // of braces
  std::vector<size_t> templates_;  // depths that their expressions began at
  std::vector<ScriptToken> tokens_;
};

}  // namespace

std::vector<ScriptToken> javascript_tokens(std::string_view text) {
  return ScriptLexer(text).run();
}

}  // namespace whittle
