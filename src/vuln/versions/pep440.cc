// PEP 440: epoch, release, pre-, post- and development releases, local versions. What is older than
// the PEP and cannot be read by it comes before all that can, in setuptools' order of that time.
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/strings.h"
#include "vuln/versions/digits.h"
#include "vuln/versions/rows.h"

namespace whittle {

namespace {

struct Numbered {
  bool is_there = false;
  std::string_view number;  // "" is 0
};

struct Pep440 {
  std::string_view epoch;
  std::string_view release;  // "1.2.3"
  char pre_kind = 0;         // 'a', 'b', 'r'; 0: none
  Numbered pre;
  Numbered post;
  Numbered dev;
  std::string_view local;
};

bool is_divider(char c) {
  return c == '.' || c == '-' || c == '_';
}

// Takes one of the words (the longest first) with an optional divider before it and a number behind
// it off `text`; -1 if none is there.
template <size_t count>
int take_word(std::string_view& text,
              const std::array<std::string_view, count>& words,
              Numbered& into) {
  std::string_view rest = text;
  if (!rest.empty() && is_divider(rest[0])) rest.remove_prefix(1);
  for (size_t i = 0; i < count; ++i) {
    if (!rest.starts_with(words[i])) continue;
    rest.remove_prefix(words[i].size());
    if (rest.size() > 1 && is_divider(rest[0]) && is_digit(rest[1])) rest.remove_prefix(1);
    into.is_there = true;
    into.number = take_digits(rest);
    text = rest;
    return static_cast<int>(i);
  }
  return -1;
}

constexpr auto kPreWords =
    std::to_array<std::string_view>({"alpha", "beta", "preview", "pre", "rc", "a", "b", "c"});
constexpr std::string_view kPreKinds = "abrrrabr";
constexpr auto kPostWords = std::to_array<std::string_view>({"post", "rev", "r"});
constexpr auto kDevWords = std::to_array<std::string_view>({"dev"});

std::string_view take_release(std::string_view& text) {
  std::string_view all = text;
  take_digits(text);
  while (text.size() > 1 && text[0] == '.' && is_digit(text[1])) {
    text.remove_prefix(1);
    take_digits(text);
  }
  return all.substr(0, all.size() - text.size());
}

bool is_sound_local(std::string_view local) {
  bool is_after_divider = true;
  for (char c : local) {
    if (is_divider(c) ? is_after_divider : !is_digit(c) && !is_alpha(c)) return false;
    is_after_divider = is_divider(c);
  }
  return !is_after_divider;
}

// Of a text in lower case; it must outlive the result.
std::optional<Pep440> parse(std::string_view text) {
  Pep440 version;
  if (text.starts_with("v")) text.remove_prefix(1);
  size_t bang = text.find('!');
  if (bang != std::string_view::npos) {
    version.epoch = text.substr(0, bang);
    if (!are_digits(version.epoch)) return std::nullopt;
    text.remove_prefix(bang + 1);
  }
  size_t plus = text.find('+');
  if (plus != std::string_view::npos) {
    version.local = text.substr(plus + 1);
    if (!is_sound_local(version.local)) return std::nullopt;
    text = text.substr(0, plus);
  }
  version.release = take_release(text);
  if (version.release.empty()) return std::nullopt;
  int pre = take_word(text, kPreWords, version.pre);
  if (pre >= 0) version.pre_kind = kPreKinds[static_cast<size_t>(pre)];
  if (text.size() > 1 && text[0] == '-' && is_digit(text[1])) {
    text.remove_prefix(1);
    version.post = {true, take_digits(text)};
  } else {
    take_word(text, kPostWords, version.post);
  }
  take_word(text, kDevWords, version.dev);
  return text.empty() ? std::optional(version) : std::nullopt;
}

int compare_releases(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    int order = compare_digits(take_part(a, '.'), take_part(b, '.'));
    if (order != 0) return order;
  }
  return 0;
}

// A lone development release is before all pre-releases, a release after them.
int pre_rank(const Pep440& version) {
  if (version.pre_kind != 0) return version.pre_kind;
  return !version.post.is_there && version.dev.is_there ? 0 : 'z';
}

int compare_locals(std::string_view a, std::string_view b) {
  auto take = [](std::string_view& text) {
    size_t end = text.find_first_of(".-_");
    std::string_view part = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    return part;
  };
  while (!a.empty() && !b.empty()) {
    std::string_view left = take(a);
    std::string_view right = take(b);
    bool is_number = are_digits(left);
    if (is_number != are_digits(right)) return is_number ? 1 : -1;
    int order = is_number ? compare_digits(left, right) : sign_of(left.compare(right), 0);
    if (order != 0) return order;
  }
  return sign_of(!a.empty(), !b.empty());
}

int compare_parsed(const Pep440& a, const Pep440& b) {
  int order = compare_digits(a.epoch, b.epoch);
  if (order == 0) order = compare_releases(a.release, b.release);
  if (order == 0) order = sign_of(pre_rank(a), pre_rank(b));
  if (order == 0) order = compare_digits(a.pre.number, b.pre.number);
  if (order == 0) order = sign_of(a.post.is_there, b.post.is_there);
  if (order == 0) order = compare_digits(a.post.number, b.post.number);
  if (order == 0) order = sign_of(b.dev.is_there, a.dev.is_there);
  if (order == 0) order = compare_digits(a.dev.number, b.dev.number);
  return order != 0 ? order : compare_locals(a.local, b.local);
}

// pkg_resources before setuptools 8: digits, letters and dashes, with letters marked by "*" so that
// text comparison does the rest.
std::string legacy_part(std::string_view part) {
  if (is_digit(part[0])) {
    std::string digits(part);
    return digits.size() < 8 ? std::string(8 - digits.size(), '0') + digits : digits;
  }
  if (part == "pre" || part == "preview" || part == "rc") return "*c";
  if (part == "-") return "*final-";
  return part == "dev" ? "*@" : "*" + std::string(part);
}

void add_legacy(std::vector<std::string>& key, std::string part) {
  if (part[0] == '*') {
    while (part < "*final" && !key.empty() && key.back() == "*final-") key.pop_back();
    while (!key.empty() && key.back() == "00000000") key.pop_back();
  }
  key.push_back(std::move(part));
}

std::vector<std::string> legacy_key(std::string_view text) {
  std::vector<std::string> key;
  auto kind = [](char c) {
    return is_digit(c) ? 1 : is_alpha(c) ? 2 : c == '.' ? 3 : c == '-' ? 4 : 5;
  };
  while (!text.empty()) {
    size_t end = 1;
    bool is_run = kind(text[0]) != 3 && kind(text[0]) != 4;
    while (is_run && end < text.size() && kind(text[end]) == kind(text[0])) ++end;
    if (text[0] != '.') add_legacy(key, legacy_part(text.substr(0, end)));
    text.remove_prefix(end);
  }
  add_legacy(key, "*final");
  return key;
}

}  // namespace

int compare_pep440(std::string_view a, std::string_view b) {
  std::string left_text = to_lower(trim(a));
  std::string right_text = to_lower(trim(b));
  std::optional<Pep440> left = parse(left_text);
  std::optional<Pep440> right = parse(right_text);
  if (left && right) return compare_parsed(*left, *right);
  if (left || right) return left ? 1 : -1;
  std::vector<std::string> left_key = legacy_key(left_text);
  std::vector<std::string> right_key = legacy_key(right_text);
  return sign_of(left_key, right_key);
}

bool is_pep440_version(std::string_view version) {
  return parse(to_lower(trim(version))).has_value();
}

}  // namespace whittle
