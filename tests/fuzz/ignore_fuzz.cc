// Ignore patterns: the last line is a path, those above it an ignore file. No crash, consistent
// answers, and for short patterns without brackets and backslashes the answer of a matcher that
// simply tries everything.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/fs.h"
#include "dockerfile/ignore.h"
#include "dockerfile/ignore_pattern.h"

namespace whittle {
namespace {

constexpr size_t kSmall = 16;

// Every way to cut the text. A pattern is `?`, `*`, `**` with or without a slash behind it, and
// plain bytes.
bool tries_all(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.starts_with("**")) {
    pattern.remove_prefix(pattern.substr(2).starts_with('/') ? 3 : 2);
    if (pattern.empty() || tries_all(pattern, text)) return true;
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '/' && tries_all(pattern, text.substr(i + 1))) return true;
    }
    return false;
  }
  if (pattern[0] == '*') {
    for (size_t i = 0; i <= text.size(); ++i) {
      if (tries_all(pattern.substr(1), text.substr(i))) return true;
      if (i < text.size() && text[i] == '/') return false;
    }
    return false;
  }
  bool is_same = !text.empty() && (pattern[0] == '?' ? text[0] != '/' : pattern[0] == text[0]);
  return is_same && tries_all(pattern.substr(1), text.substr(1));
}

bool expected(std::string_view pattern, std::string_view path) {
  std::string_view rest = pattern.starts_with("**") ? pattern.substr(2) : std::string_view("*");
  if (rest.find_first_of("*?") != std::string_view::npos) return tries_all(pattern, path);
  return path.ends_with(rest) || (rest.starts_with('/') && path == rest.substr(1));
}

bool is_simple(std::string_view text) {
  for (char c : text) {
    if (c <= ' ' || c > '~' || c == '[' || c == ']' || c == '\\' || c == '^') return false;
  }
  return !text.empty() && text.size() <= kSmall;
}

void check(bool condition) {
  if (!condition) std::abort();
}

void check_pattern(const IgnorePattern& pattern, const std::string& path) {
  if (!is_simple(pattern.text) || !is_simple(path)) return;
  Result<GlobPattern> glob = GlobPattern::compile(pattern.text);
  check(glob.ok());
  check(glob->matches(path) == expected(pattern.text, path));
  if (pattern.text.find("**") == std::string::npos)
    check(glob_matches(pattern.text, path) == glob->matches(path));
}

void run(std::string_view input) {
  size_t cut = input.rfind('\n');
  std::string path = clean_path(input.substr(cut == std::string_view::npos ? 0 : cut + 1));
  std::string_view text = input.substr(0, cut == std::string_view::npos ? 0 : cut);
  Result<std::vector<IgnorePattern>> patterns = parse_ignore_file(text, Limits());
  if (!patterns) return;
  for (const IgnorePattern& pattern : *patterns) {
    check(pattern.range.end <= text.size());
    check_pattern(pattern, path);
  }
  size_t count = patterns->size();
  Result<IgnoreMatcher> matcher = IgnoreMatcher::make(std::move(patterns).value());
  if (!matcher) return;
  int deciding = matcher->deciding_pattern(path);
  check(deciding < static_cast<int>(count));
  check(deciding >= 0 || !matcher->is_ignored(path));
  for (size_t slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    std::string_view folder = std::string_view(path).substr(0, slash);
    if (matcher->is_ignored(folder) && !matcher->may_hold_kept(folder))
      check(matcher->is_ignored(path));
  }
}

}  // namespace
}  // namespace whittle

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  whittle::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
