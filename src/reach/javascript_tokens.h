// JavaScript's text as tokens: as much as requires, calls and constant strings need.
// Source: ECMA-262, "Lexical Grammar".
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace whittle {

enum class ScriptTokenKind : uint8_t {
  None,
  Name,
  Number,
  String,    // between the quotes, escapes as written
  Template,  // constant up to its first expression; `is_computed` when there is one
  Regex,
  Mark  // one character of punctuation
};

// A view into the text.
struct ScriptToken {
  ScriptTokenKind kind = ScriptTokenKind::None;
  bool is_computed = false;
  uint32_t line = 0;  // from 1
  std::string_view text;

  bool is(std::string_view mark) const { return kind == ScriptTokenKind::Mark && text == mark; }

  bool is_text() const {
    return kind == ScriptTokenKind::String || kind == ScriptTokenKind::Template;
  }
};

// Never fails. The expressions inside of templates come as tokens behind the template.
std::vector<ScriptToken> javascript_tokens(std::string_view text);

}  // namespace whittle
