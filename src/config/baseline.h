// A baseline: findings that are known and not to be reported again. A finding is known by its file,
// its rule and the text of its line, so that it stays known when lines move.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "base/result.h"
#include "model/lint_report.h"

namespace whittle {

class Baseline {
 public:
  // All findings of a report.
  static Baseline of(const LintReport& report);
  // Errors: Invalid "NAME: ..." for what is no baseline.
  static Result<Baseline> parse(std::string_view json, const std::string& name);

  // JSON, sorted, one entry a line.
  std::string to_json() const;
  // Moves the findings that it knows to the suppressed ones ("baseline"): as many of a kind as it
  // counts. Returns the number of those it knows and that are gone.
  uint64_t apply(LintReport& report) const;

 private:
  using Key = std::tuple<std::string, std::string, std::string>;  // file, rule, text of the line
  static Key key_of(const LintedFile& file, const Finding& finding);

  std::map<Key, uint64_t> counts_;
};

}  // namespace whittle
