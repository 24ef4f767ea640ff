// What `scan` reports: the vulnerabilities known of an image's packages.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/analysis.h"

namespace whittle {

enum class RiskLevel : uint8_t { Unknown, Negligible, Low, Medium, High, Critical };
inline constexpr size_t kRiskLevels = 6;

// "unknown", "negligible", "low", "medium", "high", "critical".
std::string_view to_text(RiskLevel level);
std::optional<RiskLevel> parse_risk_level(std::string_view word);

// One vulnerability of one package.
struct VulnFinding {
  std::string id;                       // the CVE, else what the database calls it
  std::vector<std::string> aliases;     // other names, sorted
  std::vector<std::string> advisories;  // the records that say so, sorted
  std::string summary;
  std::string url;
  std::string published;
  RiskLevel level = RiskLevel::Unknown;
  std::string level_source;  // "GHSA", "vulnrichment:adp"; "" for Unknown
  std::string cvss;          // the vector; "" none
  std::optional<double> score;
  uint32_t package = 0;           // index into the catalog's packages
  std::string fixed_version;      // "": none is known
  bool is_unimportant = false;    // by the distribution's word
  bool is_informational = false;  // unmaintained and the like: no vulnerability
  std::string exploited_since;    // CISA KEV; "" not known to be exploited
  bool is_ransomware = false;
  std::optional<double> epss;  // probability of exploitation in 30 days
  std::optional<double> epss_percentile;
  std::string exploitation;  // CISA SSVC: "none", "poc", "active"; "" unknown
  // Why it does not count; "" for a finding that does.
  std::string suppressed;
  std::string remedy;  // what to do, one sentence without its period; "" nothing is known
};

struct ScanDatabase {
  std::string file;   // its name, without its folder
  std::string built;  // "2026-11-21T12:00:00Z"
  uint64_t advisories = 0;
};

struct ScanReport {
  std::shared_ptr<const Analysis> analysis;  // required: the image, its layers and packages
  ScanDatabase database;
  std::string end_of_life;  // the day the distribution's support ended; "" it goes on, or unknown
  // Those that count: exploited ones first, then by level, probability, id and package.
  std::vector<VulnFinding> findings;
  std::vector<VulnFinding> suppressed;  // the same order
  uint64_t matched_packages = 0;        // packages of an ecosystem that the database knows
  uint64_t unmatched_packages = 0;      // the others, and those without a version
  std::vector<std::string> notes;       // what degraded, for people
  bool show_suppressed = false;
  std::optional<RiskLevel> fail_on;
};

// True for a finding at or above the level of --fail-on.
bool has_failed(const ScanReport& report);
const Package& package_of(const ScanReport& report, const VulnFinding& finding);
std::vector<uint64_t> count_by_level(const std::vector<VulnFinding>& findings);  // by RiskLevel

}  // namespace whittle
