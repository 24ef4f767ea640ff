// What `scan` reports: the vulnerabilities known of an image's packages, the secrets in its layers
// and configuration, and what the checks of its configuration found.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/analysis.h"
#include "model/check_finding.h"
#include "model/readiness.h"
#include "model/risk_level.h"
#include "model/secret_finding.h"

namespace whittle {

// What a scan looks for. A set of these says what was looked for, so that "nothing found" and "not
// looked for" differ.
using ScannerSet = uint8_t;
inline constexpr ScannerSet kScanVulnerabilities = 1;
inline constexpr ScannerSet kScanSecrets = 2;
inline constexpr ScannerSet kScanConfiguration = 4;

struct ScannerInfo {
  ScannerSet bit;
  std::string_view name;  // "vuln"
  std::string_view what;  // "known vulnerabilities of packages"
};

const std::vector<ScannerInfo>& scanner_table();

// Whether what the image starts uses a package.
enum class PackageUsage : uint8_t {
  Needed,    // it does not work without one of its files, or a run used one
  Possible,  // a program can ask for one
  Unused,    // nothing that is started leads to any of its files
  Unknown,
};

// "needed", "possible", "unused", "" for Unknown.
std::string_view to_text(PackageUsage usage);

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
  // What a VEX statement says of it: "not_affected", "fixed", "under_investigation", "affected",
  // and for the first of them why, in OpenVEX' words; "" without a statement.
  std::string vex_status;
  std::string vex_justification;
  std::string remedy;  // what to do, one sentence without its period; "" nothing is known
  PackageUsage usage = PackageUsage::Unknown;
};

struct ScanDatabase {
  std::string file;   // its name, without its folder
  std::string built;  // "2026-11-21T12:00:00Z"
  uint64_t advisories = 0;
};

// A vulnerability that another base image would take away or bring.
struct BaseChange {
  std::string id;
  std::string package;
  RiskLevel level = RiskLevel::Unknown;
};

// An image that could stand in the place of the base image.
struct BaseCandidate {
  std::string name;              // as it was given
  std::vector<BaseChange> gone;  // of the base's vulnerabilities, those that it has not
  uint64_t stay = 0;             // that it has too
  std::vector<BaseChange> come;  // that it has and the base has not
};

struct ScanReport {
  std::shared_ptr<const Analysis> analysis;  // required: the image, its layers and packages
  ScanDatabase database;
  std::string end_of_life;  // the day the distribution's support ended; "" it goes on, or unknown
  // Those that count: exploited ones first, then by level, probability, id and package.
  std::vector<VulnFinding> findings;
  std::vector<VulnFinding> suppressed;  // the same order
  // By level, the gravest first, then by layer, path and line.
  std::vector<SecretFinding> secrets;
  std::vector<SecretFinding> suppressed_secrets;
  std::vector<CheckFinding> checks;  // by level, the gravest first, then by id
  std::vector<CheckFinding> suppressed_checks;
  std::optional<ImageReadiness> readiness;     // where the configuration was looked at
  std::optional<AttackSurface> surface;        // likewise
  std::vector<BaseCandidate> base_candidates;  // in the order they were given
  ScannerSet scanners = kScanVulnerabilities;  // what was looked for
  uint64_t matched_packages = 0;               // packages of an ecosystem that the database knows
  uint64_t unmatched_packages = 0;             // the others, and those without a version
  std::vector<std::string> notes;              // what degraded, for people
  bool has_usage = false;                      // which packages are used was looked at
  bool show_suppressed = false;
  std::optional<RiskLevel> fail_on;
};

// True for a finding of any kind at or above the level of --fail-on.
bool has_failed(const ScanReport& report);
const Package& package_of(const ScanReport& report, const VulnFinding& finding);

template <typename Finding>
std::vector<uint64_t> count_by_level(const std::vector<Finding>& findings) {  // by RiskLevel
  std::vector<uint64_t> counts(kRiskLevels);
  for (const Finding& finding : findings) ++counts[static_cast<size_t>(finding.level)];
  return counts;
}

// The orders that the report's lists are in.
void sort_secrets(std::vector<SecretFinding>& findings);
void sort_checks(std::vector<CheckFinding>& findings);

}  // namespace whittle
