// Go's filepath.Match: `*`, `?`, `[...]` and `\` inside one path segment. Source: Go's
// documentation of path/filepath.
#include <algorithm>
#include <optional>

#include "dockerfile/ignore_pattern.h"

namespace whittle {

namespace {

constexpr char32_t kBadRune = 0xFFFD;

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// One element of a pattern behind its stars.
struct Element {
  enum class Kind { Byte, AnyButSlash, Class } kind = Kind::Byte;
  char byte = 0;
  RuneSet set;
};

// One end of a range in brackets, at `at`; nullopt where the grammar allows none.
std::optional<char32_t> class_rune(std::string_view pattern, size_t& at) {
  if (at >= pattern.size() || pattern[at] == '-' || pattern[at] == ']') return std::nullopt;
  if (pattern[at] == '\\' && ++at >= pattern.size()) return std::nullopt;
  size_t begin = at;
  char32_t rune = next_rune(pattern, at);
  bool is_bad = rune == kBadRune && at == begin + 1;
  return is_bad || at >= pattern.size() ? std::nullopt : std::optional(rune);
}

// `[...]` behind its `[`; false if it is malformed.
bool read_class(std::string_view pattern, size_t& at, RuneSet& set) {
  if (at < pattern.size() && pattern[at] == '^') {
    set.is_negated = true;
    ++at;
  }
  while (true) {
    if (at < pattern.size() && pattern[at] == ']' && !set.spans.empty()) break;
    std::optional<char32_t> first = class_rune(pattern, at);
    if (!first) return false;
    std::optional<char32_t> last = first;
    if (pattern[at] == '-') last = class_rune(pattern, ++at);
    if (!last) return false;
    set.spans.push_back({*first, *last});
  }
  ++at;
  return true;
}

// The element at `at`, which moves behind it; nullopt if it is malformed.
std::optional<Element> read_element(std::string_view pattern, size_t& at) {
  Element element;
  char c = pattern[at++];
  if (c == '?') {
    element.kind = Element::Kind::AnyButSlash;
  } else if (c == '[') {
    element.kind = Element::Kind::Class;
    if (!read_class(pattern, at, element.set)) return std::nullopt;
  } else if (c == '\\') {
    if (at >= pattern.size()) return std::nullopt;
    element.byte = pattern[at++];
  } else {
    element.byte = c;
  }
  return element;
}

// Whether the element takes what stands at `at`, which then moves behind it.
bool take_element(const Element& element, std::string_view name, size_t& at) {
  if (at >= name.size()) return false;
  if (element.kind == Element::Kind::Byte) return name[at++] == element.byte;
  if (element.kind == Element::Kind::AnyButSlash && name[at] == '/') return false;
  char32_t rune = next_rune(name, at);
  return element.kind == Element::Kind::AnyButSlash || element.set.contains(rune);
}

}  // namespace

bool RuneSet::contains(char32_t rune) const {
  bool is_inside = std::any_of(spans.begin(), spans.end(), [&](const Span& span) {
    return span.first <= rune && rune <= span.last;
  });
  return is_inside != is_negated;
}

char32_t next_rune(std::string_view text, size_t& at) {
  auto byte = [&](size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[i])); };
  char32_t first = byte(at++);
  if (first < 0x80) return first;
  size_t more = first >= 0xF0 && first <= 0xF4  ? 3
                : first >= 0xE0 && first < 0xF0 ? 2
                                                : first >= 0xC2 && first < 0xE0;
  if (more == 0 || at + more > text.size()) return kBadRune;
  char32_t rune = first & (0x3F >> more);
  for (size_t i = 0; i < more; ++i) {
    if (!is_continuation(text[at + i])) return kBadRune;
    rune = (rune << 6) | (byte(at + i) & 0x3F);
  }
  constexpr char32_t kSmallest[] = {0, 0x80, 0x800, 0x10000};
  if (rune < kSmallest[more] || rune > 0x10FFFF || (rune >= 0xD800 && rune < 0xE000))
    return kBadRune;
  at += more;
  return rune;
}

bool is_valid_glob(std::string_view pattern) {
  for (size_t at = 0; at < pattern.size();) {
    if (pattern[at] == '*') {
      ++at;
    } else if (!read_element(pattern, at)) {
      return false;
    }
  }
  return true;
}

// Greedy with one point to go back to, the last star: a star cannot cross '/', and giving an
// earlier one more can never help a later one.
bool glob_matches(std::string_view pattern, std::string_view name) {
  if (!is_valid_glob(pattern)) return false;
  constexpr size_t kNone = std::string_view::npos;
  size_t at = 0, in_name = 0, star = kNone, star_name = 0;
  while (at < pattern.size() || in_name < name.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = ++at;
      star_name = in_name;
      continue;
    }
    size_t next = at, next_name = in_name;
    if (at < pattern.size() && take_element(*read_element(pattern, next), name, next_name)) {
      at = next;
      in_name = next_name;
      continue;
    }
    if (star == kNone || star_name >= name.size() || name[star_name] == '/') return false;
    at = star;
    in_name = ++star_name;
  }
  return true;
}

}  // namespace whittle
