// Findings of `scan` as workflow commands of GitHub Actions: an annotation of the Dockerfile's
// lines where they are known, else of the run.
#include <fmt/format.h>

#include "report/formats/formats_list.h"
#include "report/github_text.h"
#include "report/scan_rows.h"

namespace whittle {

namespace {

constexpr RiskWords kCommands = {"notice", "notice", "notice", "warning", "error", "error"};

std::string place_properties(const SourcePlace* place) {
  if (place == nullptr) return "";
  return fmt::format("file={},line={},endLine={},",
                     github_property(place->file),
                     place->first_line,
                     place->last_line);
}

}  // namespace

std::string scan_as_github(const ScanReport& report, const RenderOptions& /*options*/) {
  std::string out;
  for (const ScanRow& row : scan_rows(report)) {
    std::string message = fmt::format("{} ({})", row.message, to_text(row.level));
    if (!row.help.empty()) message += ". " + row.help;
    out += fmt::format("::{} {}title={}::{}\n",
                       word_for(row.level, kCommands),
                       place_properties(place_of(report, row)),
                       github_property(row.id),
                       github_data(message));
  }
  return out;
}

std::string scans_as_github(const std::vector<ScanReport>& reports, const RenderOptions& options) {
  std::string out;
  for (const ScanReport& report : reports) out += scan_as_github(report, options);
  return out;
}

}  // namespace whittle
