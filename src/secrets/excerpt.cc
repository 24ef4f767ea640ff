#include "secrets/excerpt.h"

#include <algorithm>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr size_t kBefore = 40;
constexpr size_t kBehind = 20;
constexpr size_t kMaxLine = 4096;
constexpr size_t kMinHiddenRun = 16;

bool is_token_char(char c) {
  return is_alpha(c) || is_digit(c) || c == '+' || c == '/' || c == '=' || c == '_';
}

bool is_line_end(char c) {
  return c == '\n' || c == '\r' || c == '\0';
}

// Long runs with digits could be secrets of a kind that no rule knows.
std::string hide_runs(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && is_token_char(text[end])) ++end;
    std::string_view run = text.substr(i, end - i);
    bool is_hidden = run.size() >= kMinHiddenRun && std::any_of(run.begin(), run.end(), is_digit);
    out += is_hidden ? kSecretStars : run;
    if (end < text.size()) out += text[end++];
    i = end;
  }
  return out;
}

// The text of a range without the secrets that reach into it.
std::string without_secrets(std::string_view text,
                            ByteRange range,
                            const std::vector<ByteRange>& secrets) {
  std::string out;
  size_t at = range.begin;
  for (const ByteRange& secret : secrets) {
    if (secret.end <= at || secret.begin >= range.end) continue;
    if (secret.begin > at) out += hide_runs(text.substr(at, secret.begin - at));
    out += kSecretStars;
    at = std::min(secret.end, range.end);
  }
  if (at < range.end) out += hide_runs(text.substr(at, range.end - at));
  return out;
}

}  // namespace

LinePlace LineCounter::at(size_t offset) {
  for (size_t next = text_.find('\n', seen_); next < offset; next = text_.find('\n', next + 1)) {
    ++line_;
    line_begin_ = next + 1;
    seen_ = next + 1;
  }
  return {line_, static_cast<uint32_t>(offset - line_begin_) + 1};
}

std::string_view line_around(std::string_view text, size_t offset) {
  size_t begin = offset;
  size_t end = offset;
  while (begin > 0 && offset - begin < kMaxLine && !is_line_end(text[begin - 1])) --begin;
  while (end < text.size() && end - offset < kMaxLine && !is_line_end(text[end])) ++end;
  return text.substr(begin, end - begin);
}

std::string masked_excerpt(std::string_view text,
                           ByteRange secret,
                           const std::vector<ByteRange>& secrets) {
  size_t begin = secret.begin;
  // Not from the middle of a word: what is left of it may be the end of a secret.
  while (begin > 0 && secret.begin - begin < kBefore && !is_line_end(text[begin - 1])) --begin;
  bool is_cut = begin > 0 && !is_line_end(text[begin - 1]) && is_token_char(text[begin - 1]);
  while (is_cut && begin < secret.begin && is_token_char(text[begin])) ++begin;
  size_t end = secret.end;
  bool goes_on = end < text.size() && is_token_char(text[end]);
  while (!goes_on && end < text.size() && end - secret.end < kBehind && !is_line_end(text[end])) {
    ++end;
  }
  std::string before = without_secrets(text, {begin, secret.begin}, secrets);
  std::string behind = without_secrets(text, {secret.end, end}, secrets);
  return printable(trim_left(before)) + std::string(kSecretStars) + printable(trim_right(behind));
}

}  // namespace whittle
