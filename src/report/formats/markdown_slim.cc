// `slim` for a pull request or a wiki: sizes, proof, tiers, packages that are gone.
#include <fmt/format.h>

#include "base/strings.h"
#include "report/formats/formats_list.h"
#include "report/formats/markdown_text.h"
#include "report/slim_summary.h"

namespace whittle {

namespace {

std::string tiers(const SlimReport& report) {
  std::string out = "| | kept | files | of | files |\n|---|--:|--:|--:|--:|\n";
  for (size_t i = 0; i < kKeepTiers; ++i) {
    if (report.by_tier[i].files == 0) continue;
    out += fmt::format("| {} | {} | {} | {} | {} |\n",
                       tier_title(static_cast<KeepTier>(i)),
                       format_bytes(report.kept_by_tier[i].bytes),
                       report.kept_by_tier[i].files,
                       format_bytes(report.by_tier[i].bytes),
                       report.by_tier[i].files);
  }
  return out + fmt::format("| **all** | {} | {} | {} | {} |\n\n",
                           format_bytes(report.tree_after.bytes),
                           report.tree_after.files,
                           format_bytes(report.tree_before.bytes),
                           report.tree_before.files);
}

std::string gone_packages(const SlimReport& report) {
  std::string rows;
  for (const SlimPackage& row : report.packages) {
    if (row.is_kept) continue;
    rows += fmt::format("| {} | {} | {} | {} |\n",
                        row.type,
                        table_code(row.name),
                        table_code(row.version),
                        format_bytes(row.before.bytes));
  }
  if (rows.empty()) return "";
  return details(fmt::format("{} gone, {} stay",
                             count_of(count_packages(report, false), "package"),
                             count_packages(report, true)),
                 "| | package | version | bytes |\n|---|---|---|--:|\n" + rows);
}

std::string misses(const SlimReport& report) {
  if (report.misses.empty()) return "";
  std::string rows;
  for (const SlimMiss& miss : report.misses)
    rows += fmt::format("| {} | {} |\n", table_code(miss.path), table_code(miss.program));
  return details(count_of(report.misses.size(), "path") + " put back",
                 "| path | missed by |\n|---|---|\n" + rows);
}

}  // namespace

std::string slim_as_markdown(const SlimReport& report, const RenderOptions& /*options*/) {
  std::string out = "## " + markdown(slim_headline(report)) + "\n\n";
  out += markdown(slim_proof_text(report)) + "\n\n";
  for (const std::string& text : slim_run_texts(report)) out += markdown(text) + "\n\n";
  for (const SlimAttempt& attempt : report.attempts) {
    if (attempt.passed && attempt.put_back == 0) continue;
    out += slim_attempt_title(attempt) + "\n\n";
    if (!attempt.why.empty()) out += code_block(attempt.why, "", "") + "\n";
  }
  out += misses(report);
  out += tiers(report);
  out += gone_packages(report);
  for (const std::string& text : slim_debug_texts(report)) out += "\n" + markdown(text) + "\n";
  for (const std::string& note : report.notes) out += "\n> " + markdown(printable(note)) + "\n";
  return out;
}

}  // namespace whittle
