#include "dockerfile/expand_word.h"

#include <algorithm>

#include "base/strings.h"
#include "dockerfile/lexer_rune.h"

namespace whittle {

namespace {

Error bad(std::string message) {
  return Error(ErrorKind::Invalid, std::move(message));
}

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

// Cuts the result into words: at blanks of plain text and of expansions, not at those that were
// quoted.
class WordCollector {
 public:
  // Text that stands so in the input gives its words exact places; that of a value, the place of
  // its variable.
  void add_splitting(std::string_view text, uint32_t begin, uint32_t end, bool is_verbatim) {
    for (size_t at = 0; at < text.size();) {
      Rune rune = rune_at(text, at);
      if (!is_unicode_space(rune.value)) {
        uint32_t from = begin + static_cast<uint32_t>(at);
        add_whole(text.substr(at, rune.size),
                  is_verbatim ? from : begin,
                  is_verbatim ? from + rune.size : end);
      } else if (is_in_word_ && !current_.text.empty()) {
        finish();
      }
      at += rune.size;
    }
  }

  void add_whole(std::string_view text, uint32_t begin, uint32_t end) {
    if (current_.text.empty()) current_.begin = begin;
    current_.text += text;
    current_.end = end;
    is_in_word_ = true;
  }

  std::vector<LexedWord> take() {
    if (!current_.text.empty()) finish();
    return std::move(words_);
  }

 private:
  void finish() {
    words_.push_back(std::move(current_));
    current_ = {};
    is_in_word_ = false;
  }

  LexedWord current_;
  std::vector<LexedWord> words_;
  bool is_in_word_ = false;
};

class Lexer {
 public:
  Lexer(std::string_view text, char escape, const Lookup& lookup, LexOptions options)
      : text_(text), escape_(escape), lookup_(lookup), options_(options) {}

  Result<LexedText> run() {
    LexedText result;
    WordCollector words;
    TRY_ASSIGN(result.expansion.text,
               until('\0', options_.keep_escapes, options_.wants_words ? &words : nullptr));
    result.words = words.take();
    result.expansion.unset = std::move(unset_);
    result.expansion.found = std::move(found_);
    result.expansion.missing = std::move(missing_);
    return result;
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }

  char peek() const { return at_end() ? '\0' : text_[at_]; }

  uint32_t offset() const { return static_cast<uint32_t>(at_); }

  std::string_view take_rune() {
    std::string_view rune = text_.substr(at_, rune_at(text_, at_).size);
    at_ += rune.size();
    return rune;
  }

  // Up to `stop`, which is taken ('\0': the end of the text).
  Result<std::string> until(char stop, bool keep_escapes, WordCollector* words) {
    if (++depth_ > kMaxExpansionDepth) {
      return Error(ErrorKind::Limit, "substitutions are nested too deeply");
    }
    std::swap(options_.keep_escapes, keep_escapes);
    std::string out;
    bool is_stopped = false;
    while (!at_end() && !is_stopped) {
      if (stop != '\0' && peek() == stop) {
        ++at_;
        is_stopped = true;
        continue;
      }
      TRY(step(out, words));
      TRY(check_expanded_size(out.size(), options_.max_bytes));
    }
    std::swap(options_.keep_escapes, keep_escapes);
    --depth_;
    if (stop != '\0' && !is_stopped) return bad(std::string("missing '") + stop + "'");
    return out;
  }

  // One rune or one quoted or expanded part.
  Status step(std::string& out, WordCollector* words) {
    uint32_t begin = offset();
    char c = peek();
    std::string part;
    bool splits = false;
    if (c == '\'' && !options_.plain_quotes) {
      TRY_ASSIGN(part, single_quoted());
    } else if (c == '"' && !options_.plain_quotes) {
      TRY_ASSIGN(part, double_quoted());
    } else if (c == '$') {
      TRY_ASSIGN(part, dollar());
      splits = true;
    } else if (c == '<') {
      part = possible_heredoc();
    } else if (c == escape_) {
      ++at_;
      if (options_.keep_escapes) part += c;
      if (!at_end()) part += take_rune();
      if (part.empty()) return {};
    } else {
      part = take_rune();
      splits = true;
    }
    out += part;
    if (words == nullptr) return {};
    if (splits) {
      words->add_splitting(part, begin, offset(), part == text_.substr(begin, at_ - begin));
    } else {
      words->add_whole(part, begin, offset());
    }
    return {};
  }

  Result<std::string> single_quoted() {
    size_t end = text_.find('\'', at_ + 1);
    if (end == std::string_view::npos) return bad("missing closing single quote");
    std::string_view inner = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    return options_.keep_quotes ? "'" + std::string(inner) + "'" : std::string(inner);
  }

  Result<std::string> double_quoted() {
    std::string out;
    ++at_;
    if (options_.keep_quotes) out += '"';
    while (!at_end() && peek() != '"') {
      if (peek() == '$') {
        TRY_ASSIGN(std::string value, dollar());
        out += value;
        TRY(check_expanded_size(out.size(), options_.max_bytes));
      } else if (peek() == escape_) {
        ++at_;
        bool is_escapable = peek() == '"' || peek() == '$' || peek() == escape_;
        if (options_.keep_escapes || (!is_escapable && !at_end())) out += escape_;
        if (!at_end() && is_escapable) out += text_[at_++];
      } else {
        out += take_rune();
      }
    }
    if (at_end()) return bad("missing closing double quote");
    ++at_;
    if (options_.keep_quotes) out += '"';
    return out;
  }

  // "<<" and "<<-" hold together with the word behind them, across blanks.
  std::string possible_heredoc() {
    size_t begin = at_++;
    if (peek() == '<') {
      ++at_;
      if (peek() == '-') ++at_;
      while (!at_end() && is_space(peek())) ++at_;
    }
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string name() {
    constexpr std::string_view kSpecial = "@*#?-$!";
    size_t begin = at_;
    if (!at_end() && kSpecial.find(peek()) != std::string_view::npos) {
      ++at_;
    } else if (is_digit(peek())) {
      while (is_digit(peek())) ++at_;
    } else {
      while (!at_end()) {
        Rune rune = rune_at(text_, at_);
        bool belongs = peek() == '_' || is_digit(peek()) || is_unicode_letter(rune.value);
        if (!belongs || !rune.is_valid) break;
        at_ += rune.size;
      }
    }
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::optional<std::string> find(const std::string& name) {
    auto value = lookup_(name);
    add_once(value ? found_ : missing_, name);
    return value;
  }

  // A variable without a value that nothing stands in for.
  std::string without_value(const std::string& name, size_t begin) {
    add_once(unset_, name);
    return options_.keep_unset ? std::string(text_.substr(begin, at_ - begin)) : "";
  }

  Result<std::string> dollar() {
    size_t begin = at_++;
    if (peek() == '{') {
      ++at_;
      return braced(begin);
    }
    std::string variable = name();
    if (variable.empty()) return std::string("$");
    auto value = find(variable);
    return value ? *value : without_value(variable, begin);
  }

  // Behind "${".
  Result<std::string> braced(size_t begin) {
    if (at_end()) return bad("missing '}'");
    if (peek() == '{' || peek() == '}' || peek() == ':') return bad("bad substitution");
    std::string variable = name();
    if (at_end()) return bad("missing '}'");
    char modifier = text_[at_++];
    if (modifier == '}') {
      auto value = find(variable);
      return value ? *value : without_value(variable, begin);
    }
    if (modifier == '/') return replaced(variable, begin);
    bool empty_is_unset = modifier == ':';
    if (empty_is_unset) {
      modifier = peek();
      ++at_;
    }
    if (modifier == '-' || modifier == '+' || modifier == '?') {
      return with_default(variable, modifier, empty_is_unset, begin);
    }
    if (!empty_is_unset && (modifier == '#' || modifier == '%')) {
      return trimmed(variable, modifier, begin);
    }
    return bad("unsupported modifier in ${" + variable + "...}");
  }

  Result<std::string> with_default(const std::string& variable,
                                   char modifier,
                                   bool empty_is_unset,
                                   size_t begin) {
    TRY_ASSIGN(std::string word, until('}', false, nullptr));
    auto value = find(variable);
    if (!value && options_.keep_unset) return std::string(text_.substr(begin, at_ - begin));
    bool has_value = value && !(empty_is_unset && value->empty());
    if (modifier == '-') return has_value ? *value : word;
    if (modifier == '+') return has_value ? word : std::string();
    if (has_value) return *value;
    if (word.empty()) word = value ? "must not be empty" : "must be set";
    return bad(variable + ": " + word);
  }

  Result<std::string> trimmed(const std::string& variable, char modifier, size_t begin) {
    TRY_ASSIGN(std::string word, until('}', true, nullptr));
    bool longest = !word.empty() && word[0] == modifier;
    TRY_ASSIGN(auto pattern,
               ExpansionPattern::parse(std::string_view(word).substr(longest ? 1 : 0)));
    auto value = find(variable);
    if (!value) return without_value(variable, begin);
    if (modifier == '#') return pattern.without_prefix(*value, longest);
    return pattern.without_suffix(*value, longest);
  }

  Result<std::string> replaced(const std::string& variable, size_t begin) {
    bool all = peek() == '/';
    if (all) ++at_;
    TRY_ASSIGN(std::string word, until('/', true, nullptr));
    TRY_ASSIGN(std::string by, until('}', true, nullptr));
    TRY_ASSIGN(auto pattern, ExpansionPattern::parse(word));
    auto value = find(variable);
    if (!value) {
      if (options_.keep_unset) return without_value(variable, begin);
      add_once(unset_, variable);
      value = "";
    }
    return pattern.replace(*value, by, all);
  }

  std::string_view text_;
  char escape_;
  const Lookup& lookup_;
  LexOptions options_;
  size_t at_ = 0;
  int depth_ = 0;
  std::vector<std::string> unset_;
  std::vector<std::string> found_;
  std::vector<std::string> missing_;
};

}  // namespace

Result<LexedText> lex_text(std::string_view text,
                           char escape,
                           const Lookup& lookup,
                           LexOptions options) {
  return Lexer(text, escape, lookup, options).run();
}

}  // namespace whittle
