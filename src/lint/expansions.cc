#include "lint/expansions.h"

#include "base/strings.h"

namespace whittle {

namespace {

constexpr std::string_view kSpecial = "@*#?-$!0123456789";

bool is_name_char(char c) {
  return is_alpha(c) || is_digit(c) || c == '_';
}

class Scanner {
 public:
  explicit Scanner(const ShellWord& word) : word_(word), raw_(word.raw) {}

  std::vector<WordExpansion> run() {
    while (at_ < raw_.size()) step();
    return std::move(found_);
  }

 private:
  void step() {
    char c = raw_[at_];
    if (c == '\\') {
      at_ += 2;
    } else if (c == '\'' && !is_quoted_) {
      at_ = after_quote(at_ + 1, '\'');
    } else if (c == '"') {
      is_quoted_ = !is_quoted_;
      ++at_;
    } else if (c == '`') {
      add(ExpansionKind::Command, after_quote(at_ + 1, '`'));
    } else if (c == '$' && at_ + 1 < raw_.size()) {
      dollar(raw_[at_ + 1]);
    } else {
      ++at_;
    }
  }

  void dollar(char next) {
    if (next == '{') {
      braces(after_nested(at_ + 2, '{', '}'));
    } else if (next == '(') {
      bool is_arithmetic = raw_.substr(at_, 3) == "$((";
      add(is_arithmetic ? ExpansionKind::Arithmetic : ExpansionKind::Command,
          after_nested(at_ + 2, '(', ')'));
    } else if ((next == '\'' || next == '"') && !is_quoted_) {
      add(ExpansionKind::AnsiQuote, after_quote(at_ + 2, next));
    } else if (is_alpha(next) || next == '_') {
      size_t end = at_ + 1;
      while (end < raw_.size() && is_name_char(raw_[end])) ++end;
      name(raw_.substr(at_ + 1, end - at_ - 1), "", end);
    } else if (kSpecial.find(next) != kSpecial.npos) {
      name(raw_.substr(at_ + 1, 1), "", at_ + 2);
    } else {
      ++at_;
    }
  }

  void braces(size_t end) {
    std::string_view inner = raw_.substr(at_ + 2, end > at_ + 3 ? end - at_ - 3 : 0);
    bool has_prefix = inner.size() > 1 && (inner[0] == '#' || inner[0] == '!');
    std::string_view rest = has_prefix ? inner.substr(1) : inner;
    size_t length = 0;
    while (length < rest.size() && is_name_char(rest[length])) ++length;
    if (length == 0 && !rest.empty()) length = 1;
    name(rest.substr(0, length), has_prefix ? inner.substr(0, 1) : rest.substr(length), end);
  }

  void name(std::string_view name, std::string_view modifier, size_t end) {
    add(ExpansionKind::Parameter, end);
    found_.back().name = name;
    found_.back().modifier = modifier;
  }

  void add(ExpansionKind kind, size_t end) {
    WordExpansion expansion;
    expansion.kind = kind;
    expansion.is_quoted = is_quoted_;
    expansion.text = raw_.substr(at_, end - at_);
    expansion.offset = at_;
    bool is_on_one_line = word_.range.size() == raw_.size();
    uint32_t begin = word_.range.begin + static_cast<uint32_t>(at_);
    expansion.range =
        is_on_one_line ? Range{begin, word_.range.begin + static_cast<uint32_t>(end)} : word_.range;
    found_.push_back(expansion);
    at_ = end;
  }

  size_t after_quote(size_t from, char quote) const {
    for (size_t i = from; i < raw_.size(); ++i) {
      if (raw_[i] == '\\' && quote != '\'') {
        ++i;
      } else if (raw_[i] == quote) {
        return i + 1;
      }
    }
    return raw_.size();
  }

  // Behind the bracket that closes the one in front of `from`; quotes inside hide brackets.
  size_t after_nested(size_t from, char open, char close) const {
    size_t depth = 1;
    for (size_t i = from; i < raw_.size(); ++i) {
      char c = raw_[i];
      if (c == '\\') {
        ++i;
      } else if (c == '\'' || c == '"') {
        i = after_quote(i + 1, c) - 1;
      } else if (c == open) {
        ++depth;
      } else if (c == close && --depth == 0) {
        return i + 1;
      }
    }
    return raw_.size();
  }

  const ShellWord& word_;
  std::string_view raw_;
  size_t at_ = 0;
  bool is_quoted_ = false;
  std::vector<WordExpansion> found_;
};

// The end of a brace expansion that begins at `at`; npos if it is none.
size_t brace_end(std::string_view raw, size_t at) {
  bool has_separator = false;
  for (size_t i = at + 1; i < raw.size(); ++i) {
    char c = raw[i];
    if (c == '}') return has_separator ? i : raw.npos;
    if (c == '{' || c == '"' || c == '\'' || c == '\\' || is_space(c)) return raw.npos;
    has_separator = has_separator || c == ',' || raw.substr(i, 2) == "..";
  }
  return raw.npos;
}

}  // namespace

std::vector<WordExpansion> expansions_of(const ShellWord& word) {
  if (word.raw.find_first_of("$`") == std::string::npos) return {};
  return Scanner(word).run();
}

bool has_brace_expansion(std::string_view raw) {
  char quote = '\0';
  for (size_t i = 0; i < raw.size(); ++i) {
    char c = raw[i];
    if (c == '\\' && quote != '\'') {
      ++i;
    } else if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '\'' || c == '"' || c == '`') {
      quote = c;
    } else if (c == '$' && raw.substr(i, 2) == "${") {
      size_t end = raw.find('}', i);
      if (end == raw.npos) return false;
      i = end;
    } else if (c == '{' && brace_end(raw, i) != raw.npos) {
      return true;
    }
  }
  return false;
}

}  // namespace whittle
