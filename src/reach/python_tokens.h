// Python's text as tokens: as much as imports, calls and constant strings need.
// Source: The Python Language Reference, "Lexical analysis".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "reach/facts.h"

namespace whittle {

enum class PythonTokenKind : uint8_t {
  None,
  LineBegin,  // of a logical line; `column` is its indentation
  Name,       // also keywords
  Number,
  String,  // `text` is the value; of a computed one what comes before the first expression
  Mark     // one character of punctuation, or "..."
};

struct PythonToken {
  PythonTokenKind kind = PythonTokenKind::None;
  bool is_computed = false;
  uint32_t line = 0;  // from 1
  size_t column = 0;
  std::string text;

  bool is(std::string_view mark) const { return kind == PythonTokenKind::Mark && text == mark; }
};

// Never fails. Neighbouring strings are one.
std::vector<PythonToken> python_tokens(std::string_view text);

// What a text of Python asks for, without a first line.
void add_python_facts(std::string_view text, FactWriter& into);

}  // namespace whittle
