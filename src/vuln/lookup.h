// All that the database knows of one vulnerability, whatever image: for `explain`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/risk_level.h"
#include "vuln/database.h"

namespace whittle {

// How grave somebody says it is.
struct VulnLevel {
  std::string source;  // "GHSA-57j2-w4cx-62h2", "nvd"
  RiskLevel level = RiskLevel::Unknown;
  std::optional<double> score;
  std::string cvss;  // the vector; "" for a word alone
  bool operator==(const VulnLevel&) const = default;
};

// A package that a record names.
struct VulnAffected {
  std::string ecosystem;  // "Debian:12"
  std::string name;       // as the index has it
  std::string advisory;   // the record
  std::string versions;   // "from 1.2 before 1.4, from 2.0", "3 listed versions", "all"
};

struct VulnRecord {
  std::string id;                       // the CVE, else as it was asked for
  std::vector<std::string> aliases;     // other names, sorted
  std::vector<std::string> advisories;  // the records about it, sorted
  std::string summary;
  std::string url;
  std::string published;
  std::vector<VulnLevel> levels;  // of advisories, then of tables
  std::string exploited_since;    // CISA KEV
  bool is_ransomware = false;
  std::optional<double> epss;
  std::optional<double> epss_percentile;
  std::string exploitation;            // CISA SSVC
  std::vector<VulnAffected> affected;  // by ecosystem, name, advisory
};

// True for "CVE-2026-1", "GHSA-...", "DSA-1-1" and their like: capitals, a dash, more.
bool is_vulnerability_id(std::string_view text);

// By any of its names, in any case of letters; nullopt for one that the database does not know.
// Errors: Invalid for a damaged database.
Result<std::optional<VulnRecord>> find_vulnerability(const Database& database, std::string_view id);

}  // namespace whittle
