#include "vuln/database_builder.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

#include "base/strings.h"
#include "vuln/alias_groups.h"
#include "vuln/ecosystems.h"
#include "vuln/text_pool.h"

namespace whittle {

namespace format = database_format;
using format::RowSpan;
using format::Text;

namespace {

constexpr size_t kMostProblems = 20;
constexpr size_t kMostUpstream = 10'000;  // names on the way from an advisory to vulnerabilities

// Errata that mend bugs or bring features, when they name no vulnerability.
constexpr std::string_view kNoSecurity[] = {
    "ALBA-", "ALEA-", "RLBA-", "RLEA-", "RHBA-", "RHEA-", "ELBA-", "ELEA-"};

// "nodejs:18" of "Important: nodejs:18 security update": the stream that an erratum with modular
// packages is about.
std::string module_stream(const Advisory& advisory) {
  bool is_modular = false;
  for (const AffectedPackage& affected : advisory.affected) {
    for (const Events& range : affected.ranges) {
      for (const RangeEvent& event : range) is_modular |= contains(event.version, "module");
    }
    if (is_modular) break;
  }
  if (!is_modular) return {};
  for (std::string_view word : split_blanks(advisory.summary)) {
    size_t colon = word.find(':');
    bool is_stream = colon != std::string_view::npos && colon > 0 && colon + 1 < word.size();
    if (is_stream) return std::string(word);
  }
  return {};
}

struct PendingAffected {
  uint64_t hash = 0;
  Text ecosystem = 0;
  Text name = 0;
  format::AffectedRow row;
};

struct PendingAdvisory {
  format::AdvisoryRow row;
  std::vector<Text> upstream;
  std::vector<Text> related;
  bool is_distribution = false;
};

struct PendingCve {
  format::CveRow row;
  std::vector<Text> severities;
};

}  // namespace

struct DatabaseBuilder::State {
  TextPool texts;
  AliasGroups aliases{texts};
  std::vector<PendingAdvisory> advisories;
  std::unordered_map<Text, uint32_t> advisory_by_id;
  std::vector<PendingAffected> affected;
  std::vector<format::EventRow> events;
  std::vector<Text> lists;
  std::map<Text, PendingCve> cves;
  std::vector<format::SourceRow> sources;
  Counts counts;

  RowSpan add_list(const std::vector<Text>& items) {
    RowSpan span{static_cast<uint32_t>(lists.size()), static_cast<uint32_t>(items.size())};
    lists.insert(lists.end(), items.begin(), items.end());
    return items.empty() ? RowSpan() : span;
  }

  RowSpan add_severities(const std::vector<SeverityNote>& notes) {
    std::vector<Text> items;
    for (const SeverityNote& note : notes) {
      items.push_back(texts.add(note.type));
      items.push_back(texts.add(note.score));
    }
    return add_list(items);
  }

  std::vector<Text> add_texts(const std::vector<std::string>& from) {
    std::vector<Text> items;
    items.reserve(from.size());
    for (const std::string& text : from) items.push_back(texts.add(text));
    return items;
  }

  RowSpan add_events(const VersionOrder& order, const std::vector<Events>& ranges);
  void add_package(const AffectedPackage& package, uint32_t advisory, bool is_bug_fix);
  void note_modified(std::string_view modified);
  std::vector<Text> upstream_of(const PendingAdvisory& advisory) const;
  std::vector<Text> targets_of(const PendingAdvisory& advisory) const;
  void finish_lists();
  std::vector<format::KeyRow> finish_keys(std::vector<format::AffectedRow>& rows);
  std::vector<format::CveRow> finish_cves();
};

DatabaseBuilder::DatabaseBuilder() : state_(std::make_unique<State>()) {}

DatabaseBuilder::~DatabaseBuilder() = default;

const DatabaseBuilder::Counts& DatabaseBuilder::counts() const {
  return state_->counts;
}

void DatabaseBuilder::begin_source(std::string name, std::string digest) {
  format::SourceRow row;
  row.name = state_->texts.add(name);
  row.digest = state_->texts.add(digest);
  state_->sources.push_back(row);
}

void DatabaseBuilder::withdrawn() {
  ++state_->counts.withdrawn;
}

void DatabaseBuilder::problem(const std::string& text) {
  if (state_->counts.problem_count++ < kMostProblems) state_->counts.problems.push_back(text);
}

void DatabaseBuilder::State::note_modified(std::string_view modified) {
  if (sources.empty()) return;
  format::SourceRow& source = sources.back();
  ++source.documents;
  if (modified > texts.text(source.newest)) source.newest = texts.add(modified);
}

// Introduced before fixed and last affected where the versions are equal: what is introduced and
// fixed at once never was.
RowSpan DatabaseBuilder::State::add_events(const VersionOrder& order,
                                           const std::vector<Events>& ranges) {
  RowSpan span{static_cast<uint32_t>(events.size()), 0};
  for (Events range : ranges) {
    std::stable_sort(range.begin(), range.end(), [&](const RangeEvent& a, const RangeEvent& b) {
      bool a_is_start = a.version == "0";
      if (a_is_start != (b.version == "0")) return a_is_start;
      int sign = a_is_start ? 0 : order.compare(a.version, b.version);
      return sign != 0 ? sign < 0 : a.kind < b.kind;
    });
    for (size_t i = 0; i < range.size(); ++i) {
      uint32_t kind = static_cast<uint32_t>(range[i].kind) | (i == 0 ? format::kBeginsRange : 0);
      events.push_back({texts.add(range[i].version), kind});
      ++span.count;
    }
  }
  return span.count == 0 ? RowSpan() : span;
}

void DatabaseBuilder::State::add_package(const AffectedPackage& package,
                                         uint32_t advisory,
                                         bool is_bug_fix) {
  const Ecosystem* ecosystem = find_ecosystem(package.ecosystem);
  if (ecosystem == nullptr) {
    ++counts.foreign;
    return;
  }
  const VersionOrder* order = find_version_order(ecosystem->order);
  PendingAffected pending;
  std::string name = index_name(*ecosystem, package.name);
  pending.hash = database_hash(package.ecosystem, name);
  pending.ecosystem = texts.add(package.ecosystem);
  pending.name = texts.add(name);
  pending.row.advisory = advisory;
  if (package.is_unimportant) pending.row.flags |= format::kUnimportant;
  if (package.is_informational || is_bug_fix) pending.row.flags |= format::kInformational;
  pending.row.events = add_events(*order, package.ranges);
  pending.row.versions = add_list(add_texts(package.versions));
  pending.row.severities = add_severities(package.severities);
  affected.push_back(pending);
  advisories[advisory].is_distribution |= ecosystem->is_distribution;
  ++counts.affected;
}

void DatabaseBuilder::add(const Advisory& advisory) {
  State& state = *state_;
  state.note_modified(advisory.modified);
  Text id = state.texts.add(advisory.id);
  auto index = static_cast<uint32_t>(state.advisories.size());
  if (!state.advisory_by_id.emplace(id, index).second) {
    ++state.counts.repeated;
    return;
  }
  ++state.counts.advisories;
  PendingAdvisory& pending = state.advisories.emplace_back();
  pending.row.id = id;
  pending.row.summary = state.texts.add(advisory.summary);
  pending.row.url = state.texts.add(advisory.url);
  pending.row.published = state.texts.add(advisory.published);
  pending.row.modified = state.texts.add(advisory.modified);
  pending.row.severity_word = state.texts.add(advisory.severity_word);
  pending.row.module = state.texts.add(module_stream(advisory));
  pending.row.severities = state.add_severities(advisory.severities);
  pending.upstream = state.add_texts(advisory.upstream);
  bool names_cve = false;
  for (const std::string& other : advisory.related) {
    if (!is_cve(other)) continue;
    pending.related.push_back(state.texts.add(other));
    names_cve = true;
  }
  for (const std::string& alias : advisory.aliases) state.aliases.join(id, state.texts.add(alias));
  bool is_bug_fix = false;
  for (std::string_view prefix : kNoSecurity) is_bug_fix |= advisory.id.starts_with(prefix);
  is_bug_fix &= !names_cve && advisory.upstream.empty() && advisory.aliases.empty();
  for (const AffectedPackage& affected : advisory.affected) {
    state.add_package(affected, index, is_bug_fix);
  }
}

void DatabaseBuilder::add(const CveNote& note) {
  State& state = *state_;
  Text id = state.texts.add(note.id);
  state.note_modified("");
  PendingCve& cve = state.cves[id];
  cve.row.id = id;
  if (!note.severity.score.empty()) {
    for (const std::string& text :
         {note.severity.type, note.severity.score, note.severity_source}) {
      cve.severities.push_back(state.texts.add(text));
    }
  }
  if (!note.exploited_since.empty()) {
    cve.row.flags |= format::kExploited | (note.is_ransomware ? format::kRansomware : 0);
    cve.row.exploited_since = state.texts.add(note.exploited_since);
  }
  if (note.epss >= 0) {
    cve.row.epss = static_cast<float>(note.epss);
    cve.row.epss_percentile = static_cast<float>(note.epss_percentile);
  }
  if (!note.exploitation.empty()) {
    cve.row.exploitation = state.texts.add(note.exploitation);
    cve.row.technical_impact = state.texts.add(note.technical_impact);
    if (note.is_automatable) cve.row.flags |= format::kAutomatable;
  }
}

// The vulnerabilities that an advisory with upstream ones is about, all the way up.
std::vector<Text> DatabaseBuilder::State::upstream_of(const PendingAdvisory& advisory) const {
  std::vector<Text> found;
  std::vector<Text> queue = advisory.upstream;
  std::unordered_set<Text> seen(queue.begin(), queue.end());
  for (size_t i = 0; i < queue.size(); ++i) {
    auto record = advisory_by_id.find(queue[i]);
    bool goes_on = record != advisory_by_id.end() && !advisories[record->second].upstream.empty() &&
                   queue.size() < kMostUpstream;
    if (!goes_on) {
      found.push_back(aliases.name_of(queue[i]));
      continue;
    }
    for (Text next : advisories[record->second].upstream) {
      if (seen.insert(next).second) queue.push_back(next);
    }
  }
  return found;
}

std::vector<Text> DatabaseBuilder::State::targets_of(const PendingAdvisory& advisory) const {
  Text own = aliases.name_of(advisory.row.id);
  std::vector<Text> targets;
  if (!advisory.upstream.empty()) {
    targets = upstream_of(advisory);
  } else if (advisory.is_distribution && !is_cve(texts.text(own))) {
    for (Text related : advisory.related) targets.push_back(aliases.name_of(related));
  }
  bool has_cve = std::any_of(
      targets.begin(), targets.end(), [this](Text text) { return is_cve(texts.text(text)); });
  if (has_cve) std::erase_if(targets, [this](Text text) { return !is_cve(texts.text(text)); });
  std::sort(targets.begin(), targets.end());
  targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  return targets.empty() ? std::vector<Text>{own} : targets;
}

void DatabaseBuilder::State::finish_lists() {
  aliases.finish();
  for (PendingAdvisory& advisory : advisories) {
    std::vector<Text> others = aliases.members_of(advisory.row.id);
    std::erase(others, advisory.row.id);
    advisory.row.aliases = add_list(others);
    advisory.row.targets = add_list(targets_of(advisory));
  }
}

std::vector<format::KeyRow> DatabaseBuilder::State::finish_keys(
    std::vector<format::AffectedRow>& rows) {
  std::stable_sort(
      affected.begin(), affected.end(), [&](const PendingAffected& a, const PendingAffected& b) {
        if (a.hash != b.hash) return a.hash < b.hash;
        return std::pair(texts.text(a.ecosystem), texts.text(a.name)) <
               std::pair(texts.text(b.ecosystem), texts.text(b.name));
      });
  std::vector<format::KeyRow> keys;
  for (const PendingAffected& pending : affected) {
    bool is_new = keys.empty() || keys.back().hash != pending.hash ||
                  keys.back().ecosystem != pending.ecosystem || keys.back().name != pending.name;
    if (is_new) {
      keys.push_back(
          {pending.hash, pending.ecosystem, pending.name, {static_cast<uint32_t>(rows.size()), 0}});
    }
    ++keys.back().affected.count;
    rows.push_back(pending.row);
  }
  return keys;
}

std::vector<format::CveRow> DatabaseBuilder::State::finish_cves() {
  std::vector<format::CveRow> rows;
  for (auto& [id, cve] : cves) {
    cve.row.hash = database_hash("", texts.text(id));
    cve.row.severities = add_list(cve.severities);
    rows.push_back(cve.row);
  }
  std::sort(rows.begin(), rows.end(), [](const format::CveRow& a, const format::CveRow& b) {
    return std::pair(a.hash, a.id) < std::pair(b.hash, b.id);
  });
  return rows;
}

namespace {

// Appends a table at the next multiple of 8.
template <typename Row>
void append(std::string& bytes, format::TablePlace& place, const Row* rows, size_t count) {
  bytes.resize((bytes.size() + 7) / 8 * 8);
  place = {bytes.size(), count};
  bytes.append(reinterpret_cast<const char*>(rows), count * sizeof(Row));
}

template <typename Row>
void append(std::string& bytes, format::TablePlace& place, const std::vector<Row>& rows) {
  append(bytes, place, rows.data(), rows.size());
}

std::vector<Text> ecosystems_of(const std::vector<format::KeyRow>& keys, const TextPool& texts) {
  std::unordered_set<Text> names;
  for (const format::KeyRow& key : keys) names.insert(key.ecosystem);
  std::vector<Text> ecosystems(names.begin(), names.end());
  std::sort(ecosystems.begin(), ecosystems.end(), [&](Text a, Text b) {
    return texts.text(a) < texts.text(b);
  });
  return ecosystems;
}

// What an erratum about several vulnerabilities has as aliases is no name of any of them.
std::vector<format::NameRow> names_of(const std::vector<format::AdvisoryRow>& advisories,
                                      const std::vector<Text>& lists,
                                      const TextPool& texts) {
  std::vector<format::NameRow> rows;
  for (uint32_t i = 0; i < advisories.size(); ++i) {
    const format::AdvisoryRow& advisory = advisories[i];
    std::vector<Text> names = {advisory.id};
    auto add = [&](RowSpan span) {
      for (uint32_t at = 0; at < span.count; ++at) names.push_back(lists[span.first + at]);
    };
    add(advisory.targets);
    if (advisory.targets.count == 1) add(advisory.aliases);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    for (Text name : names) rows.push_back({advisory_name_hash(texts.text(name)), i, 0});
  }
  std::sort(rows.begin(), rows.end(), [](const format::NameRow& a, const format::NameRow& b) {
    return std::pair(a.hash, a.advisory) < std::pair(b.hash, b.advisory);
  });
  return rows;
}

std::vector<uint32_t> order_by_advisory(const std::vector<format::AffectedRow>& rows) {
  std::vector<uint32_t> order(rows.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return rows[a].advisory < rows[b].advisory;
  });
  return order;
}

}  // namespace

Result<std::string> DatabaseBuilder::finish(int64_t built) {
  State& state = *state_;
  state.finish_lists();
  std::vector<format::AffectedRow> affected;
  std::vector<format::KeyRow> keys = state.finish_keys(affected);
  std::vector<format::CveRow> cves = state.finish_cves();
  // The first list: the ecosystems, behind their number.
  std::vector<Text> ecosystems = ecosystems_of(keys, state.texts);
  std::vector<Text> lists = {static_cast<Text>(ecosystems.size())};
  lists.insert(lists.end(), ecosystems.begin(), ecosystems.end());
  auto shift = static_cast<uint32_t>(lists.size());
  lists.insert(lists.end(), state.lists.begin(), state.lists.end());
  auto move = [shift](RowSpan& span) {
    if (span.count > 0) span.first += shift;
  };
  for (format::AffectedRow& row : affected) {
    move(row.versions);
    move(row.severities);
  }
  for (format::CveRow& row : cves) move(row.severities);
  std::vector<format::AdvisoryRow> advisories;
  for (PendingAdvisory& pending : state.advisories) {
    move(pending.row.aliases);
    move(pending.row.targets);
    move(pending.row.severities);
    advisories.push_back(pending.row);
  }
  bool is_too_big = state.texts.bytes().size() > UINT32_MAX || lists.size() > UINT32_MAX;
  if (is_too_big) return Error(ErrorKind::Limit, "the feeds are more than a database can hold");

  format::Head head;
  head.built = built;
  std::string bytes(sizeof(head), '\0');
  append(bytes, head.tables[format::Texts], state.texts.bytes().data(), state.texts.bytes().size());
  append(bytes, head.tables[format::Keys], keys);
  append(bytes, head.tables[format::Affecteds], affected);
  append(bytes, head.tables[format::EventRows], state.events);
  append(bytes, head.tables[format::Lists], lists);
  append(bytes, head.tables[format::Advisories], advisories);
  append(bytes, head.tables[format::Cves], cves);
  append(bytes, head.tables[format::Sources], state.sources);
  append(bytes, head.tables[format::Names], names_of(advisories, lists, state.texts));
  append(bytes, head.tables[format::ByAdvisory], order_by_advisory(affected));
  head.file_bytes = bytes.size();
  head.checksum = XXH3_64bits(bytes.data() + sizeof(head), bytes.size() - sizeof(head));
  std::memcpy(bytes.data(), &head, sizeof(head));
  return bytes;
}

}  // namespace whittle
