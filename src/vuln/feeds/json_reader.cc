#include "vuln/feeds/json_reader.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "base/limits.h"
#include "base/strings.h"

namespace whittle {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;

constexpr size_t kMaxSummaryBytes = 240;
constexpr size_t kMaxFieldBytes = 4096;

std::string text_of(element object, std::string_view key) {
  std::string_view text;
  if (object[key].get(text) != simdjson::SUCCESS) return {};
  return std::string(text.substr(0, kMaxFieldBytes));
}

// The items of an array member; none if it is not there.
template <typename Take>
void for_each(element object, std::string_view key, Take take) {
  array items;
  if (object[key].get(items) != simdjson::SUCCESS) return;
  for (element item : items) take(item);
}

std::vector<std::string> texts_of(element object, std::string_view key) {
  std::vector<std::string> texts;
  for_each(object, key, [&](element item) {
    std::string_view text;
    bool is_fit = item.get(text) == simdjson::SUCCESS && text.size() <= kMaxFieldBytes;
    if (is_fit && !text.empty()) texts.emplace_back(text);
  });
  return texts;
}

std::vector<SeverityNote> severities_of(element object) {
  std::vector<SeverityNote> notes;
  for_each(object, "severity", [&](element item) {
    SeverityNote note{text_of(item, "type"), text_of(item, "score")};
    if (!note.type.empty() && !note.score.empty()) notes.push_back(std::move(note));
  });
  return notes;
}

constexpr std::pair<std::string_view, EventKind> kEventKeys[] = {
    {"introduced", EventKind::Introduced},
    {"fixed", EventKind::Fixed},
    {"last_affected", EventKind::LastAffected},
    {"limit", EventKind::Limit},
};

Events events_of(element range) {
  Events events;
  for_each(range, "events", [&](element item) {
    for (const auto& [key, kind] : kEventKeys) {
      std::string version = text_of(item, key);
      if (!version.empty()) events.push_back({kind, std::move(version)});
    }
  });
  return events;
}

AffectedPackage affected_of(element item) {
  AffectedPackage affected;
  element part;
  if (item["package"].get(part) != simdjson::SUCCESS) return affected;
  affected.ecosystem = text_of(part, "ecosystem");
  affected.name = text_of(part, "name");
  for_each(item, "ranges", [&](element range) {
    if (text_of(range, "type") == "GIT") return;
    Events events = events_of(range);
    if (!events.empty()) affected.ranges.push_back(std::move(events));
  });
  affected.versions = texts_of(item, "versions");
  affected.severities = severities_of(item);
  if (item["ecosystem_specific"].get(part) == simdjson::SUCCESS) {
    affected.is_unimportant = text_of(part, "urgency") == "unimportant";
    std::string word = text_of(part, "severity");
    if (!word.empty()) affected.severities.push_back({"word", std::move(word)});
  }
  if (item["database_specific"].get(part) == simdjson::SUCCESS) {
    affected.is_informational = !text_of(part, "informational").empty();
  }
  return affected;
}

// The page for people: the advisory itself before all else.
std::string url_of(element record) {
  std::string first;
  std::string advisory;
  for_each(record, "references", [&](element item) {
    std::string url = text_of(item, "url");
    if (first.empty()) first = url;
    if (advisory.empty() && text_of(item, "type") == "ADVISORY") advisory = url;
  });
  return advisory.empty() ? first : advisory;
}

// The first line, cut where no character is broken.
std::string first_line(std::string text) {
  std::string_view line = trim(std::string_view(text).substr(0, text.find('\n')));
  if (line.size() <= kMaxSummaryBytes) return std::string(line);
  size_t end = kMaxSummaryBytes;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;
  return std::string(line.substr(0, end)) + "...";
}

void add_record(element record, std::string_view name, FeedSink& sink) {
  Advisory advisory;
  advisory.id = text_of(record, "id");
  if (advisory.id.empty()) {
    sink.problem(fmt::format("{}: a record without an id", printable(name)));
    return;
  }
  element withdrawn;
  bool is_withdrawn = record["withdrawn"].get(withdrawn) == simdjson::SUCCESS;
  if (is_withdrawn && !withdrawn.is_null()) {
    sink.withdrawn();
    return;
  }
  advisory.modified = text_of(record, "modified");
  advisory.published = text_of(record, "published");
  advisory.summary = first_line(text_of(record, "summary"));
  if (advisory.summary.empty()) advisory.summary = first_line(text_of(record, "details"));
  advisory.url = url_of(record);
  advisory.aliases = texts_of(record, "aliases");
  advisory.upstream = texts_of(record, "upstream");
  advisory.related = texts_of(record, "related");
  advisory.severities = severities_of(record);
  element specific;
  if (record["database_specific"].get(specific) == simdjson::SUCCESS) {
    advisory.severity_word = text_of(specific, "severity");
  }
  for_each(record, "affected", [&](element item) {
    AffectedPackage affected = affected_of(item);
    if (!affected.ecosystem.empty() && !affected.name.empty()) {
      advisory.affected.push_back(std::move(affected));
    }
  });
  sink.add(advisory);
}

// One parser a thread: it keeps its memory from document to document.
Result<element> parse(std::string_view document, std::string_view name) {
  thread_local simdjson::dom::parser parser;
  element root;
  // The depth is simdjson's own limit, 1024, without recursion.
  auto error = parser.parse(document.data(), document.size(), true).get(root);
  if (error == simdjson::SUCCESS) return root;
  return Error(ErrorKind::Invalid,
               fmt::format("{}: {}", printable(name), simdjson::error_message(error)));
}

}  // namespace

Status parse_osv_json(std::string_view document, std::string_view name, FeedSink& sink) {
  TRY_ASSIGN(element root, parse(document, name));
  array records;
  if (root.get(records) != simdjson::SUCCESS) {
    add_record(root, name, sink);
    return {};
  }
  for (element record : records) add_record(record, name, sink);
  return {};
}

Status parse_kev_json(std::string_view document, std::string_view name, FeedSink& sink) {
  TRY_ASSIGN(element root, parse(document, name));
  for_each(root, "vulnerabilities", [&](element item) {
    CveNote note;
    note.id = text_of(item, "cveID");
    note.exploited_since = text_of(item, "dateAdded");
    note.is_ransomware = text_of(item, "knownRansomwareCampaignUse") == "Known";
    if (!note.id.empty() && !note.exploited_since.empty()) sink.add(note);
  });
  return {};
}

}  // namespace whittle
