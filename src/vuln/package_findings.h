// The findings of one package, put together from the advisories that take it: one for each
// vulnerability, with all names and sources, the level and where it is mended.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/scan_report.h"
#include "vuln/database.h"
#include "vuln/matcher.h"

namespace whittle {

class PackageFindings {
 public:
  // `package` is its number in the catalog. The database must outlive the object.
  PackageFindings(const Database& database, uint32_t package)
      : database_(database), package_(package) {}

  // A row that takes the package, its advisory, and what judge() said. Errors: Invalid for a
  // damaged database.
  Status add(const database_format::AffectedRow& row,
             const database_format::AdvisoryRow& advisory,
             const MatchVerdict& verdict,
             const VersionOrder& order);

  // By id.
  std::vector<VulnFinding> take();

 private:
  struct Pending {
    VulnFinding finding;
    bool has_own_level = false;  // an advisory's, not a table's by CVE
  };

  Result<Pending*> find_or_make(database_format::Text target);
  Status add_level(Pending& found,
                   database_format::RowSpan severities,
                   const database_format::AdvisoryRow& advisory,
                   bool replaces) const;
  Status add_names(VulnFinding& finding,
                   const database_format::AdvisoryRow& advisory,
                   bool is_only_target) const;
  Status add_texts(Pending& found,
                   const database_format::AdvisoryRow& advisory,
                   bool is_only_target) const;
  Status add_cve(VulnFinding& finding) const;

  const Database& database_;
  uint32_t package_;
  std::map<std::string_view, Pending> found_;  // by id
};

}  // namespace whittle
