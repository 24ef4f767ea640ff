#include "packages/cataloguers/json_strings.h"

#include <algorithm>
#include <optional>

#include "base/strings.h"

namespace whittle {

namespace {

void append_utf8(uint32_t code, std::string& text) {
  auto put = [&](uint32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6);
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  }
}

// Scans without a stack: nesting is a number.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {
    if (rest_.starts_with("\xef\xbb\xbf")) rest_.remove_prefix(3);
  }

  bool take(char c) {
    skip_blanks();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // A whole string, or nothing when there is none here.
  std::optional<std::string> take_string() {
    if (!take('"')) return std::nullopt;
    std::string value;
    while (!rest_.empty()) {
      size_t plain = std::min(rest_.find_first_of("\"\\"), rest_.size());
      value.append(rest_.substr(0, plain));
      rest_.remove_prefix(plain);
      if (rest_.empty()) break;
      bool is_end = rest_.front() == '"';
      rest_.remove_prefix(1);
      if (is_end) return value;
      take_escape(value);
    }
    return std::nullopt;
  }

  // Passes over one value of any kind, up to the comma or brace behind it.
  void skip_value() {
    size_t depth = 0;
    while (!rest_.empty()) {
      char c = rest_.front();
      if (c == '"') {
        skip_string();
        continue;
      }
      if (depth == 0 && (c == ',' || c == '}' || c == ']')) return;
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      rest_.remove_prefix(1);
    }
  }

  bool is_at(char c) {
    skip_blanks();
    return rest_.starts_with(c);
  }

 private:
  void skip_blanks() {
    while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
  }

  void skip_string() {
    rest_.remove_prefix(1);
    while (!rest_.empty()) {
      size_t plain = std::min(rest_.find_first_of("\"\\"), rest_.size());
      rest_.remove_prefix(plain);
      if (rest_.empty()) return;
      bool is_end = rest_.front() == '"';
      rest_.remove_prefix(is_end ? 1 : std::min<size_t>(2, rest_.size()));
      if (is_end) return;
    }
  }

  // Behind the backslash.
  void take_escape(std::string& value) {
    if (rest_.empty()) return;
    char c = rest_.front();
    rest_.remove_prefix(1);
    constexpr std::string_view kFrom = "bfnrt";
    constexpr std::string_view kTo = "\b\f\n\r\t";
    if (size_t at = kFrom.find(c); at != std::string_view::npos) {
      value.push_back(kTo[at]);
    } else if (c == 'u') {
      uint32_t code = take_hex4();
      if (code >= 0xd800 && code < 0xdc00 && rest_.starts_with("\\u")) {
        rest_.remove_prefix(2);
        uint32_t low = take_hex4();
        bool is_pair = low >= 0xdc00 && low < 0xe000;
        code = is_pair ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00) : 0xfffd;
      }
      append_utf8(code >= 0xd800 && code < 0xe000 ? 0xfffd : code, value);
    } else {
      value.push_back(c);
    }
  }

  uint32_t take_hex4() {
    uint32_t code = 0;
    for (int i = 0; i < 4 && !rest_.empty(); ++i) {
      size_t digit = std::string_view("0123456789abcdef").find(to_lower(rest_.substr(0, 1)));
      if (digit == std::string_view::npos) break;
      code = code * 16 + static_cast<uint32_t>(digit);
      rest_.remove_prefix(1);
    }
    return code;
  }

  std::string_view rest_;
};

// Fills what the members of the object that begins here are wanted for. `prefix` is "" or "a.".
// False when the text is damaged, or all were found.
class Collector {
 public:
  Collector(std::string_view text, std::span<const std::string_view> names)
      : scanner_(text), names_(names), found_(names.size()) {}

  std::vector<std::string> run() {
    read_object("");
    return std::move(found_);
  }

 private:
  bool read_object(const std::string& prefix) {
    if (!scanner_.take('{')) return false;
    if (scanner_.take('}')) return true;
    do {
      std::optional<std::string> key = scanner_.take_string();
      if (!key || !scanner_.take(':') || !read_member(prefix + *key, prefix.empty())) return false;
    } while (scanner_.take(','));
    return scanner_.take('}');
  }

  bool read_member(const std::string& path, bool may_descend) {
    auto wanted = std::find(names_.begin(), names_.end(), path);
    if (scanner_.is_at('"') && wanted != names_.end()) {
      std::optional<std::string> value = scanner_.take_string();
      std::string& into = found_[static_cast<size_t>(wanted - names_.begin())];
      if (value) into = std::move(*value);
      return value.has_value() && !has_all();
    }
    std::string inner = path + ".";
    bool descends = may_descend && std::any_of(names_.begin(), names_.end(), [&](auto name) {
                      return name.starts_with(inner);
                    });
    if (descends && scanner_.is_at('{')) return read_object(inner);
    if (descends && scanner_.take('[')) {
      if (scanner_.is_at('{') && !read_object(inner)) return false;
      while (!scanner_.is_at(']')) {
        scanner_.skip_value();
        if (!scanner_.take(',') && !scanner_.is_at(']')) return false;
      }
      return scanner_.take(']');
    }
    scanner_.skip_value();
    return true;
  }

  bool has_all() const {
    return std::none_of(
        found_.begin(), found_.end(), [](const auto& text) { return text.empty(); });
  }

  Scanner scanner_;
  std::span<const std::string_view> names_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> json_strings(std::string_view text,
                                      std::span<const std::string_view> names) {
  return Collector(text, names).run();
}

}  // namespace whittle
