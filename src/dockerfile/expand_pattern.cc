#include "dockerfile/expand_pattern.h"

#include <algorithm>

#include "dockerfile/lexer_rune.h"

namespace whittle {

namespace {

// Bound on runes of the value times steps of the pattern.
constexpr size_t kMaxMatchCost = 20'000'000;

std::vector<std::string_view> runes_of(std::string_view text) {
  std::vector<std::string_view> runes;
  for (size_t at = 0; at < text.size(); at += runes.back().size()) {
    runes.push_back(text.substr(at, rune_at(text, at).size));
  }
  return runes;
}

void append_range(std::string& out,
                  const std::vector<std::string_view>& runes,
                  size_t from,
                  size_t to) {
  for (size_t i = from; i < to; ++i) out += runes[i];
}

}  // namespace

Status check_expanded_size(size_t bytes, size_t max_bytes) {
  if (bytes <= max_bytes) return {};
  return Error(ErrorKind::Limit, "the expanded text is too long");
}

Result<ExpansionPattern> ExpansionPattern::parse(std::string_view pattern) {
  ExpansionPattern result;
  for (size_t at = 0; at < pattern.size();) {
    std::string_view rune = pattern.substr(at, rune_at(pattern, at).size);
    at += rune.size();
    if (rune == "*") {
      result.steps_.push_back({Kind::AnyRun, ""});
      continue;
    }
    if (rune == "?") {
      result.steps_.push_back({Kind::AnyOne, ""});
      continue;
    }
    if (rune == "\\") {
      constexpr std::string_view kEscapable = "*?\\}/";
      if (at >= pattern.size() || kEscapable.find(pattern[at]) == std::string_view::npos) {
        return Error(ErrorKind::Invalid, "invalid escape in pattern " + std::string(pattern));
      }
      rune = pattern.substr(at++, 1);
    }
    result.steps_.push_back({Kind::Literal, std::string(rune)});
  }
  return result;
}

// A wildcard does not match a line end.
bool ExpansionPattern::fits(const Step& step, std::string_view rune) {
  return step.kind == Kind::Literal ? rune == step.rune : rune != "\n";
}

Status ExpansionPattern::check_cost(const Runes& runes) const {
  if ((runes.size() + 1) * (steps_.size() + 1) <= kMaxMatchCost) return {};
  return Error(ErrorKind::Limit, "pattern and value of a substitution are too long");
}

// Where a match that begins at `begin` ends: the first or the last such place, -1 if there is none.
int64_t ExpansionPattern::match_end(const Runes& runes, size_t begin, bool longest) const {
  std::vector<size_t> reached = {begin};  // ascending
  for (const Step& step : steps_) {
    std::vector<size_t> next;
    for (size_t at : reached) {
      if (step.kind != Kind::AnyRun) {
        if (at < runes.size() && fits(step, runes[at])) next.push_back(at + 1);
        continue;
      }
      if (!next.empty() && at <= next.back()) continue;
      next.push_back(at);
      while (next.back() < runes.size() && fits(step, runes[next.back()])) {
        next.push_back(next.back() + 1);
      }
    }
    reached = std::move(next);
    if (reached.empty()) return -1;
  }
  return static_cast<int64_t>(longest ? reached.back() : reached.front());
}

// For each place whether a match can begin there, found from the end of the pattern to its begin.
std::vector<bool> ExpansionPattern::match_begins(const Runes& runes) const {
  std::vector<bool> from(runes.size() + 1, true);
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
    if (step->kind == Kind::AnyRun) {
      for (size_t i = runes.size(); i-- > 0;) {
        from[i] = from[i] || (fits(*step, runes[i]) && from[i + 1]);
      }
      continue;
    }
    for (size_t i = 0; i < runes.size(); ++i) from[i] = fits(*step, runes[i]) && from[i + 1];
    from[runes.size()] = false;
  }
  return from;
}

Result<std::string> ExpansionPattern::without_prefix(std::string_view value, bool longest) const {
  Runes runes = runes_of(value);
  TRY(check_cost(runes));
  int64_t end = match_end(runes, 0, longest);
  std::string rest;
  append_range(rest, runes, end < 0 ? 0 : static_cast<size_t>(end), runes.size());
  return rest;
}

Result<std::string> ExpansionPattern::without_suffix(std::string_view value, bool longest) const {
  Runes runes = runes_of(value);
  TRY(check_cost(runes));
  std::reverse(runes.begin(), runes.end());
  ExpansionPattern reversed = *this;
  std::reverse(reversed.steps_.begin(), reversed.steps_.end());
  int64_t end = reversed.match_end(runes, 0, longest);
  std::reverse(runes.begin(), runes.end());
  std::string rest;
  append_range(rest, runes, 0, runes.size() - (end < 0 ? 0 : static_cast<size_t>(end)));
  return rest;
}

Result<std::string> ExpansionPattern::replace(std::string_view value,
                                              std::string_view by,
                                              bool all) const {
  Runes runes = runes_of(value);
  TRY(check_cost(runes));
  std::vector<bool> begins = match_begins(runes);
  std::string out;
  size_t at = 0;
  int64_t last_end = -1;
  bool is_done = false;
  while (at <= runes.size()) {
    bool matches = begins[at] && !is_done;
    size_t end = matches ? static_cast<size_t>(match_end(runes, at, true)) : at;
    // An empty match right behind a match does not count.
    if (matches && (end > at || static_cast<int64_t>(at) != last_end)) {
      out += by;
      TRY(check_expanded_size(out.size(), kMaxExpandedBytes));
      last_end = static_cast<int64_t>(end);
      is_done = !all;
    }
    if (end > at) {
      at = end;
      continue;
    }
    append_range(out, runes, at, std::min(at + 1, runes.size()));
    ++at;
  }
  return out;
}

}  // namespace whittle
