// Findings of `scan` as CSAF 2.0 with its profile for VEX: the image, its packages as parts of it,
// and a vulnerability with the status of each part.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "report/analysis_summary.h"
#include "report/formats/formats_list.h"
#include "report/json_parts.h"
#include "report/scan_rows.h"
#include "report/vex_rows.h"

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kImageId = "image";
constexpr const char* kNamespace = "https://whittle.invalid";

struct Status {
  std::string_view vex;
  std::string_view csaf;  // of product_status
};

constexpr Status kStatuses[] = {{"affected", "known_affected"},
                                {"fixed", "fixed"},
                                {"not_affected", "known_not_affected"},
                                {"under_investigation", "under_investigation"}};

// CSAF 2.0, 3.2.3.2: "CVE-2026-0001", with four digits or more at the end.
bool is_cve(std::string_view id) {
  std::vector<std::string_view> parts = split(id, '-');
  auto is_number = [](std::string_view text) {
    return std::all_of(text.begin(), text.end(), is_digit);
  };
  return parts.size() == 3 && parts[0] == "CVE" && parts[1].size() == 4 && is_number(parts[1]) &&
         parts[2].size() >= 4 && is_number(parts[2]);
}

class CsafVex {
 public:
  explicit CsafVex(const ScanReport& report)
      : report_(report), image_(image_title(*report.analysis)), rows_(vex_rows(report)) {}

  std::string render() {
    for (const VexRow& row : rows_) {
      package_ids_.try_emplace(row.purl, fmt::format("package-{}", package_ids_.size() + 1));
      by_id_[row.finding->id].push_back(&row);
    }
    Json vulnerabilities = Json::array();
    for (const auto& [id, rows] : by_id_) vulnerabilities.push_back(vulnerability_json(id, rows));
    Json out = {{"document", document_json()}, {"product_tree", tree_json()}};
    if (!vulnerabilities.empty()) out["vulnerabilities"] = std::move(vulnerabilities);
    return dump_report(out);
  }

 private:
  std::string part_id(const VexRow& row) const {
    return std::string(kImageId) + ":" + package_ids_.at(row.purl);
  }

  Json document_json() const {
    std::string time = vex_time(report_);
    return {{"category", "csaf_vex"},
            {"csaf_version", "2.0"},
            {"publisher", {{"category", "user"}, {"name", "whittle"}, {"namespace", kNamespace}}},
            {"title", "Known vulnerabilities of " + image_},
            {"tracking",
             {{"id", "whittle-" + vex_digest(report_, rows_)},
              {"status", "final"},
              {"version", "1"},
              {"initial_release_date", time},
              {"current_release_date", time},
              {"revision_history",
               Json::array({{{"number", "1"}, {"date", time}, {"summary", "The scan."}}})},
              {"generator", {{"engine", {{"name", "whittle"}, {"version", WHITTLE_VERSION}}}}}}}};
  }

  static Json product_json(const std::string& id,
                           const std::string& name,
                           const std::string& purl) {
    Json out = {{"product_id", id}, {"name", name}};
    if (purl.starts_with("pkg:")) out["product_identification_helper"] = {{"purl", purl}};
    return out;
  }

  Json tree_json() const {
    Json names = Json::array({product_json(kImageId, image_, vex_image(report_))});
    Json relationships = Json::array();
    for (const auto& [purl, id] : package_ids_) {
      names.push_back(product_json(id, purl, purl));
      relationships.push_back(
          {{"category", "default_component_of"},
           {"full_product_name",
            {{"product_id", std::string(kImageId) + ":" + id}, {"name", purl + " in " + image_}}},
           {"product_reference", id},
           {"relates_to_product_reference", kImageId}});
    }
    Json out = {{"full_product_names", std::move(names)}};
    if (!relationships.empty()) out["relationships"] = std::move(relationships);
    return out;
  }

  Json vulnerability_json(const std::string& id, const std::vector<const VexRow*>& rows) const {
    Json out = Json::object();
    if (is_cve(id)) {
      out["cve"] = id;
    } else {
      out["ids"] = Json::array({{{"system_name", "OSV"}, {"text", id}}});
    }
    const VulnFinding& first = *rows.front()->finding;
    std::string text = first.summary.empty() ? id : first.summary;
    out["notes"] = Json::array({{{"category", "description"}, {"text", text}}});
    if (is_link(first.url))
      out["references"] = Json::array({{{"summary", id}, {"url", first.url}}});
    for (const Status& status : kStatuses) add_status(status, rows, out);
    for (const VexRow* row : rows) add_words(*row, out);
    return out;
  }

  void add_status(const Status& status, const std::vector<const VexRow*>& rows, Json& out) const {
    std::vector<std::string> ids;
    for (const VexRow* row : rows) {
      if (row->status == status.vex) ids.push_back(part_id(*row));
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    if (!ids.empty()) out["product_status"][std::string(status.csaf)] = ids;
  }

  void add_words(const VexRow& row, Json& out) const {
    Json ids = Json::array({part_id(row)});
    if (row.status == "not_affected") {
      if (!row.justification.empty())
        out["flags"].push_back({{"label", row.justification}, {"product_ids", ids}});
      out["threats"].push_back(
          {{"category", "impact"}, {"details", row.text}, {"product_ids", ids}});
    } else if (row.status == "affected") {
      bool has_fix = !row.finding->fixed_version.empty();
      out["remediations"].push_back({{"category", has_fix ? "vendor_fix" : "none_available"},
                                     {"details", row.text},
                                     {"product_ids", ids}});
    }
  }

  const ScanReport& report_;
  std::string image_;
  std::vector<VexRow> rows_;
  std::map<std::string, std::string> package_ids_;  // by URL
  std::map<std::string, std::vector<const VexRow*>> by_id_;
};

}  // namespace

std::string scan_as_csaf(const ScanReport& report, const RenderOptions& /*options*/) {
  return CsafVex(report).render();
}

}  // namespace whittle
