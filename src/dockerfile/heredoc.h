// Here-documents: which words of an instruction open one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/dockerfile.h"

namespace whittle {

// The heredoc that a word such as <<EOF, 3<<-"EOF" or << EOF opens: name, fd, expand and strip_tabs
// are set; nullopt if it opens none. Errors: Invalid for quotes in the name that do not close.
Result<std::optional<Heredoc>> parse_heredoc_word(std::string_view word);

// A heredoc of a line, and where its word stands in that line.
struct HeredocWord {
  Heredoc heredoc;
  uint32_t begin;
  uint32_t end;
};

// All heredocs that a joined line opens, in order. A line whose quotes do not close opens none.
// Errors: Invalid.
Result<std::vector<HeredocWord>> find_heredocs(std::string_view line);

}  // namespace whittle
