#include "dockerfile/ignore_pattern.h"

#include <bit>

#include "base/strings.h"
#include "dockerfile/ignore_regexp.h"

namespace whittle {

namespace {

void append_rune(std::string& text, std::string_view pattern, size_t begin, size_t end) {
  bool is_bad = end == begin + 1 && static_cast<unsigned char>(pattern[begin]) >= 0x80;
  text += is_bad ? std::string_view("\xEF\xBF\xBD") : pattern.substr(begin, end - begin);
}

bool is_word_byte(char c) {
  return is_alpha(c) || is_digit(c) || c == '_';
}

// The literal text that every match ends in.
std::string trailing_literal(const std::vector<GlobStep>& steps) {
  std::string reversed;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    bool is_literal =
        step->kind == GlobStep::Kind::One && !step->set.is_negated && step->set.spans.size() == 1 &&
        step->set.spans[0].first == step->set.spans[0].last && step->set.spans[0].first < 0x80;
    if (!is_literal) break;
    reversed += static_cast<char>(step->set.spans[0].first);
  }
  return std::string(reversed.rbegin(), reversed.rend());
}

// States: 2i before step i; 2i+1 inside the folders of step i; 2n at the end.
class Small {
 public:
  explicit Small(size_t) {}

  bool insert(size_t state) {
    uint64_t bit = uint64_t{1} << state;
    bool is_new = (bits_ & bit) == 0;
    bits_ |= bit;
    return is_new;
  }

  bool holds(size_t state) const { return (bits_ >> state & 1) != 0; }

  bool empty() const { return bits_ == 0; }

  void clear() { bits_ = 0; }

  template <typename F>
  void each(F&& visit) const {
    for (uint64_t rest = bits_; rest != 0; rest &= rest - 1)
      visit(static_cast<size_t>(std::countr_zero(rest)));
  }

 private:
  uint64_t bits_ = 0;
};

class Large {
 public:
  explicit Large(size_t states) : is_in_(states) {}

  bool insert(size_t state) {
    if (is_in_[state]) return false;
    is_in_[state] = true;
    list_.push_back(state);
    return true;
  }

  bool holds(size_t state) const { return is_in_[state]; }

  bool empty() const { return list_.empty(); }

  void clear() {
    for (size_t state : list_) is_in_[state] = false;
    list_.clear();
  }

  template <typename F>
  void each(F&& visit) const {
    for (size_t state : list_) visit(state);
  }

 private:
  std::vector<bool> is_in_;
  std::vector<size_t> list_;
};

// All states at once, one code point at a time.
template <typename States>
class Run {
 public:
  Run(const std::vector<GlobStep>& steps, std::string_view path)
      : steps_(steps), path_(path), now_(2 * steps.size() + 1), next_(2 * steps.size() + 1) {}

  bool matches() {
    enter(0, 0, now_);
    for (size_t at = 0; at < path_.size() && !now_.empty();) {
      char32_t rune = next_rune(path_, at);
      now_.each([&](size_t state) { step(state, rune, at); });
      std::swap(now_, next_);
      next_.clear();
    }
    return now_.holds(2 * steps_.size());
  }

 private:
  using Kind = GlobStep::Kind;

  // Puts the state before step i, and whatever it reaches without a code point, into the set.
  void enter(size_t i, size_t at, States& states) {
    while (states.insert(2 * i) && i < steps_.size() && passes(steps_[i].kind, at)) ++i;
  }

  bool passes(Kind kind, size_t at) const {
    switch (kind) {
      case Kind::One:
        return false;
      case Kind::Many:
      case Kind::Folders:
        return true;
      case Kind::Begin:
        return at == 0;
      case Kind::End:
        return at == path_.size();
      case Kind::Boundary:
        return is_boundary(at);
      case Kind::NoBoundary:
        return !is_boundary(at);
    }
    return false;
  }

  bool is_boundary(size_t at) const {
    bool before = at > 0 && is_word_byte(path_[at - 1]);
    bool behind = at < path_.size() && is_word_byte(path_[at]);
    return before != behind;
  }

  // Takes a code point; `at` is behind it.
  void step(size_t state, char32_t rune, size_t at) {
    size_t i = state / 2;
    if (i == steps_.size()) return;
    const GlobStep& here = steps_[i];
    if (here.kind == Kind::Folders) {
      if (rune == '\n') return;
      next_.insert(2 * i + 1);
      if (rune == '/') enter(i + 1, at, next_);
    } else if ((here.kind == Kind::One || here.kind == Kind::Many) && here.set.contains(rune)) {
      enter(here.kind == Kind::Many ? i : i + 1, at, next_);
    }
  }

  const std::vector<GlobStep>& steps_;
  std::string_view path_;
  States now_;
  States next_;
};

// The pattern as the regular expression that BuildKit makes of it.
struct Translation {
  std::string regexp;
  enum class Kind { Exact, Prefix, Suffix, Regexp } kind = Kind::Exact;
};

// `**`, at the begin of the pattern or not; `at` is behind it and moves behind a slash.
void translate_double_star(std::string_view pattern,
                           bool is_first,
                           size_t& at,
                           Translation& result) {
  if (at < pattern.size() && pattern[at] == '/') ++at;
  if (at < pattern.size()) {
    result.regexp += "(.*/)?";
    result.kind = Translation::Kind::Regexp;
  } else if (result.kind == Translation::Kind::Exact) {
    result.kind = Translation::Kind::Prefix;
  } else {
    result.regexp += ".*";
    result.kind = Translation::Kind::Regexp;
  }
  if (is_first) result.kind = Translation::Kind::Suffix;
}

Translation translate(std::string_view pattern) {
  Translation result;
  for (size_t at = 0; at < pattern.size();) {
    size_t begin = at;
    char c = pattern[begin];
    next_rune(pattern, at);
    bool is_special = true;
    if (c == '*' && at < pattern.size() && pattern[at] == '*') {
      translate_double_star(pattern, begin == 0, ++at, result);
      continue;
    }
    if (c == '*') {
      result.regexp += "[^/]*";
    } else if (c == '?') {
      result.regexp += "[^/]";
    } else if (c == '\\' && at < pattern.size()) {
      size_t escaped = at;
      next_rune(pattern, at);
      result.regexp += '\\';
      append_rune(result.regexp, pattern, escaped, at);
    } else {
      if (contains(".+()|{}$", pattern.substr(begin, 1))) result.regexp += '\\';
      append_rune(result.regexp, pattern, begin, at);
      is_special = c == '[' || c == ']';
    }
    if (is_special) result.kind = Translation::Kind::Regexp;
  }
  return result;
}

}  // namespace

Result<GlobPattern> GlobPattern::compile(std::string_view text) {
  if (!is_valid_glob(text))
    return Error(ErrorKind::Invalid, "brackets or a backslash are not complete");
  Translation translation = translate(text);
  GlobPattern pattern;
  switch (translation.kind) {
    case Translation::Kind::Exact:
      pattern.literal_ = text;
      break;
    case Translation::Kind::Prefix:
      pattern.kind_ = Kind::Prefix;
      pattern.literal_ = text.substr(0, text.size() - 2);
      break;
    case Translation::Kind::Suffix:
      pattern.kind_ = Kind::Suffix;
      pattern.literal_ = text.substr(2);
      break;
    case Translation::Kind::Regexp: {
      pattern.kind_ = Kind::Steps;
      TRY_ASSIGN(pattern.steps_, parse_ignore_regexp(translation.regexp));
      pattern.literal_ = trailing_literal(pattern.steps_);
      break;
    }
  }
  return pattern;
}

bool GlobPattern::matches(std::string_view path) const {
  switch (kind_) {
    case Kind::Exact:
      return path == literal_;
    case Kind::Prefix:
      return path.starts_with(literal_);
    case Kind::Suffix:
      return path.ends_with(literal_) ||
             (literal_.starts_with('/') && path == std::string_view(literal_).substr(1));
    case Kind::Steps:
      return path.ends_with(literal_) && matches_steps(path);
  }
  return false;
}

bool GlobPattern::matches_steps(std::string_view path) const {
  if (steps_.size() < 31) return Run<Small>(steps_, path).matches();
  return Run<Large>(steps_, path).matches();
}

}  // namespace whittle
