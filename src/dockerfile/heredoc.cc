#include "dockerfile/heredoc.h"

#include <algorithm>

#include "base/strings.h"
#include "dockerfile/expand_word.h"

namespace whittle {

namespace {

// Whatever the escape directive says, heredoc words are escaped with a backslash.
constexpr char kEscape = '\\';

std::optional<std::string> no_value(std::string_view) {
  return std::nullopt;
}

std::ptrdiff_t count_quotes(std::string_view text) {
  return std::count(text.begin(), text.end(), '\'') + std::count(text.begin(), text.end(), '"');
}

// Takes "3<<-" and the blanks behind it from `word`.
bool take_operator(std::string_view& word, Heredoc& heredoc) {
  size_t digits = 0;
  while (digits < word.size() && is_digit(word[digits])) ++digits;
  if (word.substr(digits, 2) != "<<") return false;
  auto fd = parse_u64(word.substr(0, digits));
  heredoc.fd = fd && *fd <= UINT32_MAX ? static_cast<uint32_t>(*fd) : 0;
  word.remove_prefix(digits + 2);
  heredoc.strip_tabs = !word.empty() && word[0] == '-';
  if (heredoc.strip_tabs) word.remove_prefix(1);
  while (!word.empty() && is_space(word[0])) word.remove_prefix(1);
  return !word.empty() && word.find('<') == std::string_view::npos;
}

}  // namespace

Result<std::optional<Heredoc>> parse_heredoc_word(std::string_view word) {
  Heredoc heredoc;
  std::optional<Heredoc> none;
  if (!take_operator(word, heredoc)) return none;
  LexOptions options{.keep_unset = true, .max_bytes = word.size()};
  TRY_ASSIGN(LexedText plain, lex_text(word, kEscape, no_value, options));
  if (plain.words.size() != 1) return none;
  options.keep_quotes = true;
  TRY_ASSIGN(LexedText raw, lex_text(word, kEscape, no_value, options));
  heredoc.name = plain.words[0].text;
  // Quotes that are gone from the name were quotes, not escaped characters.
  heredoc.expand =
      raw.words.size() == 1 && count_quotes(raw.words[0].text) == count_quotes(heredoc.name);
  return std::optional<Heredoc>(std::move(heredoc));
}

Result<std::vector<HeredocWord>> find_heredocs(std::string_view line) {
  std::vector<HeredocWord> found;
  LexOptions options{.keep_quotes = true, .keep_escapes = true, .keep_unset = true};
  options.max_bytes = line.size();
  auto lexed = lex_text(line, kEscape, no_value, options);
  if (!lexed.ok()) return found;
  for (const LexedWord& word : lexed->words) {
    TRY_ASSIGN(auto heredoc, parse_heredoc_word(word.text));
    if (heredoc) found.push_back({std::move(*heredoc), word.begin, word.end});
  }
  return found;
}

}  // namespace whittle
