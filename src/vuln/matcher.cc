#include "vuln/matcher.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/strings.h"
#include "base/thread_pool.h"
#include "vuln/ecosystems.h"
#include "vuln/feeds/advisory.h"
#include "vuln/package_findings.h"

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

// An ecosystem that the database has records of, with its release.
struct Source {
  std::string_view name;
  const Ecosystem* row = nullptr;
  const VersionOrder* order = nullptr;
};

// What is looked up for a package.
struct Query {
  const Source* source = nullptr;
  std::string name;
  std::string_view version;
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
    for (std::string_view name : database.ecosystems()) {
      const Ecosystem* row = find_ecosystem(name);
      if (row == nullptr) continue;
      bool is_wanted = !is_system_type(row->type) || is_of_image(name);
      if (is_wanted) sources_.push_back({name, row, find_version_order(row->order)});
    }
  }

  Result<Matches> run(unsigned threads, const CancelToken& cancel) const {
    // Most of the time goes into few packages, so that none of them should wait for the others.
    std::vector<Answer> answers(catalog_.packages.size());
    TRY(parallel_for(answers.size(), threads, cancel, [&](size_t i) -> Status {
      if (!catalog_.packages[i].is_installed) return {};
      TRY_ASSIGN(answers[i], answer_for(static_cast<uint32_t>(i)));
      return {};
    }));
    Matches matches;
    matches.knows_distribution =
        std::any_of(sources_.begin(), sources_.end(), [](const Source& source) {
          return is_system_type(source.row->type);
        });
    for (size_t i = 0; i < answers.size(); ++i) {
      if (!catalog_.packages[i].is_installed) continue;
      ++(answers[i].is_judged ? matches.matched_packages : matches.unmatched_packages);
      std::move(answers[i].findings.begin(),
                answers[i].findings.end(),
                std::back_inserter(matches.findings));
    }
    return matches;
  }

 private:
  struct Answer {
    bool is_judged = false;  // there is an ecosystem to look it up in
    std::vector<VulnFinding> findings;
  };

  static bool is_system_type(std::string_view type) {
    return type == "deb" || type == "apk" || type == "rpm";
  }

  bool is_of_image(std::string_view ecosystem) const {
    if (distribution_ == nullptr) return false;
    size_t colon = ecosystem.find(':');
    if (ecosystem.substr(0, colon) != distribution_->ecosystem) return false;
    std::string_view release =
        colon == std::string_view::npos ? std::string_view() : ecosystem.substr(colon + 1);
    if (release.starts_with("Pro:") && !has_esm_) return false;
    return distribution_->fits(release, catalog_.distribution);
  }

  static void add_query(std::vector<Query>& queries,
                        const Source& source,
                        std::string_view name,
                        std::string_view version) {
    if (version.empty() || !source.order->is_valid(version)) return;
    Query query{&source, index_name(*source.row, name), version};
    for (const Query& other : queries) {
      bool is_there =
          other.source == query.source && other.name == query.name && other.version == version;
      if (is_there) return;
    }
    queries.push_back(std::move(query));
  }

  void add_system_query(const Package& package,
                        const Source& source,
                        std::vector<Query>& queries) const {
    bool is_deb = package.type == "deb";
    std::string_view name = package.source_name.empty() ? package.name : package.source_name;
    std::string_view version = package.version;
    if (is_deb) {
      version = package.source_version.empty() ? package.version : package.source_version;
      version = without_rebuild(version);
    }
    if (distribution_->named_by != NamedBy::Binary) add_query(queries, source, name, version);
    if (distribution_->named_by != NamedBy::Source)
      add_query(queries, source, package.name, package.version);
  }

  std::vector<Query> queries_of(const Package& package) const {
    std::vector<Query> queries;
    bool is_system = is_system_type(package.type);
    for (const Source& source : sources_) {
      if (source.row->type != package.type) continue;
      if (is_system) {
        add_system_query(package, source, queries);
      } else {
        add_query(queries, source, package.name, package.version);
      }
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

  Result<Answer> answer_for(uint32_t package) const {
    std::vector<Query> queries = queries_of(catalog_.packages[package]);
    PackageFindings findings(database_, package);
    for (const Query& query : queries) TRY(look_up(query, catalog_.packages[package], findings));
    return Answer{!queries.empty(), findings.take()};
  }

  Status look_up(const Query& query, const Package& package, PackageFindings& findings) const {
    const VersionOrder& order = *query.source->order;
    TRY_ASSIGN(std::span<const format::AffectedRow> rows,
               database_.affected(query.source->name, query.name));
    for (const format::AffectedRow& row : rows) {
      TRY_ASSIGN(MatchVerdict verdict, judge(database_, row, order, query.version));
      if (!verdict.is_affected) continue;
      TRY_ASSIGN(const format::AdvisoryRow* advisory, database_.advisory(row.advisory));
      TRY_ASSIGN(bool is_other, is_other_stream(*advisory, package, verdict.fixed));
      if (!is_other) TRY(findings.add(row, *advisory, verdict, order));
    }
    return {};
  }

  const Database& database_;
  const PackageCatalog& catalog_;
  const DistributionRow* distribution_;
  bool has_esm_ = false;
  std::vector<Source> sources_;  // of languages, and of the image's distribution
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

Result<Matches> match_packages(const Database& database,
                               const PackageCatalog& catalog,
                               unsigned threads,
                               const CancelToken& cancel) {
  return Matcher(database, catalog).run(threads, cancel);
}

Result<Matches> match_packages(const Database& database, const PackageCatalog& catalog) {
  return match_packages(database, catalog, 1, CancelToken());
}

}  // namespace whittle
