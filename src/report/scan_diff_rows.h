// What the formats for people say of two scans.
#pragma once

#include <string>

#include "model/scan_diff.h"
#include "report/scan_rows.h"

namespace whittle {

// "2 new findings, 5 gone, 11 stay; 1 package changed".
std::string scan_diff_verdict(const ScanDiff& diff);
// "openssl 3.0.1-1 -> 3.0.2-1", "+ curl 8.1", "- wget 1.21"; safe to print.
std::string change_text(const PackageChange& change);
// What of the row has it, and how it was: "openssl 3.0.1-1, fixed in 3.0.2-1".
std::string diff_subject(const ScanRow& row);

}  // namespace whittle
