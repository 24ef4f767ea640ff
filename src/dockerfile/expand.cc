#include "dockerfile/expand.h"

#include "dockerfile/expand_word.h"

namespace whittle {

Result<Expansion> expand_word(std::string_view word, char escape, const Lookup& lookup) {
  TRY_ASSIGN(LexedText lexed, lex_text(word, escape, lookup, {.wants_words = false}));
  return std::move(lexed.expansion);
}

Result<std::vector<std::string>> expand_words(std::string_view text,
                                              char escape,
                                              const Lookup& lookup) {
  TRY_ASSIGN(LexedText lexed, lex_text(text, escape, lookup, {}));
  std::vector<std::string> words;
  for (LexedWord& word : lexed.words) words.push_back(std::move(word.text));
  return words;
}

Result<Expansion> expand_heredoc(std::string_view body, const Lookup& lookup) {
  TRY_ASSIGN(LexedText lexed,
             lex_text(body, '\\', lookup, {.plain_quotes = true, .wants_words = false}));
  return std::move(lexed.expansion);
}

std::optional<std::string> Environment::find(std::string_view name) const {
  for (const auto* variables : {&args, &env}) {
    for (const auto& [key, value] : *variables) {
      if (key == name) return value;
    }
  }
  return std::nullopt;
}

}  // namespace whittle
