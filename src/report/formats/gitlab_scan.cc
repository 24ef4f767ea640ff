// GitLab's container scanning report, schema 15.0.2. It has one shape for all: of a secret or a
// check the file, or the image, stands where the package does.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "report/analysis_summary.h"
#include "report/formats/formats_list.h"
#include "report/json_parts.h"
#include "report/scan_rows.h"
#include "report/text_layout.h"

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

constexpr RiskWords kSeverities = {"Unknown", "Info", "Low", "Medium", "High", "Critical"};
constexpr size_t kMaxName = 255;
constexpr size_t kMaxSolution = 7000;
constexpr size_t kMaxIdentifiers = 20;

// "cve" for "CVE-2026-1", "ghsa" for "GHSA-...": what GitLab groups by.
std::string identifier_type(std::string_view id) {
  return to_lower(id.substr(0, id.find('-')));
}

Json identifier_json(const std::string& type, const std::string& id, const std::string& url) {
  Json out = {{"type", type}, {"name", id}, {"value", id}};
  if (is_link(url)) out["url"] = url;
  return out;
}

Json identifiers_json(const ScanRow& row) {
  if (row.vulnerability == nullptr) {
    std::string type = row.secret != nullptr ? "whittle_secret" : "whittle_check";
    Json own = Json::array({identifier_json(type, row.id, row.url)});
    if (row.check == nullptr) return own;
    for (const std::string& alias : row.check->aliases) {
      if (own.size() < kMaxIdentifiers) own.push_back(identifier_json("image_check", alias, ""));
    }
    return own;
  }
  Json list = Json::array({identifier_json(identifier_type(row.id), row.id, row.url)});
  for (const std::string& alias : row.vulnerability->aliases) {
    if (list.size() == kMaxIdentifiers) break;
    if (!alias.empty() && alias != row.id) {
      list.push_back(identifier_json(identifier_type(alias), alias, ""));
    }
  }
  return list;
}

std::string operating_system(const Distribution& distribution) {
  if (distribution.id.empty()) return "unknown";
  std::string version = distribution.version.empty() ? "" : " " + distribution.version;
  return distribution.id + version;
}

Json location_json(const ScanReport& report, const ScanRow& row) {
  std::string name = row.subject;
  std::string version;
  if (row.vulnerability != nullptr) {
    const Package& package = package_of(report, *row.vulnerability);
    name = package.name;
    version = package.version;
  }
  return {{"dependency", {{"package", {{"name", name}}}, {"version", version}}},
          {"operating_system", operating_system(report.analysis->packages.distribution)},
          {"image", image_title(*report.analysis)}};
}

Json text_detail(std::string_view name, std::string_view value) {
  return {{"name", name}, {"type", "text"}, {"value", value}};
}

Json details_json(const ScanReport& report, const ScanRow& row) {
  Json out = Json::object();
  if (row.layer != kNoLayer) out["layer"] = text_detail("Layer", fmt::format("{}", row.layer + 1));
  if (const SourcePlace* place = place_of(report, row)) {
    out["line"] = {{"name", "Dockerfile"},
                   {"type", "file-location"},
                   {"file_name", place->file},
                   {"line_start", place->first_line},
                   {"line_end", place->last_line}};
  }
  if (!row.path.empty()) out["path"] = text_detail("Path", row.path);
  if (row.vulnerability != nullptr && !row.vulnerability->fixed_version.empty())
    out["fixed_version"] = text_detail("Fixed version", row.vulnerability->fixed_version);
  if (row.secret != nullptr) out["masked"] = text_detail("Masked", row.secret->masked);
  return out;
}

Json vulnerability_json(const ScanReport& report, const ScanRow& row) {
  std::string name =
      row.vulnerability != nullptr
          ? fmt::format("{} in {}", row.id, package_of(report, *row.vulnerability).name)
          : row.title;
  Json out = {{"id", row.fingerprint},
              {"name", truncated(name, kMaxName)},
              {"description", row.message},
              {"severity", word_for(row.level, kSeverities)}};
  if (!row.help.empty()) out["solution"] = truncated(row.help, kMaxSolution);
  out["identifiers"] = identifiers_json(row);
  if (is_link(row.url)) out["links"] = Json::array({{{"url", row.url}}});
  out["location"] = location_json(report, row);
  out["details"] = details_json(report, row);
  return out;
}

Json tool_json() {
  return {{"id", "whittle"},
          {"name", "whittle"},
          {"version", WHITTLE_VERSION},
          {"vendor", {{"name", "whittle"}}}};
}

}  // namespace

std::string scan_as_gitlab(const ScanReport& report, const RenderOptions& /*options*/) {
  std::string time = scan_time(report).substr(0, std::string_view("2026-11-21T12:00:00").size());
  if (time.empty()) time = "1970-01-01T00:00:00";
  Json vulnerabilities = Json::array();
  for (const ScanRow& row : scan_rows(report)) {
    vulnerabilities.push_back(vulnerability_json(report, row));
  }
  Json messages = Json::array();
  for (const std::string& note : report.notes) {
    messages.push_back({{"level", "warn"}, {"value", note}});
  }
  return dump_report({{"version", "15.0.2"},
                      {"scan",
                       {{"analyzer", tool_json()},
                        {"scanner", tool_json()},
                        {"type", "container_scanning"},
                        {"start_time", time},
                        {"end_time", time},
                        {"status", "success"},
                        {"messages", std::move(messages)}}},
                      {"vulnerabilities", std::move(vulnerabilities)}});
}

}  // namespace whittle
