// The lexer under expand.h and heredoc.h: quotes, escapes, variables, and words with their places.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "dockerfile/expand.h"
#include "dockerfile/expand_pattern.h"

namespace whittle {

// Nesting of ${a:-${b:-...}} that is followed.
inline constexpr int kMaxExpansionDepth = 64;

struct LexOptions {
  bool keep_quotes = false;              // in the result
  bool keep_escapes = false;             // in the result
  bool plain_quotes = false;             // quotes are characters like others
  bool keep_unset = false;               // variables without a value stay as written
  bool wants_words = true;    // else LexedText::words stays empty
  size_t max_bytes = kMaxExpandedBytes;  // of the result
};

// One word of the result, and the bytes of the input that it came from.
struct LexedWord {
  std::string text;
  uint32_t begin = 0;
  uint32_t end = 0;
};

struct LexedText {
  Expansion expansion;
  std::vector<LexedWord> words;
};

// Errors: Invalid for bad syntax or an unmet ${x:?}, Limit for nesting or size.
Result<LexedText> lex_text(std::string_view text,
                           char escape,
                           const Lookup& lookup,
                           LexOptions options);

}  // namespace whittle
