#include "dockerfile/json.h"

#include "base/strings.h"
#include "dockerfile/lexer_rune.h"

namespace whittle {

namespace {

// Nesting that Go's decoder takes.
constexpr size_t kMaxDepth = 10'000;

bool is_json_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Every function leaves `at` behind what it took, or returns false.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  JsonArray array() {
    JsonArray result;
    skip_space();
    if (!take('[')) return {};
    skip_space();
    while (!take(']')) {
      if (!result.elements.empty() && !take_comma()) return {};
      JsonElement element{offset(), 0, peek() == '"', ""};
      if (!(element.is_string ? string(&element.value) : value())) return {};
      element.end = offset();
      result.elements.push_back(std::move(element));
      skip_space();
    }
    skip_space();
    if (at_ != text_.size()) return {};
    result.is_valid = true;
    return result;
  }

 private:
  uint32_t offset() const { return static_cast<uint32_t>(at_); }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void skip_space() {
    while (at_ < text_.size() && is_json_space(text_[at_])) ++at_;
  }

  bool take_comma() {
    if (!take(',')) return false;
    skip_space();
    return true;
  }

  bool word(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }

  bool digits() {
    size_t begin = at_;
    while (is_digit(peek())) ++at_;
    return at_ > begin;
  }

  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!digits()) return false;
    }
    return true;
  }

  bool scalar() {
    switch (peek()) {
      case '"':
        return string(nullptr);
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return number();
    }
  }

  // A value of any kind, without recursion: open containers are on a stack.
  bool value() {
    std::string open;
    do {
      if (peek() == '[' || peek() == '{') {
        if (open.size() >= kMaxDepth) return false;
        open.push_back(text_[at_++]);
        skip_space();
        char close = open.back() == '[' ? ']' : '}';
        if (!take(close)) {
          if (open.back() == '{' && !key()) return false;
          continue;
        }
        open.pop_back();
      } else if (!scalar()) {
        return false;
      }
      if (!close_all(open)) return false;
    } while (!open.empty());
    return true;
  }

  // Behind a value: closes what ends here, else goes to the next value of the innermost container.
  bool close_all(std::string& open) {
    while (!open.empty()) {
      skip_space();
      if (take(open.back() == '[' ? ']' : '}')) {
        open.pop_back();
        continue;
      }
      return take_comma() && (open.back() == '[' || key());
    }
    return true;
  }

  bool key() {
    if (peek() != '"' || !string(nullptr)) return false;
    skip_space();
    if (!take(':')) return false;
    skip_space();
    return true;
  }

  bool string(std::string* out) {
    ++at_;
    while (at_ < text_.size()) {
      char c = text_[at_];
      if (c == '"') {
        ++at_;
        return true;
      }
      if (static_cast<uint8_t>(c) < 0x20) return false;
      if (c == '\\') {
        ++at_;
        if (!escape(out)) return false;
        continue;
      }
      Rune rune = rune_at(text_, at_);
      if (out != nullptr) append_rune(*out, rune.value);
      at_ += rune.size;
    }
    return false;
  }

  bool escape(std::string* out) {
    constexpr std::string_view kFrom = "\"\\/bfnrt";
    constexpr std::string_view kTo = "\"\\/\b\f\n\r\t";
    char c = peek();
    if (at_ >= text_.size()) return false;
    ++at_;
    if (c == 'u') return unicode_escape(out);
    size_t index = kFrom.find(c);
    if (index == std::string_view::npos) return false;
    if (out != nullptr) out->push_back(kTo[index]);
    return true;
  }

  // Behind "\u". Surrogates that do not pair become U+FFFD.
  bool unicode_escape(std::string* out) {
    char32_t unit = 0;
    if (!four_hex(unit)) return false;
    if (unit >= 0xD800 && unit <= 0xDFFF) {
      size_t before = at_;
      char32_t low = 0;
      bool pairs = unit < 0xDC00 && word("\\u") && four_hex(low) && low >= 0xDC00 && low <= 0xDFFF;
      if (!pairs) at_ = before;
      unit = pairs ? 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00) : kReplacementRune;
    }
    if (out != nullptr) append_rune(*out, unit);
    return true;
  }

  bool four_hex(char32_t& unit) {
    for (int i = 0; i < 4; ++i, ++at_) {
      int digit = hex_value(peek());
      if (digit < 0) return false;
      unit = (unit << 4U) | static_cast<char32_t>(digit);
    }
    return true;
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

JsonArray scan_json_array(std::string_view text) {
  return Scanner(text).array();
}

}  // namespace whittle
