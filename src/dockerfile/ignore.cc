#include "dockerfile/ignore.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/fs.h"
#include "base/strings.h"
#include "dockerfile/ignore_pattern.h"

namespace whittle {

namespace {

// White space as Unicode has it, which is what Go trims.
bool is_unicode_space(char32_t rune) {
  constexpr std::array<char32_t, 13> kSpaces = {
      '\t', '\n', '\v', '\f', '\r', ' ', 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F};
  return std::find(kSpaces.begin(), kSpaces.end(), rune) != kSpaces.end() ||
         (rune >= 0x2000 && rune <= 0x200A) || rune == 0x3000;
}

std::string_view trim_unicode(std::string_view text) {
  size_t begin = text.size();
  size_t end = 0;
  for (size_t at = 0; at < text.size();) {
    size_t here = at;
    if (is_unicode_space(next_rune(text, at))) continue;
    begin = std::min(begin, here);
    end = at;
  }
  return begin < end ? text.substr(begin, end - begin) : std::string_view();
}

// Go's filepath.Clean.
std::string clean_pattern(std::string_view text) {
  std::string clean = clean_path(text);
  return clean.empty() ? "." : clean;
}

// A line of an ignore file that is no comment and not empty, trimmed.
IgnorePattern read_pattern(std::string_view line, Range range) {
  bool is_inverted = line[0] == '!';
  std::string text(is_inverted ? trim_unicode(line.substr(1)) : line);
  if (!text.empty()) text = clean_pattern(text);
  if (text.size() > 1 && text[0] == '/') text.erase(0, 1);
  bool is_negated_late = !is_inverted && text[0] == '!';  // "/!x" turns into "!x" on the way
  if (is_negated_late) text.erase(0, 1);
  return {std::move(text), is_inverted || is_negated_late, range};
}

struct CompiledPattern {
  GlobPattern glob;
  bool is_negated = false;
  std::string prefix;  // of a negated one: its text without a trailing "/**" or "/*", with a "/"
};

std::string without_trailing_glob(std::string_view text) {
  if (text.ends_with("/**")) text.remove_suffix(3);
  if (text.ends_with("/*")) text.remove_suffix(2);
  return std::string(text);
}

Error bad_pattern(std::string_view pattern, std::string_view why) {
  return Error(ErrorKind::Invalid, fmt::format("ignore pattern `{}`: {}", printable(pattern), why));
}

}  // namespace

Result<std::vector<IgnorePattern>> parse_ignore_file(std::string_view text, const Limits& limits) {
  if (text.size() > limits.max_ignore_bytes)
    return limit_error("ignore file", &Limits::max_ignore_bytes, limits);
  std::vector<IgnorePattern> patterns;
  size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  while (at < text.size()) {
    size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    Range range{static_cast<uint32_t>(at), static_cast<uint32_t>(end)};
    if (line.ends_with('\r')) --range.end;
    at = end + 1;
    if (line.starts_with('#')) continue;
    line = trim_unicode(line);
    if (line.empty()) continue;
    if (patterns.size() == limits.max_ignore_patterns) {
      return limit_error("ignore file", &Limits::max_ignore_patterns, limits);
    }
    patterns.push_back(read_pattern(line, range));
  }
  return patterns;
}

struct IgnoreMatcher::Impl {
  std::vector<CompiledPattern> patterns;
  std::vector<int> indices;  // of each in the list it was made from
  bool has_negated = false;
  bool has_negated_wildcard =
      false;  // one that is not a plain path, a trailing "/**" or "/*" aside

  Status add(std::string_view text, int index);
};

// As the matcher takes a pattern: trimmed and cleaned again, with its "!" in front.
Status IgnoreMatcher::Impl::add(std::string_view text, int index) {
  std::string_view trimmed = trim_unicode(text);
  if (trimmed.empty()) return {};
  std::string clean = clean_pattern(trimmed);
  bool is_negated = clean[0] == '!';
  if (is_negated) clean.erase(0, 1);
  if (clean.empty()) return bad_pattern(text, "nothing behind the `!`");
  Result<GlobPattern> glob = GlobPattern::compile(clean);
  if (!glob) return bad_pattern(text, glob.error().message());
  std::string prefix = is_negated ? without_trailing_glob(clean) : "";
  has_negated = has_negated || is_negated;
  has_negated_wildcard =
      has_negated_wildcard || prefix.find_first_of("*[]?^\\") != std::string::npos;
  patterns.push_back({std::move(glob).value(), is_negated, prefix + "/"});
  indices.push_back(index);
  return {};
}

IgnoreMatcher::IgnoreMatcher(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

IgnoreMatcher::IgnoreMatcher(IgnoreMatcher&&) noexcept = default;
IgnoreMatcher& IgnoreMatcher::operator=(IgnoreMatcher&&) noexcept = default;
IgnoreMatcher::~IgnoreMatcher() = default;

Result<IgnoreMatcher> IgnoreMatcher::make(std::vector<IgnorePattern> patterns) {
  std::vector<std::string> texts;
  for (const IgnorePattern& pattern : patterns)
    texts.push_back((pattern.is_negated ? "!" : "") + pattern.text);
  return make(texts);
}

Result<IgnoreMatcher> IgnoreMatcher::make(const std::vector<std::string>& patterns) {
  auto impl = std::make_unique<Impl>();
  for (size_t i = 0; i < patterns.size(); ++i) TRY(impl->add(patterns[i], static_cast<int>(i)));
  return IgnoreMatcher(std::move(impl));
}

// BuildKit walks from the top: what matched a folder matches all below it, and a pattern is asked
// only where it could change the decision. One that was not asked for a folder is not asked for it
// again on behalf of its children.
IgnoreDecision IgnoreMatcher::decide(std::string_view path, const IgnoreDecision& parent) const {
  IgnoreDecision decision;
  decision.matched.resize(impl_->patterns.size());
  for (size_t i = 0; i < impl_->patterns.size(); ++i) {
    const CompiledPattern& pattern = impl_->patterns[i];
    bool is_match = i < parent.matched.size() && parent.matched[i];
    if (!is_match) {
      if (pattern.is_negated != decision.is_ignored) continue;
      is_match = pattern.glob.matches(path);
    }
    if (!is_match) continue;
    decision.matched[i] = true;
    decision.is_ignored = !pattern.is_negated;
    decision.pattern = impl_->indices[i];
  }
  return decision;
}

IgnoreDecision IgnoreMatcher::decide(std::string_view path) const {
  IgnoreDecision decision;
  while (path.ends_with('/')) path.remove_suffix(1);
  for (size_t end = 0; end < path.size();) {
    end = std::min(path.find('/', end + 1), path.size());
    decision = decide(path.substr(0, end), decision);
  }
  return decision;
}

bool IgnoreMatcher::is_ignored(std::string_view path) const {
  return decide(path).is_ignored;
}

int IgnoreMatcher::deciding_pattern(std::string_view path) const {
  return decide(path).pattern;
}

bool IgnoreMatcher::may_hold_kept(std::string_view directory) const {
  if (!impl_->has_negated || impl_->has_negated_wildcard) return impl_->has_negated;
  std::string prefix = std::string(directory) + "/";
  return std::any_of(
      impl_->patterns.begin(), impl_->patterns.end(), [&](const CompiledPattern& pattern) {
        return pattern.is_negated && pattern.prefix.starts_with(prefix);
      });
}

Result<bool> IgnoreMatcher::matches(std::string_view pattern, std::string_view path) {
  std::string clean = clean_pattern(trim_unicode(pattern));
  Result<GlobPattern> glob = GlobPattern::compile(clean);
  if (!glob) return bad_pattern(pattern, glob.error().message());
  while (path.ends_with('/')) path.remove_suffix(1);
  for (size_t end = 0; end < path.size();) {
    end = std::min(path.find('/', end + 1), path.size());
    if (glob->matches(path.substr(0, end))) return true;
  }
  return false;
}

}  // namespace whittle
