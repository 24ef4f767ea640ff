// What feeds say of vulnerabilities, as plain values. The words are those of OSV's schema 1.7
// (ossf.github.io/osv-schema).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace whittle {

struct SeverityNote {
  std::string type;   // "CVSS_V3", "Ubuntu"
  std::string score;  // a vector, or a word
  bool operator==(const SeverityNote&) const = default;
};

enum class EventKind : uint8_t { Introduced, Fixed, LastAffected, Limit };

struct RangeEvent {
  EventKind kind = EventKind::Introduced;
  std::string version;
};

using Events = std::vector<RangeEvent>;  // of one range, in the order of the record

struct AffectedPackage {
  std::string ecosystem;  // "Debian:12"
  std::string name;
  std::vector<Events> ranges;  // those by version; ranges of commits are left out
  std::vector<std::string> versions;
  std::vector<SeverityNote> severities;
  bool is_unimportant = false;    // Debian: the package's users are not at risk
  bool is_informational = false;  // unmaintained and the like: no vulnerability
};

struct Advisory {
  std::string id;
  std::string modified;
  std::string published;
  std::string summary;
  std::string url;
  std::vector<std::string> aliases;   // the same vulnerability
  std::vector<std::string> upstream;  // the vulnerabilities this is a distribution's word on
  std::vector<std::string> related;
  std::vector<SeverityNote> severities;
  std::string severity_word;  // "MODERATE", where the database has words beside vectors
  std::vector<AffectedPackage> affected;
};

// What one feed tells of a CVE beside advisories. What it does not tell is empty.
struct CveNote {
  std::string id;
  SeverityNote severity;
  std::string severity_source;
  std::string exploited_since;  // CISA KEV: "2021-12-10"
  bool is_ransomware = false;   // CISA KEV
  double epss = -1;             // probability of exploitation in 30 days; -1: not told
  double epss_percentile = -1;
  std::string exploitation;  // CISA SSVC: "none", "poc", "active"
  bool is_automatable = false;
  std::string technical_impact;  // "partial", "total"
};

// Takes what readers find. Implementations keep what they want.
class FeedSink {
 public:
  virtual ~FeedSink() = default;
  virtual void add(const Advisory& advisory) = 0;
  virtual void add(const CveNote& note) = 0;
  virtual void withdrawn() = 0;                       // a record that its database took back
  virtual void problem(const std::string& text) = 0;  // what could not be read and was passed over
};

}  // namespace whittle
