// What the shell expands inside a word: `$x`, `${x...}`, `$(...)`, backquotes, `$((...))`, with
// their places in the file and whether quotes keep them together.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/shell.h"

namespace whittle {

enum class ExpansionKind { Parameter, Command, Arithmetic, AnsiQuote /* $'...' and $"..." */ };

struct WordExpansion {
  ExpansionKind kind = ExpansionKind::Parameter;
  bool is_quoted = false;
  std::string_view text;      // as written, of ShellWord::raw
  std::string_view name;      // Parameter: "x" of "${x:-y}", "?" of "$?"
  std::string_view modifier;  // Parameter: ":-y" of "${x:-y}"; "#" of "${#x}", "!" of "${!x}"
  size_t offset = 0;          // in ShellWord::raw
  Range range;                // in the file; the whole word when it crosses a line
};

// In the order of the word; what stands inside another expansion is not looked into.
std::vector<WordExpansion> expansions_of(const ShellWord& word);

// `{a,b}` or `{1..3}` outside of quotes: where bash makes several words.
bool has_brace_expansion(std::string_view raw);

}  // namespace whittle
