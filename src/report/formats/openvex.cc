// OpenVEX 0.2.0: findings of `scan`, and of `slim` those of packages that are gone. A statement for
// each vulnerability of each package, the image as the product and the package as its part.
#include <nlohmann/json.hpp>
#include <optional>

#include "base/sha1.h"
#include "report/formats/formats_list.h"
#include "report/json_parts.h"
#include "report/sbom_parts.h"
#include "report/vex_rows.h"

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

Json statement_json(const std::string& image, const VexRow& row) {
  Json vulnerability = {{"name", row.finding->id}};
  if (!row.finding->summary.empty()) vulnerability["description"] = row.finding->summary;
  if (!row.finding->aliases.empty()) vulnerability["aliases"] = row.finding->aliases;
  Json product = {{"@id", image}, {"subcomponents", Json::array({{{"@id", row.purl}}})}};
  Json out = {{"vulnerability", std::move(vulnerability)},
              {"products", Json::array({std::move(product)})},
              {"status", row.status}};
  if (row.status == "not_affected") {
    if (!row.justification.empty()) out["justification"] = row.justification;
    out["impact_statement"] = row.text;
  } else if (row.status == "affected") {
    out["action_statement"] = row.text;
  } else {
    out["status_notes"] = row.text;
  }
  return out;
}

// Nothing of the package is in the result.
Json removed_json(const SlimReport& report, const SlimRemovedVulnerability& row) {
  Json vulnerability = {{"name", row.id}};
  if (!row.summary.empty()) vulnerability["description"] = row.summary;
  if (!row.aliases.empty()) vulnerability["aliases"] = row.aliases;
  Json product = {{"@id", report.result_name}};
  std::string_view digest = report.result_digest;
  if (digest.starts_with("sha256:")) product["hashes"] = {{"sha-256", digest.substr(7)}};
  product["subcomponents"] = Json::array({{{"@id", row.package_url}}});
  return {{"vulnerability", std::move(vulnerability)},
          {"products", Json::array({std::move(product)})},
          {"status", "not_affected"},
          {"justification", "component_not_present"},
          {"impact_statement", "No file of the package is in the image"}};
}

std::string document(const std::string& digest, const std::string& time, Json statements) {
  return dump_report({{"@context", "https://openvex.dev/ns/v0.2.0"},
                      {"@id", "https://whittle.invalid/vex/" + digest},
                      {"author", "whittle"},
                      {"timestamp", time},
                      {"version", 1},
                      {"tooling", std::string("whittle ") + WHITTLE_VERSION},
                      {"statements", std::move(statements)}});
}

}  // namespace

std::string scan_as_openvex(const ScanReport& report, const RenderOptions& /*options*/) {
  std::vector<VexRow> rows = vex_rows(report);
  std::string image = vex_image(report);
  Json statements = Json::array();
  for (const VexRow& row : rows) statements.push_back(statement_json(image, row));
  return document(vex_digest(report, rows), vex_time(report), std::move(statements));
}

std::string slim_as_openvex(const SlimReport& report, const RenderOptions& /*options*/) {
  Json statements = Json::array();
  if (report.removed_vulnerabilities) {
    for (const SlimRemovedVulnerability& row : *report.removed_vulnerabilities)
      statements.push_back(removed_json(report, row));
  }
  std::optional<int64_t> seconds = parse_time(report.created);
  std::string time = utc_text(seconds.value_or(0));
  std::string digest = sha1_hex(report.result_digest + time + statements.dump());
  return document(digest, time, std::move(statements));
}

}  // namespace whittle
