#include "tui/search.h"

#include <regex.h>

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace whittle::tui {

namespace {

constexpr int kMatch = 16;
constexpr int kBoundary = 10;     // first character of a word
constexpr int kConsecutive = 12;  // right after the match before
constexpr int kLastPart = 6;      // in the last component
constexpr int kMaxGapCost = 8;

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

char lower(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}

bool has_capitals(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_upper);
}

bool begins_word(std::string_view text, size_t at) {
  if (at == 0) return true;
  char before = text[at - 1];
  if (!is_alpha(before) && !is_digit(before)) return true;
  return is_upper(text[at]) && !is_upper(before);
}

struct Found {
  int score = 0;
  std::vector<size_t> places;
};

bool same(char wanted, char here, bool exact) {
  return exact ? wanted == here : lower(wanted) == lower(here);
}

// One try, greedy from `from`: each character at the next beginning of a word when one comes soon,
// else at its next place.
void try_from(
    std::string_view wanted, std::string_view text, size_t from, size_t last_part, Found& best) {
  constexpr size_t kLookAhead = 24;
  bool exact = has_capitals(wanted);
  Found found;
  size_t at = from;
  for (size_t i = 0; i < wanted.size(); ++i) {
    size_t next = at;
    while (next < text.size() && !same(wanted[i], text[next], exact)) ++next;
    if (next == text.size()) return;
    bool is_next = !found.places.empty() && next == found.places.back() + 1;
    for (size_t ahead = next; !is_next && ahead < std::min(text.size(), next + kLookAhead);
         ++ahead) {
      if (!same(wanted[i], text[ahead], exact) || !begins_word(text, ahead)) continue;
      next = ahead;
      break;
    }
    int gap = found.places.empty()
                  ? 0
                  : static_cast<int>(std::min<size_t>(next - found.places.back() - 1, kMaxGapCost));
    found.score += kMatch - gap + (begins_word(text, next) ? kBoundary : 0) +
                   (is_next ? kConsecutive : 0) + (next >= last_part ? kLastPart : 0);
    found.places.push_back(next);
    at = next + 1;
  }
  if (found.score > best.score) best = std::move(found);
}

bool is_subsequence(std::string_view wanted, std::string_view text, bool exact) {
  size_t i = 0;
  for (size_t at = 0; at < text.size() && i < wanted.size(); ++at) {
    if (same(wanted[i], text[at], exact)) ++i;
  }
  return i == wanted.size();
}

Found find_fuzzy(std::string_view wanted, std::string_view text) {
  constexpr size_t kMaxTries = 8;
  Found best;
  bool exact = has_capitals(wanted);
  if (wanted.empty() || !is_subsequence(wanted, text, exact)) return best;
  size_t last_part = text.rfind('/') == std::string_view::npos ? 0 : text.rfind('/') + 1;
  size_t tries = 0;
  try_from(wanted, text, last_part, last_part, best);
  for (size_t at = 0; at < text.size() && tries < kMaxTries; ++at) {
    if (!same(wanted[0], text[at], exact)) continue;
    try_from(wanted, text, at, last_part, best);
    ++tries;
  }
  // A greedy try may pass over the only way through: the leftmost places always are one.
  if (best.score == 0) {
    size_t i = 0;
    for (size_t at = 0; at < text.size() && i < wanted.size(); ++at) {
      if (!same(wanted[i], text[at], exact)) continue;
      best.places.push_back(at);
      ++i;
    }
    best.score = 1;
  }
  // Of equal matches, the shorter text is the one that is meant.
  best.score = std::max(1, best.score - static_cast<int>(std::min<size_t>(text.size() / 16, 12)));
  return best;
}

}  // namespace

int fuzzy_score(std::string_view wanted, std::string_view text) {
  return find_fuzzy(wanted, text).score;
}

std::vector<size_t> fuzzy_places(std::string_view wanted, std::string_view text) {
  return find_fuzzy(wanted, text).places;
}

struct PathPattern::Compiled {
  regex_t expression{};

  ~Compiled() { ::regfree(&expression); }
};

PathPattern::PathPattern(std::string_view text)
    : text_(text.substr(0, kMaxBytes)), part_(text_), ignores_case_(!has_capitals(text_)) {
  if (ignores_case_) part_ = to_lower(part_);
  // A dot or a plus is common in names: alone they do not make an expression.
  bool is_expression = text_.find_first_of("*?^$|()[]{}\\") != std::string::npos;
  if (!is_expression) return;
  regex_t expression{};
  int flags = REG_EXTENDED | REG_NOSUB | (ignores_case_ ? REG_ICASE : 0);
  int error = ::regcomp(&expression, text_.c_str(), flags);
  if (error == 0) {
    compiled_ = std::make_unique<Compiled>();
    compiled_->expression = expression;
    return;
  }
  std::array<char, 120> reason{};
  ::regerror(error, &expression, reason.data(), reason.size());
  problem_ = reason.data();
}

PathPattern::~PathPattern() = default;

bool PathPattern::matches(const std::string& path) const {
  if (compiled_ != nullptr)
    return ::regexec(&compiled_->expression, path.c_str(), 0, nullptr, 0) == 0;
  if (!ignores_case_) return contains(path, part_);
  auto found =
      std::search(path.begin(), path.end(), part_.begin(), part_.end(), [](char a, char b) {
        return lower(a) == b;
      });
  return part_.empty() || found != path.end();
}

}  // namespace whittle::tui
