// The findings of a scan as rows that a format can print without knowing which kind they are of.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/scan_report.h"

namespace whittle {

// Texts are as foreign as what they come from: a format escapes them.
struct ScanRow {
  ScannerSet kind = kScanVulnerabilities;
  // The finding itself; the other two are null. They point into the report.
  const VulnFinding* vulnerability = nullptr;
  const SecretFinding* secret = nullptr;
  const CheckFinding* check = nullptr;
  RiskLevel level = RiskLevel::Unknown;
  std::string id;       // "CVE-2026-1", "aws-access-key-id", "CIS-DI-0001"
  std::string title;    // what it is, one line, never empty: "a flaw in openssl"
  std::string subject;  // what has it, never empty: "libssl3 3.0.1-1", "app/.env"
  std::string message;  // the whole in one sentence without its period
  std::string help;     // what to do, one sentence without its period; "" nothing is known
  std::string url;      // where it is explained; "" nowhere
  uint32_t layer = kNoLayer;
  std::string path;         // the file in the image; "" for none
  uint32_t line = 0;        // of the file, 1-based; 0 unknown
  std::string suppressed;   // why it does not count; "" for one that does
  std::string fingerprint;  // 40 hexadecimal digits, unique in the report, the same in later scans
};

enum class ScanRowsWith : uint8_t { Counted, Suppressed };

// Vulnerabilities, secrets, checks, each in the report's order; after them, when they are asked
// for, the suppressed ones.
std::vector<ScanRow> scan_rows(const ScanReport& report, ScanRowsWith with = ScanRowsWith::Counted);

// What to do about a secret, by where it is; one sentence without its period.
std::string secret_remedy(const SecretFinding& finding);

// Null where the row is of no layer, or of one that is not known.
const LayerFacts* layer_of(const ScanReport& report, const ScanRow& row);

// The Dockerfile's lines of the row's layer, or of a check's instruction; null where they are not
// known.
const SourcePlace* place_of(const ScanReport& report, const ScanRow& row);

// True for an absolute URL of the web, written as RFC 3986 wants it.
bool is_link(std::string_view url);

// Words for levels, in the order of RiskLevel.
using RiskWords = std::array<std::string_view, kRiskLevels>;

inline std::string_view word_for(RiskLevel level, const RiskWords& words) {
  return words[static_cast<size_t>(level)];
}

// When what the report says was known: the day the database was made, else the image; "" neither is
// known. "2026-11-21T12:00:00Z".
std::string scan_time(const ScanReport& report);

}  // namespace whittle
