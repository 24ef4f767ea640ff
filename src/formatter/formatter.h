// One style for Dockerfiles: keywords, indentation, continuations, package lists, empty lines. What
// a file means stays the same, and every result is proven to before it is handed out.
#pragma once

#include <string>

#include "base/limits.h"
#include "base/result.h"

namespace whittle {

struct FormatOptions {
  unsigned indent = 4;         // blanks a level of continuation lines
  bool sorts_packages = true;  // of OS package managers, where the order cannot matter
};

struct Formatted {
  std::string text;
  // Why the file was left alone: "line 3: ...", "..."; then `text` is the source. "" otherwise.
  std::string note;
};

// The file in the style. Formatting the result again gives the same bytes. Left alone, with a note,
// are files that do not parse and those whose proof fails. Errors: Limit when the source is too
// large. Thread-safe.
Result<Formatted> format_dockerfile(const std::string& source,
                                    const FormatOptions& options,
                                    const Limits& limits);

}  // namespace whittle
