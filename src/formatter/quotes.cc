#include "formatter/quotes.h"

#include <string>

namespace whittle {

namespace {

// What a nesting level ends with: ' " ` ) }.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool is_quoted() const { return quotes_ > 0; }

  bool is_open() const { return !levels_.empty(); }

  // Takes the character at `at`, and says how many it was.
  size_t take(size_t at) {
    char c = text_[at];
    char level = levels_.empty() ? '\0' : levels_.back();
    if (level == '\'') {
      if (c == '\'') pop();
      return 1;
    }
    if (c == '\\' && at + 1 < text_.size()) return 2;
    if (!levels_.empty() && c == level) {
      pop();
      return 1;
    }
    bool is_in_string = level == '"';
    if (c == '$' && at + 1 < text_.size() && (text_[at + 1] == '(' || text_[at + 1] == '{')) {
      push(text_[at + 1] == '(' ? ')' : '}');
      return 2;
    }
    if (c == '"' || c == '`' || (c == '\'' && !is_in_string)) push(c);
    // Plain brackets count only inside a substitution that ends with one.
    if (c == '(' && level == ')') push(')');
    if (c == '{' && level == '}') push('}');
    return 1;
  }

 private:
  static bool is_quote(char level) { return level == '\'' || level == '"'; }

  void push(char end) {
    levels_ += end;
    if (is_quote(end)) ++quotes_;
  }

  void pop() {
    if (is_quote(levels_.back())) --quotes_;
    levels_.pop_back();
  }

  std::string_view text_;
  std::string levels_;
  size_t quotes_ = 0;
};

}  // namespace

QuoteMap::QuoteMap(std::string_view text) : inside_(text.size() + 1, false) {
  Scanner scanner(text);
  for (size_t at = 0; at < text.size();) {
    size_t length = scanner.take(at);
    // Between a backslash and what it stands in front of nothing may come, either.
    if (length == 2) inside_[at + 1] = true;
    inside_[at + length] = scanner.is_quoted();
    at += length;
  }
  is_open_ = scanner.is_open();
}

bool QuoteMap::is_inside(uint32_t offset) const {
  return is_open_ || offset >= inside_.size() || inside_[offset];
}

}  // namespace whittle
