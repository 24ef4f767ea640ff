// Source: Go's documentation of regexp/syntax (Perl flags).
#include "dockerfile/ignore_regexp.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr char32_t kMaxRune = 0x10FFFF;

struct NamedClass {
  std::string_view name;
  std::string_view spans;  // pairs of first and last
};

constexpr std::array<NamedClass, 14> kPosixClasses = {{
    {"alnum", "09AZaz"},
    {"alpha", "AZaz"},
    {"ascii", {"\x00\x7f", 2}},
    {"blank", "\t\t  "},
    {"cntrl", {"\x00\x1f\x7f\x7f", 4}},
    {"digit", "09"},
    {"graph", "!~"},
    {"lower", "az"},
    {"print", " ~"},
    {"punct", "!/:@[`{~"},
    {"space", "\t\r  "},
    {"upper", "AZ"},
    {"word", "09AZaz__"},
    {"xdigit", "09AFaf"},
}};

constexpr std::array<NamedClass, 3> kPerlClasses = {
    {{"d", "09"}, {"s", "\t\n\f\r  "}, {"w", "09AZ__az"}}};

// Adds the spans of a class, or all that is outside of them.
void add_class(RuneSet& set, const NamedClass& named, bool negated) {
  std::vector<RuneSet::Span> spans;
  for (size_t i = 0; i + 1 < named.spans.size(); i += 2) {
    auto rune = [&](size_t at) {
      return static_cast<char32_t>(static_cast<unsigned char>(named.spans[at]));
    };
    spans.push_back({rune(i), rune(i + 1)});
  }
  if (!negated) {
    set.spans.insert(set.spans.end(), spans.begin(), spans.end());
    return;
  }
  char32_t next = 0;
  for (const RuneSet::Span& span : spans) {
    if (span.first > next) set.spans.push_back({next, span.first - 1});
    next = span.last + 1;
  }
  set.spans.push_back({next, kMaxRune});
}

class RegexpParser {
 public:
  explicit RegexpParser(std::string_view text) : text_(text) {}

  Result<std::vector<GlobStep>> parse() {
    while (at_ < text_.size()) TRY(parse_step());
    return std::move(steps_);
  }

 private:
  using Kind = GlobStep::Kind;

  char peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  Error bad(std::string_view what) const { return Error(ErrorKind::Invalid, std::string(what)); }

  void add(Kind kind, RuneSet set = {}) { steps_.push_back({kind, std::move(set)}); }

  void add_rune(char32_t rune) { add(Kind::One, {{{rune, rune}}, false}); }

  Status parse_step() {
    if (text_.substr(at_, 6) == "(.*/)?") {
      at_ += 6;
      add(Kind::Folders);
    } else if (peek() == '^') {
      ++at_;
      add(Kind::Begin);
    } else if (peek() == '.') {  // always ".*"
      at_ += 2;
      add(Kind::Many, {{{'\n', '\n'}}, true});
    } else if (peek() == '[') {
      return parse_class();
    } else if (peek() == '\\') {
      return parse_escape();
    } else {
      add_rune(next_rune(text_, at_));
    }
    return {};
  }

  Status parse_escape() {
    switch (peek(1)) {
      case 'A':
        return parse_assertion(Kind::Begin);
      case 'z':
        return parse_assertion(Kind::End);
      case 'b':
        return parse_assertion(Kind::Boundary);
      case 'B':
        return parse_assertion(Kind::NoBoundary);
      case 'Q':
        return parse_quoted();
      default:
        break;
    }
    RuneSet set;
    if (parse_perl_class(set)) {
      add(Kind::One, std::move(set));
      return {};
    }
    TRY_ASSIGN(char32_t rune, parse_escaped_rune());
    add_rune(rune);
    return {};
  }

  Status parse_assertion(Kind kind) {
    at_ += 2;
    add(kind);
    return {};
  }

  // \Q...\E
  Status parse_quoted() {
    at_ += 2;
    size_t end = std::min(text_.find("\\E", at_), text_.size());
    while (at_ < end) add_rune(next_rune(text_, at_));
    if (at_ < text_.size()) at_ += 2;
    return {};
  }

  // \d \D \s \S \w \W
  bool parse_perl_class(RuneSet& set) {
    if (peek() != '\\') return false;
    std::string letter = to_lower(text_.substr(at_ + 1, 1));
    for (const NamedClass& named : kPerlClasses) {
      if (named.name != letter) continue;
      add_class(set, named, peek(1) != letter[0]);
      at_ += 2;
      return true;
    }
    return false;
  }

  Result<char32_t> parse_escaped_rune() {
    ++at_;
    if (at_ >= text_.size()) return bad("a backslash ends the pattern");
    size_t begin = at_;
    char32_t rune = next_rune(text_, at_);
    if (rune >= '0' && rune <= '7') {
      if (rune != '0' && (peek() < '0' || peek() > '7')) return bad_escape(begin);
      return parse_octal(rune - '0');
    }
    if (rune == 'x') return parse_hexadecimal(begin);
    constexpr std::string_view kLetters = "afnrtv";
    constexpr std::string_view kValues = "\a\f\n\r\t\v";
    size_t letter = rune < 0x80 ? kLetters.find(static_cast<char>(rune)) : std::string_view::npos;
    if (letter != std::string_view::npos) return static_cast<char32_t>(kValues[letter]);
    bool is_word =
        rune < 0x80 && (is_alpha(static_cast<char>(rune)) || is_digit(static_cast<char>(rune)));
    if (is_word || rune >= 0x80) return bad_escape(begin);
    return rune;
  }

  char32_t parse_octal(char32_t value) {
    for (int i = 1; i < 3 && peek() >= '0' && peek() <= '7'; ++i)
      value = value * 8 + static_cast<char32_t>(text_[at_++] - '0');
    return value;
  }

  Result<char32_t> parse_hexadecimal(size_t begin) {
    char32_t value = 0;
    for (int i = 0; i < 2; ++i) {
      size_t digit = std::string_view("0123456789abcdef").find(to_lower(text_.substr(at_, 1)));
      if (at_ >= text_.size() || digit == std::string_view::npos) return bad_escape(begin);
      value = value * 16 + static_cast<char32_t>(digit);
      ++at_;
    }
    return value;
  }

  Error bad_escape(size_t begin) const {
    return bad("`\\" + printable(text_.substr(begin, 1)) + "` is no escape");
  }

  // [:name:] inside of brackets; false if none stands here.
  Result<bool> parse_posix_class(RuneSet& set) {
    if (text_.substr(at_, 2) != "[:" || at_ + 2 >= text_.size()) return false;
    size_t end = text_.find(":]", at_ + 2);
    if (end == std::string_view::npos) return false;
    std::string_view name = text_.substr(at_ + 2, end - at_ - 2);
    bool is_negated = name.substr(0, 1) == "^";
    if (is_negated) name.remove_prefix(1);
    for (const NamedClass& named : kPosixClasses) {
      if (named.name != name) continue;
      add_class(set, named, is_negated);
      at_ = end + 2;
      return true;
    }
    return bad("`[:" + printable(name) + ":]` is no class");
  }

  Result<char32_t> parse_class_rune() {
    if (at_ >= text_.size()) return bad("`[` is not closed");
    if (peek() == '\\') return parse_escaped_rune();
    return next_rune(text_, at_);
  }

  Status parse_class() {
    RuneSet set;
    ++at_;
    if (peek() == '^') {
      set.is_negated = true;
      ++at_;
    }
    for (bool is_first = true; at_ >= text_.size() || peek() != ']' || is_first; is_first = false) {
      TRY_ASSIGN(bool is_named, parse_posix_class(set));
      if (is_named || parse_perl_class(set)) continue;
      TRY_ASSIGN(char32_t first, parse_class_rune());
      char32_t last = first;
      if (peek() == '-' && at_ + 1 < text_.size() && peek(1) != ']') {
        ++at_;
        TRY_ASSIGN(last, parse_class_rune());
      }
      if (last < first) return bad("a range in brackets runs backwards");
      set.spans.push_back({first, last});
    }
    ++at_;
    bool is_repeated = peek() == '*';
    if (is_repeated) ++at_;
    add(is_repeated ? Kind::Many : Kind::One, std::move(set));
    return {};
  }

  std::string_view text_;
  size_t at_ = 0;
  std::vector<GlobStep> steps_;
};

}  // namespace

Result<std::vector<GlobStep>> parse_ignore_regexp(std::string_view expression) {
  return RegexpParser(expression).parse();
}

}  // namespace whittle
