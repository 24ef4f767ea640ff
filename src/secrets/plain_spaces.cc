#include "secrets/plain_spaces.h"

namespace whittle {

namespace {

// Of a character class.
constexpr std::string_view kSpaces = R"(\t\n\f\r )";
constexpr std::string_view kOthers = R"(\x00-\x08\x0b\x0e-\x1f\x21-\xff)";

std::string escape(char c, bool is_in_class) {
  if (c == 'v') return R"(\x0b)";
  if (c != 's' && c != 'S') return {'\\', c};
  std::string range(c == 's' ? kSpaces : kOthers);
  return is_in_class ? range : "[" + range + "]";
}

// Where a class goes on behind its beginning at `at`: a ']' that comes first is one of its members.
size_t behind_opening(std::string_view pattern, size_t at) {
  size_t next = at + 1;
  if (next < pattern.size() && pattern[next] == '^') ++next;
  if (next < pattern.size() && pattern[next] == ']') ++next;
  return next;
}

// How much stands as it is from `at` on: a quotation, a named class such as [:alpha:], or nothing.
size_t quoted(std::string_view pattern, size_t at, bool is_in_class) {
  std::string_view opening = is_in_class ? "[:" : R"(\Q)";
  std::string_view closing = is_in_class ? ":]" : R"(\E)";
  if (pattern.substr(at, 2) != opening) return 0;
  size_t end = pattern.find(closing, at + 2);
  if (end != std::string_view::npos) return end + 2 - at;
  return is_in_class ? 0 : pattern.size() - at;
}

}  // namespace

std::string with_plain_spaces(std::string_view pattern) {
  std::string out;
  bool is_in_class = false;
  for (size_t i = 0; i < pattern.size();) {
    if (size_t count = quoted(pattern, i, is_in_class); count > 0) {
      out += pattern.substr(i, count);
      i += count;
    } else if (pattern[i] == '\\' && i + 1 < pattern.size()) {
      char escaped = pattern[i + 1];
      out += escape(escaped, is_in_class);
      i += 2;
      // No range begins with a set: a dash behind one is a dash.
      bool is_dash =
          is_in_class && (escaped == 's' || escaped == 'S') && pattern.substr(i, 1) == "-";
      if (is_dash) out += R"(\-)", ++i;
    } else if (pattern[i] == '[' && !is_in_class) {
      size_t next = behind_opening(pattern, i);
      out += pattern.substr(i, next - i);
      i = next;
      is_in_class = true;
    } else {
      is_in_class = is_in_class && pattern[i] != ']';
      out += pattern[i++];
    }
  }
  return out;
}

}  // namespace whittle
