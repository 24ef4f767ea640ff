#include "vuln/matcher.h"

#include <algorithm>
#include <map>
#include <optional>

#include "base/strings.h"
#include "vuln/cvss.h"
#include "vuln/ecosystems.h"
#include "vuln/feeds/advisory.h"

namespace whittle {

namespace format = database_format;

namespace {

// PEP 440: a local version ("1.2+cu118") is its public one where the record names no local one.
std::string_view version_for(const VersionOrder& order,
                             std::string_view version,
                             std::string_view other) {
  bool is_public = order.name == "pep440" && !contains(other, "+");
  return is_public ? version.substr(0, version.find('+')) : version;
}

int compare_to(const VersionOrder& order, std::string_view version, std::string_view other) {
  if (other == "0") return 1;
  return order.compare(version_for(order, version, other), other);
}

// One range, its events in order.
class RangeJudge {
 public:
  RangeJudge(const VersionOrder& order, std::string_view version)
      : order_(order), version_(version) {}

  void see(EventKind kind, std::string_view event) {
    int sign = compare_to(order_, version_, event);
    switch (kind) {
      case EventKind::Introduced:
        if (sign >= 0) is_affected_ = true;
        break;
      case EventKind::Fixed:
        if (sign >= 0) is_affected_ = false;
        if (sign < 0 && fixed_.empty()) fixed_ = event;
        break;
      case EventKind::LastAffected:
        if (sign > 0) is_affected_ = false;
        break;
      case EventKind::Limit:
        has_limit_ = true;
        is_below_limit_ |= event == "*" || sign < 0;
        break;
    }
  }

  MatchVerdict verdict() const {
    bool is_limited = has_limit_ && !is_below_limit_;
    return {is_affected_ && !is_limited, fixed_};
  }

 private:
  const VersionOrder& order_;
  std::string_view version_;
  std::string_view fixed_;
  bool is_affected_ = false;
  bool has_limit_ = false;
  bool is_below_limit_ = false;
};

// A binary that was rebuilt without a change of the source: "1.2-3+b1".
std::string_view without_rebuild(std::string_view version) {
  size_t plus = version.rfind("+b");
  if (plus == std::string_view::npos || plus + 2 == version.size()) return version;
  bool is_number = version.find_first_not_of("0123456789", plus + 2) == std::string_view::npos;
  return is_number ? version.substr(0, plus) : version;
}

bool is_modular(std::string_view version) {
  return contains(version, ".module");
}

// What is looked up for a package.
struct Query {
  std::string_view ecosystem;  // with its release
  const Ecosystem* row = nullptr;
  std::string name;
  std::string_view version;
};

struct Pending {
  VulnFinding finding;
  bool has_own_level = false;  // an advisory's, not a table's by CVE
};

class Matcher {
 public:
  Matcher(const Database& database, const PackageCatalog& catalog)
      : database_(database),
        catalog_(catalog),
        distribution_(find_distribution(catalog.distribution)) {
    for (const Package& package : catalog.packages) {
      has_esm_ |= package.is_installed && contains(package.version, "esm");
    }
    for (std::string_view ecosystem : database.ecosystems()) {
      if (is_of_image(ecosystem)) releases_.push_back(ecosystem);
    }
  }

  Result<Matches> run() {
    Matches matches;
    matches.knows_distribution = !releases_.empty();
    for (uint32_t i = 0; i < catalog_.packages.size(); ++i) {
      const Package& package = catalog_.packages[i];
      if (!package.is_installed) continue;
      std::vector<Query> queries = queries_of(package);
      ++(queries.empty() ? matches.unmatched_packages : matches.matched_packages);
      for (const Query& query : queries) TRY(look_up(query, i));
      for (auto& [id, found] : found_) matches.findings.push_back(std::move(found.finding));
      found_.clear();
    }
    return matches;
  }

 private:
  bool is_of_image(std::string_view ecosystem) const {
    if (distribution_ == nullptr) return false;
    size_t colon = ecosystem.find(':');
    if (ecosystem.substr(0, colon) != distribution_->ecosystem) return false;
    std::string_view release =
        colon == std::string_view::npos ? std::string_view() : ecosystem.substr(colon + 1);
    if (release.starts_with("Pro:") && !has_esm_) return false;
    return distribution_->fits(release, catalog_.distribution);
  }

  void add_query(std::vector<Query>& queries,
                 std::string_view ecosystem,
                 std::string_view name,
                 std::string_view version) const {
    const Ecosystem* row = find_ecosystem(ecosystem);
    if (row == nullptr || version.empty()) return;
    if (!find_version_order(row->order)->is_valid(version)) return;
    Query query{ecosystem, row, index_name(*row, name), version};
    for (const Query& other : queries) {
      bool is_there =
          other.ecosystem == ecosystem && other.name == query.name && other.version == version;
      if (is_there) return;
    }
    queries.push_back(std::move(query));
  }

  void add_system_queries(const Package& package, std::vector<Query>& queries) const {
    bool is_deb = package.type == "deb";
    std::string_view source = package.source_name.empty() ? package.name : package.source_name;
    std::string_view version = package.version;
    if (is_deb) {
      version = package.source_version.empty() ? package.version : package.source_version;
      version = without_rebuild(version);
    }
    for (std::string_view release : releases_) {
      if (find_ecosystem(release)->type != package.type) continue;
      if (distribution_->named_by != NamedBy::Binary) add_query(queries, release, source, version);
      if (distribution_->named_by != NamedBy::Source) {
        add_query(queries, release, package.name, package.version);
      }
    }
  }

  std::vector<Query> queries_of(const Package& package) const {
    std::vector<Query> queries;
    bool is_system = package.type == "deb" || package.type == "apk" || package.type == "rpm";
    if (is_system) {
      if (distribution_ != nullptr) add_system_queries(package, queries);
      return queries;
    }
    for (std::string_view ecosystem : database_.ecosystems()) {
      const Ecosystem* row = find_ecosystem(ecosystem);
      if (row == nullptr || row->type != package.type) continue;
      add_query(queries, ecosystem, package.name, package.version);
    }
    return queries;
  }

  // True where a modular erratum and the package are not of the same stream.
  Result<bool> is_other_stream(const format::AdvisoryRow& advisory,
                               const Package& package,
                               std::string_view fixed) const {
    if (package.type != "rpm") return false;
    bool package_is_modular = !package.module.empty() || is_modular(package.version);
    if (!fixed.empty() && is_modular(fixed) != package_is_modular) return true;
    TRY_ASSIGN(std::string_view stream, database_.text(advisory.module));
    if (stream.empty() || package.module.empty()) return false;
    std::string_view label = package.module;
    return !label.starts_with(stream) ||
           (label.size() > stream.size() && label[stream.size()] != ':');
  }

  Status look_up(const Query& query, uint32_t package) {
    const VersionOrder& order = *find_version_order(query.row->order);
    TRY_ASSIGN(std::span<const format::AffectedRow> rows,
               database_.affected(query.ecosystem, query.name));
    for (const format::AffectedRow& row : rows) {
      TRY_ASSIGN(MatchVerdict verdict, judge(database_, row, order, query.version));
      if (!verdict.is_affected) continue;
      TRY_ASSIGN(const format::AdvisoryRow* advisory, database_.advisory(row.advisory));
      TRY_ASSIGN(bool is_other,
                 is_other_stream(*advisory, catalog_.packages[package], verdict.fixed));
      if (is_other) continue;
      TRY_ASSIGN(std::span<const format::Text> targets, database_.list(advisory->targets));
      for (format::Text target : targets) {
        TRY(add_finding(row, *advisory, target, targets.size() == 1, verdict, order, package));
      }
    }
    return {};
  }

  Status add_finding(const format::AffectedRow& row,
                     const format::AdvisoryRow& advisory,
                     format::Text target,
                     bool is_only_target,
                     const MatchVerdict& verdict,
                     const VersionOrder& order,
                     uint32_t package) {
    TRY_ASSIGN(std::string_view id, database_.text(target));
    auto [place, is_new] = found_.try_emplace(std::string(id));
    Pending& found = place->second;
    VulnFinding& finding = found.finding;
    if (is_new) {
      finding.id = id;
      finding.package = package;
      finding.is_unimportant = true;
      finding.is_informational = true;
      TRY(add_cve(finding));
    }
    finding.is_unimportant &= (row.flags & format::kUnimportant) != 0;
    finding.is_informational &= (row.flags & format::kInformational) != 0;
    bool is_sooner =
        !verdict.fixed.empty() &&
        (finding.fixed_version.empty() || order.compare(verdict.fixed, finding.fixed_version) < 0);
    if (is_sooner) finding.fixed_version = verdict.fixed;
    TRY(add_level(found, row.severities, advisory, true));
    if (is_only_target) TRY(add_level(found, advisory.severities, advisory, true));
    TRY(add_names(finding, advisory, is_only_target));
    return add_texts(found, advisory, is_only_target);
  }

  Status add_names(VulnFinding& finding, const format::AdvisoryRow& advisory, bool is_only_target) {
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

  Status add_texts(Pending& found, const format::AdvisoryRow& advisory, bool is_only_target) {
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
    set_level(found, level, own);
    return {};
  }

  static void add_name(std::vector<std::string>& names, std::string_view name) {
    auto place = std::lower_bound(names.begin(), names.end(), name);
    if (place == names.end() || *place != name) names.emplace(place, name);
  }

  // "GHSA" of "GHSA-57j2-w4cx-62h2": the database that an advisory is of.
  static std::string source_of(std::string_view advisory) {
    return std::string(advisory.substr(0, advisory.find('-')));
  }

  static void set_level(Pending& found, RiskLevel level, std::string_view advisory) {
    found.has_own_level = true;
    found.finding.level = level;
    found.finding.level_source = source_of(advisory);
    found.finding.cvss.clear();
    found.finding.score.reset();
  }

  // From a list of type and score. An advisory's word goes before what tables say of the CVE
  // (`replaces`), and the first advisory's before the next one's.
  Status add_level(Pending& found,
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
      set_level(found, level, own);
      if (is_vector) finding.cvss = score;
      if (is_vector) finding.score = number;
    }
    return {};
  }

  Status add_cve(VulnFinding& finding) const {
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

  const Database& database_;
  const PackageCatalog& catalog_;
  const DistributionRow* distribution_;
  bool has_esm_ = false;
  std::vector<std::string_view> releases_;  // ecosystems of the image's distribution
  std::map<std::string, Pending> found_;    // of the package that is looked at
};

}  // namespace

Result<MatchVerdict> judge(const Database& database,
                           const format::AffectedRow& row,
                           const VersionOrder& order,
                           std::string_view version) {
  MatchVerdict verdict;
  TRY_ASSIGN(std::span<const format::Text> versions, database.list(row.versions));
  for (format::Text text : versions) {
    TRY_ASSIGN(std::string_view listed, database.text(text));
    bool is_it = listed == version || compare_to(order, version, listed) == 0;
    if (is_it) verdict.is_affected = true;
    if (is_it) break;
  }
  TRY_ASSIGN(std::span<const format::EventRow> events, database.events(row.events));
  std::optional<RangeJudge> range;
  auto take = [&] {
    MatchVerdict own = range->verdict();
    // A range that says no has a fixed version only for one that stands in `versions`.
    if (own.is_affected || (verdict.fixed.empty() && verdict.is_affected)) {
      if (!own.fixed.empty()) verdict.fixed = own.fixed;
    }
    verdict.is_affected |= own.is_affected;
  };
  for (size_t i = 0; i < events.size(); ++i) {
    bool begins = (events[i].kind & format::kBeginsRange) != 0;
    if (begins && range) take();
    if (begins || !range) range.emplace(order, version);
    uint32_t kind = events[i].kind & ~format::kBeginsRange;
    if (kind > static_cast<uint32_t>(EventKind::Limit)) {
      return Error(ErrorKind::Invalid, "the database is damaged: an event of an unknown kind");
    }
    TRY_ASSIGN(std::string_view event, database.text(events[i].version));
    range->see(static_cast<EventKind>(kind), event);
  }
  if (range) take();
  return verdict;
}

Result<Matches> match_packages(const Database& database, const PackageCatalog& catalog) {
  return Matcher(database, catalog).run();
}

}  // namespace whittle
