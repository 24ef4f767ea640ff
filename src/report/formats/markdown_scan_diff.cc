// Two scans compared, as a comment on a pull request: what came stands open, the rest opens when it
// is clicked.
#include <fmt/format.h>

#include "base/strings.h"
#include "report/analysis_summary.h"
#include "report/formats/formats_list.h"
#include "report/formats/markdown_text.h"
#include "report/scan_diff_rows.h"
#include "report/scan_summary.h"
#include "report/text_layout.h"

namespace whittle {

namespace {

// GitHub takes comments of 65,536 characters.
constexpr size_t kMaxRows = 100;
constexpr size_t kMaxText = 200;

std::string rows_text(const ScanReport& report) {
  std::vector<ScanRow> rows = scan_rows(report);
  if (rows.empty()) return "";
  std::string out = "| level | finding | what | where |\n|---|---|---|---|\n";
  for (size_t i = 0; i < rows.size() && i < kMaxRows; ++i) {
    const ScanRow& row = rows[i];
    bool is_plain = is_link(row.url) && row.url.find_first_of("()[]*'") == std::string::npos;
    std::string id = table_code(row.id);
    out += fmt::format("| {} | {} | {} | {} |\n",
                       to_text(row.level),
                       is_plain ? fmt::format("[{}]({})", id, row.url) : id,
                       escaped(truncated(printable(diff_subject(row)), kMaxText)),
                       escaped(where_text(report, row)));
  }
  if (rows.size() > kMaxRows) out += fmt::format("\nand {} more\n", rows.size() - kMaxRows);
  return out;
}

std::string packages_text(const ScanDiff& diff) {
  std::string out = "| package | before | after |\n|---|---|---|\n";
  size_t count = 0;
  for (const PackageChange& change : diff.packages) {
    if (++count > kMaxRows) continue;
    out += fmt::format("| {} | {} | {} |\n",
                       table_code(change.name),
                       table_code(change.before),
                       table_code(change.after));
  }
  if (count > kMaxRows) out += fmt::format("\nand {} more\n", count - kMaxRows);
  return out;
}

}  // namespace

std::string scan_diff_as_markdown(const ScanDiff& diff, const RenderOptions& /*options*/) {
  std::string out = fmt::format("## {} → {}\n\n**{}.**\n\n",
                                escaped(image_title(*diff.before.analysis)),
                                escaped(image_title(*diff.after.analysis)),
                                escaped(scan_diff_verdict(diff)));
  if (std::string came = rows_text(diff.came); !came.empty()) out += "### New\n\n" + came + "\n";
  uint64_t gone = count_findings(diff.went);
  if (gone > 0) out += details(fmt::format("Gone: {}", gone), rows_text(diff.went));
  if (!diff.packages.empty())
    out += details("Packages: " + count_of(diff.packages.size(), "change"), packages_text(diff));
  std::string notes;
  for (const ScanReport* report : {&diff.before, &diff.after}) {
    for (const std::string& note : report->notes) notes += "- " + markdown(note) + "\n";
  }
  if (!notes.empty()) out += details("Notes", notes);
  return out + fmt::format("Made by whittle {}.\n", WHITTLE_VERSION);
}

}  // namespace whittle
