#include "vuln/package_findings.h"

#include <algorithm>
#include <optional>

#include "vuln/cvss.h"
#include "vuln/feeds/advisory.h"

namespace whittle {

namespace format = database_format;

namespace {

void add_name(std::vector<std::string>& names, std::string_view name) {
  auto place = std::lower_bound(names.begin(), names.end(), name);
  if (place == names.end() || *place != name) names.emplace(place, name);
}

// "GHSA" of "GHSA-57j2-w4cx-62h2": the database that an advisory is of.
std::string source_of(std::string_view advisory) {
  return std::string(advisory.substr(0, advisory.find('-')));
}

// An advisory's own word: no table's goes before it.
void set_level(VulnFinding& finding, RiskLevel level, std::string_view advisory) {
  finding.level = level;
  finding.level_source = source_of(advisory);
  finding.cvss.clear();
  finding.score.reset();
}

}  // namespace

Result<PackageFindings::Pending*> PackageFindings::find_or_make(format::Text target) {
  TRY_ASSIGN(std::string_view id, database_.text(target));
  auto [place, is_new] = found_.try_emplace(id);
  VulnFinding& finding = place->second.finding;
  if (is_new) {
    finding.id = id;
    finding.package = package_;
    finding.is_unimportant = true;
    finding.is_informational = true;
    TRY(add_cve(finding));
  }
  return &place->second;
}

Status PackageFindings::add(const format::AffectedRow& row,
                            const format::AdvisoryRow& advisory,
                            const MatchVerdict& verdict,
                            const VersionOrder& order) {
  TRY_ASSIGN(std::span<const format::Text> targets, database_.list(advisory.targets));
  bool is_only_target = targets.size() == 1;
  for (format::Text target : targets) {
    TRY_ASSIGN(Pending * found, find_or_make(target));
    VulnFinding& finding = found->finding;
    finding.is_unimportant &= (row.flags & format::kUnimportant) != 0;
    finding.is_informational &= (row.flags & format::kInformational) != 0;
    bool is_sooner =
        !verdict.fixed.empty() &&
        (finding.fixed_version.empty() || order.compare(verdict.fixed, finding.fixed_version) < 0);
    if (is_sooner) finding.fixed_version = verdict.fixed;
    TRY(add_level(*found, row.severities, advisory, true));
    if (is_only_target) TRY(add_level(*found, advisory.severities, advisory, true));
    TRY(add_names(finding, advisory, is_only_target));
    TRY(add_texts(*found, advisory, is_only_target));
  }
  return {};
}

Status PackageFindings::add_names(VulnFinding& finding,
                                  const format::AdvisoryRow& advisory,
                                  bool is_only_target) const {
  TRY_ASSIGN(std::string_view own, database_.text(advisory.id));
  add_name(finding.advisories, own);
  if (!is_only_target) return {};
  if (own != finding.id) add_name(finding.aliases, own);
  TRY_ASSIGN(std::span<const format::Text> aliases, database_.list(advisory.aliases));
  for (format::Text alias : aliases) {
    TRY_ASSIGN(std::string_view name, database_.text(alias));
    if (name != finding.id) add_name(finding.aliases, name);
  }
  return {};
}

Status PackageFindings::add_texts(Pending& found,
                                  const format::AdvisoryRow& advisory,
                                  bool is_only_target) const {
  VulnFinding& finding = found.finding;
  TRY_ASSIGN(std::string_view summary, database_.text(advisory.summary));
  TRY_ASSIGN(std::string_view url, database_.text(advisory.url));
  TRY_ASSIGN(std::string_view published, database_.text(advisory.published));
  if (finding.summary.empty()) finding.summary = summary;
  if (finding.url.empty()) finding.url = url;
  bool is_earlier = finding.published.empty() || published < finding.published;
  if (is_earlier && !published.empty()) finding.published = published;
  // What the erratum says of itself, where nobody says more of the vulnerability.
  if (!is_only_target) TRY(add_level(found, advisory.severities, advisory, false));
  TRY_ASSIGN(std::string_view word, database_.text(advisory.severity_word));
  RiskLevel level = risk_of_word(word);
  bool is_better = is_only_target ? !found.has_own_level : finding.level == RiskLevel::Unknown;
  if (level == RiskLevel::Unknown || !is_better) return {};
  TRY_ASSIGN(std::string_view own, database_.text(advisory.id));
  found.has_own_level = true;
  set_level(finding, level, own);
  return {};
}

// From a list of type and score. An advisory's word goes before what tables say of the CVE
// (`replaces`), and the first advisory's before the next one's.
Status PackageFindings::add_level(Pending& found,
                                  format::RowSpan severities,
                                  const format::AdvisoryRow& advisory,
                                  bool replaces) const {
  VulnFinding& finding = found.finding;
  if (found.has_own_level || (!replaces && finding.level != RiskLevel::Unknown)) return {};
  TRY_ASSIGN(std::span<const format::Text> list, database_.list(severities));
  TRY_ASSIGN(std::string_view own, database_.text(advisory.id));
  for (size_t i = 0; i + 1 < list.size() && !found.has_own_level; i += 2) {
    TRY_ASSIGN(std::string_view type, database_.text(list[i]));
    TRY_ASSIGN(std::string_view score, database_.text(list[i + 1]));
    std::optional<double> number = cvss_base_score(score);
    bool is_vector = type.starts_with("CVSS_V");
    RiskLevel level = !is_vector ? risk_of_word(score)
                      : number   ? risk_of_score(*number, type == "CVSS_V2")
                                 : RiskLevel::Unknown;
    if (level == RiskLevel::Unknown) continue;
    found.has_own_level = true;
    set_level(finding, level, own);
    if (is_vector) finding.cvss = score;
    if (is_vector) finding.score = number;
  }
  return {};
}

Status PackageFindings::add_cve(VulnFinding& finding) const {
  TRY_ASSIGN(const format::CveRow* cve, database_.cve(finding.id));
  if (cve == nullptr) return {};
  TRY_ASSIGN(std::string_view since, database_.text(cve->exploited_since));
  TRY_ASSIGN(std::string_view exploitation, database_.text(cve->exploitation));
  finding.exploited_since = since;
  finding.is_ransomware = (cve->flags & format::kRansomware) != 0;
  finding.exploitation = exploitation;
  if (cve->epss >= 0) finding.epss = cve->epss;
  if (cve->epss_percentile >= 0) finding.epss_percentile = cve->epss_percentile;
  TRY_ASSIGN(std::span<const format::Text> list, database_.list(cve->severities));
  for (size_t i = 0; i + 2 < list.size(); i += 3) {
    TRY_ASSIGN(std::string_view type, database_.text(list[i]));
    TRY_ASSIGN(std::string_view vector, database_.text(list[i + 1]));
    TRY_ASSIGN(std::string_view source, database_.text(list[i + 2]));
    std::optional<double> number = cvss_base_score(vector);
    if (!number) continue;
    finding.level = risk_of_score(*number, type == "CVSS_V2");
    finding.level_source = source;
    finding.cvss = vector;
    finding.score = number;
    break;
  }
  return {};
}

std::vector<VulnFinding> PackageFindings::take() {
  std::vector<VulnFinding> findings;
  findings.reserve(found_.size());
  for (auto& [id, found] : found_) findings.push_back(std::move(found.finding));
  found_.clear();
  return findings;
}

}  // namespace whittle
