// What a scan says in the words of VEX: a statement for each vulnerability of each package.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/scan_report.h"

namespace whittle {

struct VexRow {
  const VulnFinding* finding = nullptr;
  std::string purl;           // of the package
  std::string status;         // "not_affected", "affected", "fixed", "under_investigation"
  std::string justification;  // OpenVEX' word; only for not_affected, where there is one
  std::string text;  // why it is not affected, or what to do about it; never empty for these two
};

// Those that count, then those that do not: only what a VEX statement or whittle itself knows not
// to be reachable is "not_affected". A rule that people wrote accepts a risk, and proves nothing.
// Advisories that merely inform are left out.
std::vector<VexRow> vex_rows(const ScanReport& report);

// What VEX calls the image: its package URL, else its name.
std::string vex_image(const ScanReport& report);

// The documents' time (scan_time()), or the beginning of 1970.
std::string vex_time(const ScanReport& report);

// A name for the document, the same for the same content: 40 hexadecimal digits.
std::string vex_digest(const ScanReport& report, const std::vector<VexRow>& rows);

}  // namespace whittle
