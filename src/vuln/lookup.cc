#include "vuln/lookup.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "base/strings.h"
#include "vuln/alias_groups.h"
#include "vuln/cvss.h"
#include "vuln/feeds/advisory.h"

namespace whittle {

namespace format = database_format;

namespace {

class Lookup {
 public:
  Lookup(const Database& database, std::string_view id) : database_(database), asked_(id) {}

  Result<std::optional<VulnRecord>> run() {
    TRY(find_records());
    // Asked by one of its other names: now all that say its own.
    if (std::string own = record_.id; !equals_ignoring_case(own, asked_)) {
      record_ = {};
      asked_ = own;
      TRY(find_records());
    }
    TRY(add_cve());
    if (records_.empty() && !has_cve_) return std::optional<VulnRecord>();
    TRY(add_affected());
    names_.erase(record_.id);
    record_.aliases.assign(names_.begin(), names_.end());
    std::sort(record_.advisories.begin(), record_.advisories.end());
    return std::optional<VulnRecord>(std::move(record_));
  }

 private:
  Result<bool> has(format::RowSpan rows) const {
    TRY_ASSIGN(std::span<const format::Text> list, database_.list(rows));
    for (format::Text text : list) {
      TRY_ASSIGN(std::string_view name, database_.text(text));
      if (equals_ignoring_case(name, asked_)) return true;
    }
    return false;
  }

  // An erratum that is about several vulnerabilities names what findings are called.
  Result<bool> is_about(const format::AdvisoryRow& row) const {
    TRY_ASSIGN(std::string_view own, database_.text(row.id));
    if (equals_ignoring_case(own, asked_)) return true;
    TRY_ASSIGN(bool is_target, has(row.targets));
    if (is_target) return true;
    TRY_ASSIGN(std::span<const format::Text> targets, database_.list(row.targets));
    return targets.size() == 1 ? has(row.aliases) : Result<bool>(false);
  }

  Status find_records() {
    record_.id = to_upper(asked_).starts_with("CVE-") ? to_upper(asked_) : std::string(asked_);
    for (uint32_t i : database_.advisories_named(asked_)) {
      TRY_ASSIGN(const format::AdvisoryRow* row, database_.advisory(i));
      TRY_ASSIGN(bool is_it, is_about(*row));
      if (is_it) TRY(add_record(i, *row));
    }
    return {};
  }

  Status add_record(uint32_t index, const format::AdvisoryRow& row) {
    records_.insert(index);
    TRY_ASSIGN(std::string_view own, database_.text(row.id));
    TRY_ASSIGN(std::string_view summary, database_.text(row.summary));
    TRY_ASSIGN(std::string_view url, database_.text(row.url));
    TRY_ASSIGN(std::string_view published, database_.text(row.published));
    record_.advisories.emplace_back(own);
    if (record_.summary.empty()) record_.summary = summary;
    if (record_.url.empty()) record_.url = url;
    bool is_earlier = record_.published.empty() || published < record_.published;
    if (is_earlier && !published.empty()) record_.published = published;
    TRY(add_names(row, own));
    TRY_ASSIGN(std::string_view word, database_.text(row.severity_word));
    if (risk_of_word(word) != RiskLevel::Unknown)
      add_level({std::string(own), risk_of_word(word), std::nullopt, ""});
    return add_levels(row.severities, own);
  }

  Status add_names(const format::AdvisoryRow& row, std::string_view own) {
    TRY_ASSIGN(std::span<const format::Text> targets, database_.list(row.targets));
    if (targets.size() != 1) return {};  // it is about others too
    names_.emplace(own);
    TRY_ASSIGN(std::string_view target, database_.text(targets[0]));
    names_.emplace(target);
    if (!whittle::is_cve(record_.id)) record_.id = target;
    TRY_ASSIGN(std::span<const format::Text> aliases, database_.list(row.aliases));
    for (format::Text alias : aliases) {
      TRY_ASSIGN(std::string_view name, database_.text(alias));
      names_.emplace(name);
    }
    return {};
  }

  void add_level(VulnLevel level) {
    bool is_new =
        std::find(record_.levels.begin(), record_.levels.end(), level) == record_.levels.end();
    if (is_new) record_.levels.push_back(std::move(level));
  }

  static VulnLevel level_of(std::string_view source,
                            std::string_view type,
                            std::string_view score) {
    std::optional<double> number = cvss_base_score(score);
    bool is_vector = type.starts_with("CVSS_V");
    VulnLevel level{std::string(source), RiskLevel::Unknown, std::nullopt, ""};
    if (!is_vector) level.level = risk_of_word(score);
    if (is_vector && number) level.level = risk_of_score(*number, type == "CVSS_V2");
    if (is_vector) level.score = number;
    if (is_vector) level.cvss = score;
    return level;
  }

  // Of an advisory: type, score, ...
  Status add_levels(format::RowSpan rows, std::string_view source) {
    TRY_ASSIGN(std::span<const format::Text> list, database_.list(rows));
    for (size_t i = 0; i + 1 < list.size(); i += 2) {
      TRY_ASSIGN(std::string_view type, database_.text(list[i]));
      TRY_ASSIGN(std::string_view score, database_.text(list[i + 1]));
      VulnLevel level = level_of(source, type, score);
      if (level.level != RiskLevel::Unknown) add_level(std::move(level));
    }
    return {};
  }

  Status add_cve() {
    TRY_ASSIGN(const format::CveRow* cve, database_.cve(record_.id));
    if (cve == nullptr) return {};
    has_cve_ = true;
    TRY_ASSIGN(record_.exploited_since, text_of(cve->exploited_since));
    TRY_ASSIGN(record_.exploitation, text_of(cve->exploitation));
    record_.is_ransomware = (cve->flags & format::kRansomware) != 0;
    if (cve->epss >= 0) record_.epss = cve->epss;
    if (cve->epss_percentile >= 0) record_.epss_percentile = cve->epss_percentile;
    TRY_ASSIGN(std::span<const format::Text> list, database_.list(cve->severities));
    for (size_t i = 0; i + 2 < list.size(); i += 3) {
      TRY_ASSIGN(std::string_view type, database_.text(list[i]));
      TRY_ASSIGN(std::string_view vector, database_.text(list[i + 1]));
      TRY_ASSIGN(std::string_view source, database_.text(list[i + 2]));
      add_level(level_of(source, type, vector));
    }
    return {};
  }

  Result<std::string> text_of(format::Text text) const {
    TRY_ASSIGN(std::string_view view, database_.text(text));
    return std::string(view);
  }

  Status add_affected() {
    for (uint32_t index : records_) {
      TRY_ASSIGN(const format::AdvisoryRow* advisory, database_.advisory(index));
      TRY_ASSIGN(std::vector<AffectedKey> rows, database_.affected_by(index));
      for (const AffectedKey& affected : rows) {
        VulnAffected one;
        TRY_ASSIGN(one.ecosystem, text_of(affected.key->ecosystem));
        TRY_ASSIGN(one.name, text_of(affected.key->name));
        TRY_ASSIGN(one.advisory, text_of(advisory->id));
        TRY_ASSIGN(one.versions, versions_of(*affected.row));
        TRY(add_levels(affected.row->severities, one.advisory));
        record_.affected.push_back(std::move(one));
      }
    }
    std::sort(record_.affected.begin(), record_.affected.end(), [](const auto& a, const auto& b) {
      return std::tie(a.ecosystem, a.name, a.advisory, a.versions) <
             std::tie(b.ecosystem, b.name, b.advisory, b.versions);
    });
    return {};
  }

  // "from 1.2 before 1.4, from 2.0"; introduced 0 is left out.
  Result<std::string> versions_of(const format::AffectedRow& row) const {
    TRY_ASSIGN(std::span<const format::EventRow> events, database_.events(row.events));
    std::string text;
    bool is_all = false;
    for (const format::EventRow& event : events) {
      auto kind = static_cast<EventKind>(event.kind & ~format::kBeginsRange);
      TRY_ASSIGN(std::string_view version, database_.text(event.version));
      bool is_from = kind == EventKind::Introduced;
      is_all |= is_from && version == "0";
      if (is_from && version == "0") continue;
      std::string_view word = kind == EventKind::LastAffected ? "up to"
                              : is_from                       ? "from"
                                                              : "before";
      text += fmt::format("{}{} {}", text.empty() ? "" : is_from ? ", " : " ", word, version);
    }
    TRY_ASSIGN(std::span<const format::Text> versions, database_.list(row.versions));
    if (text.empty() && is_all) return std::string("all versions");
    if (text.empty()) return count_of(versions.size(), "listed version");
    return text;
  }

  const Database& database_;
  std::string asked_;
  VulnRecord record_;
  std::set<uint32_t> records_;
  std::set<std::string> names_;
  bool has_cve_ = false;
};

}  // namespace

bool is_vulnerability_id(std::string_view text) {
  size_t dash = text.find('-');
  if (dash == std::string_view::npos || dash < 2 || dash + 1 == text.size()) return false;
  bool is_word = std::all_of(text.begin(), text.begin() + static_cast<ptrdiff_t>(dash), is_alpha);
  bool is_plain = std::all_of(text.begin(), text.end(), [](char c) {
    return is_alpha(c) || is_digit(c) || c == '-' || c == ':' || c == '.';
  });
  bool has_digit = std::any_of(text.begin(), text.end(), is_digit);
  return is_word && is_plain && (has_digit || text.starts_with("GHSA-"));
}

Result<std::optional<VulnRecord>> find_vulnerability(const Database& database,
                                                     std::string_view id) {
  return Lookup(database, id).run();
}

}  // namespace whittle
