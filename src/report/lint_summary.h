// What a lint report comes to, in numbers.
#pragma once

#include <array>
#include <cstdint>

#include "model/lint_report.h"

namespace whittle {

struct LintSummary {
  uint64_t files = 0;
  uint64_t unreadable = 0;                // of them; each counts as an error, too
  std::array<uint64_t, 4> by_severity{};  // findings, by static_cast<size_t>(Severity)
  uint64_t suppressed = 0;
  uint64_t applied = 0;
  uint64_t safe_fixes = 0;    // findings with a fix that --fix applies
  uint64_t unsafe_fixes = 0;  // findings with one that --unsafe-fixes applies

  uint64_t findings() const {
    return by_severity[0] + by_severity[1] + by_severity[2] + by_severity[3];
  }
};

LintSummary lint_summary(const LintReport& report);

}  // namespace whittle
