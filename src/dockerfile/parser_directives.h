// Parser directives: `# syntax=`, `# escape=`, `# check=` before everything else.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dockerfile/lexer.h"
#include "model/dockerfile.h"

namespace whittle {

// Reads directives line by line, until the first line that is none.
class DirectiveReader {
 public:
  // What starts a comment: "#", or "//" where a syntax is looked for in other formats.
  explicit DirectiveReader(std::string_view comment = "#") : comment_(comment) {}

  // True if the line is a directive; then it is in `directives`, and mistakes are in `problems`.
  bool read(std::string_view source,
            const SourceLine& line,
            std::vector<Directive>& directives,
            std::vector<ParseProblem>& problems);

 private:
  std::string_view comment_;
  bool is_done_ = false;
};

// The frontend image that a file asks for with a syntax directive, in any of the forms that
// BuildKit understands: `#` or
// `//` comments (behind a `#!` line, if any), or a JSON object with the key "syntax".
struct SyntaxRequest {
  std::string reference;  // up to the first blank
  std::string line;       // the whole value
  uint32_t line_number = 0;
};

std::optional<SyntaxRequest> detect_syntax(std::string_view source);
// The same for one key, in `#` comments only.
std::optional<SyntaxRequest> detect_directive(std::string_view source, std::string_view key);

}  // namespace whittle
