#include "report/scan_diff_rows.h"

#include <fmt/format.h>

#include "base/strings.h"

namespace whittle {

std::string scan_diff_verdict(const ScanDiff& diff) {
  uint64_t came = count_findings(diff.came);
  uint64_t same = diff.same_vulnerabilities + diff.same_secrets + diff.same_checks;
  std::string text = came == 0   ? "nothing new"
                     : came == 1 ? "1 new finding"
                                 : fmt::format("{} new findings", came);
  text += fmt::format(
      ", {} gone, {} {}", count_findings(diff.went), same, same == 1 ? "stays" : "stay");
  if (!diff.packages.empty()) text += "; " + count_of(diff.packages.size(), "package") + " changed";
  return text;
}

std::string change_text(const PackageChange& change) {
  std::string name = printable(change.name);
  if (change.before.empty()) return fmt::format("+ {} {}", name, printable(change.after));
  if (change.after.empty()) return fmt::format("- {} {}", name, printable(change.before));
  return fmt::format("{} {} -> {}", name, printable(change.before), printable(change.after));
}

std::string diff_subject(const ScanRow& row) {
  if (row.check != nullptr) {
    constexpr size_t kMost = 3;
    std::string text = row.title;
    for (size_t i = 0; i < row.check->evidence.size() && i < kMost; ++i)
      text += (i == 0 ? ": " : "; ") + row.check->evidence[i];
    if (row.check->evidence.size() > kMost)
      text += fmt::format("; and {} more", row.check->evidence.size() - kMost);
    return text;
  }
  if (row.secret != nullptr) return row.message;
  const std::string& fixed = row.vulnerability->fixed_version;
  return fixed.empty() ? row.subject : row.subject + ", fixed in " + fixed;
}

}  // namespace whittle
