// Packages against the database, by OSV's own algorithm (schema 1.7, "Evaluation") and each
// ecosystem's rules of what a name and a version are.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "model/package.h"
#include "model/scan_report.h"
#include "vuln/database.h"
#include "vuln/versions/versions.h"

namespace whittle {

// Whether a record's row says that a version is affected, and what it says is fixed.
struct MatchVerdict {
  bool is_affected = false;
  std::string_view fixed;  // the first fixed version behind it; "" none is known
};

Result<MatchVerdict> judge(const Database& database,
                           const database_format::AffectedRow& row,
                           const VersionOrder& order,
                           std::string_view version);

struct Matches {
  // One for each vulnerability of each package; by package, then by id.
  std::vector<VulnFinding> findings;
  uint64_t matched_packages = 0;
  uint64_t unmatched_packages = 0;
  bool knows_distribution = false;  // the database has the image's release
};

// Installed packages only; the answer does not depend on the number of threads. Thread-safe.
// Errors: Invalid for a damaged database, Cancelled.
Result<Matches> match_packages(const Database& database,
                               const PackageCatalog& catalog,
                               unsigned threads,
                               const CancelToken& cancel);
// On the caller's thread, to the end.
Result<Matches> match_packages(const Database& database, const PackageCatalog& catalog);

}  // namespace whittle
