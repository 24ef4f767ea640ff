// What every format for people says about an optimize report: the verdict in one line, the rows of
// the comparison. Plain text, already safe to print; how it is set is the format's business.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/report.h"

namespace whittle {

inline constexpr std::string_view kNotMeasured = "not measured";

enum class Trend { None /* one side is unknown */, Same, Better, Worse };

struct ComparisonRow {
  std::string label;    // "image size"
  std::string before;   // "1.2 GiB", or kNotMeasured
  std::string after;    // "" when the report has no second side
  std::string slim;     // of the slim image; "" for what it has no part in
  std::string change;   // "-1.0 GiB", "same", "" when unknown; from the first to the last
  std::string percent;  // "-88.3 %", "" when unknown or meaningless
  Trend trend = Trend::None;
  bool is_measured = false;  // on one side at least
};

// In the order: size, gzip size, layers, context bytes and files, build, rebuild. Rows that nobody
// measured are left out where nothing was built.
std::vector<ComparisonRow> comparison_rows(const OptimizeReport& report);
// The columns that hold anything: "before", "after"; with a slim result "before", "fixed", "slim".
std::vector<std::string> comparison_columns(const OptimizeReport& report);
// The cells of those columns.
std::vector<std::string> comparison_cells(const OptimizeReport& report, const ComparisonRow& row);
// What became of `--slim`, a sentence each; empty without it.
std::vector<std::string> slim_twin_texts(const OptimizeReport& report);
// "-88.3 %"; "" when `before` is 0 or nothing changed.
std::string percent_change(double before, double after);

// "shop: 1.2 GiB -> 143.2 MiB (-88.3 %), and it still works".
std::string headline(const OptimizeReport& report);
// One sentence under the headline: what the verdict rests on.
std::string verdict_basis(const OptimizeReport& report);

// "line 12", or "context" for a change about the build context.
std::string place_of(const Change& change);
// "expected -41.3 MiB, measured -41.3 MiB", "" for a change that is not about bytes.
std::string saving_text(const ReportedChange& change);
// "3 applied, 1 taken back".
std::string count_changes(const std::vector<ReportedChange>& changes);
// For people, the changes that matter most come first: applied and planned ones by their saving,
// then those taken back.
std::vector<const ReportedChange*> changes_by_weight(const OptimizeReport& report);
// The first line of a finding's place in the user's file, without its line end; "" for findings
// about the context.
std::string source_line(const OptimizeReport& report, Range range);
// 1-based line of a finding, 0 for findings about the context.
uint32_t line_of(const OptimizeReport& report, const Finding& finding);
// The title of a finding's fix, else its help.
std::string advice(const Finding& finding);

}  // namespace whittle
