// Findings of `scan` as OpenVEX 0.2.0: a statement for each vulnerability of each package, the
// image as the product and the package as its part.
#include <nlohmann/json.hpp>

#include "report/formats/formats_list.h"
#include "report/json_parts.h"
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

}  // namespace

std::string scan_as_openvex(const ScanReport& report, const RenderOptions& /*options*/) {
  std::vector<VexRow> rows = vex_rows(report);
  std::string image = vex_image(report);
  Json statements = Json::array();
  for (const VexRow& row : rows) statements.push_back(statement_json(image, row));
  return dump_report({{"@context", "https://openvex.dev/ns/v0.2.0"},
                      {"@id", "https://whittle.invalid/vex/" + vex_digest(report, rows)},
                      {"author", "whittle"},
                      {"timestamp", vex_time(report)},
                      {"version", 1},
                      {"tooling", std::string("whittle ") + WHITTLE_VERSION},
                      {"statements", std::move(statements)}});
}

}  // namespace whittle
