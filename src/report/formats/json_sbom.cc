// An inventory as JSON of our own: docs/json-schema/sbom.schema.json.
#include <nlohmann/json.hpp>

#include "model/package_url.h"
#include "model/spdx.h"
#include "report/formats/formats_list.h"
#include "report/json_parts.h"
#include "report/sbom_parts.h"

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchemaVersion = 1;

Json distribution_json(const Distribution& distribution) {
  if (distribution.id.empty()) return nullptr;
  return {{"id", distribution.id},
          {"version", text_or_null(distribution.version)},
          {"codename", text_or_null(distribution.codename)},
          {"name", text_or_null(distribution.name)},
          {"like", distribution.like},
          {"branch", text_or_null(distribution.branch)}};
}

Json licenses_json(const std::vector<std::string>& licenses) {
  Json list = Json::array();
  for (const std::string& license : licenses)
    list.push_back({{"name", license}, {"spdx", text_or_null(to_spdx(license))}});
  return list;
}

Json files_json(const SbomReport& report, size_t index) {
  Json list = Json::array();
  for (const SbomFile& file : report.files[index]) list.push_back(file.path);
  return list;
}

Json package_json(const SbomReport& report, size_t index) {
  const PackageCatalog& catalog = report.analysis->packages;
  const Package& package = catalog.packages[index];
  bool is_owned = package.owner < catalog.packages.size();
  Json out = {{"type", package.type},
              {"name", package.name},
              {"version", text_or_null(package.version)},
              {"architecture", text_or_null(package.architecture)},
              {"purl", package_url(package, catalog.distribution)},
              {"source_name", text_or_null(package.source_name)},
              {"source_version", text_or_null(package.source_version)},
              {"module", text_or_null(package.module)},
              {"licenses", licenses_json(package.licenses)},
              {"record", package.database},
              {"layer", package.layer},
              {"owner", is_owned ? Json(package.owner) : Json(nullptr)}};
  if (report.has_files) out["files"] = files_json(report, index);
  return out;
}

Json layers_json(const Analysis& analysis) {
  Json list = Json::array();
  for (const LayerFacts& layer : analysis.layers) {
    Json place = nullptr;
    if (layer.place)
      place = {{"file", layer.place->file},
               {"first_line", layer.place->first_line},
               {"last_line", layer.place->last_line}};
    list.push_back({{"diff_id", text_or_null(layer.diff_id)},
                    {"is_base", layer.is_base},
                    {"command", text_or_null(layer.command)},
                    {"place", std::move(place)}});
  }
  return list;
}

}  // namespace

std::string sbom_as_json(const SbomReport& report, const RenderOptions& /*options*/) {
  const Analysis& analysis = *report.analysis;
  Json out = report_head(kSchemaVersion, "sbom");
  out["created"] = utc_text(report.created_seconds);
  out["image"] = image_json(analysis);
  out["distribution"] = distribution_json(analysis.packages.distribution);
  out["layers"] = layers_json(analysis);
  Json packages = Json::array();
  for (size_t i = 0; i < installed_count(analysis.packages); ++i)
    packages.push_back(package_json(report, i));
  out["packages"] = std::move(packages);
  out["problems"] = analysis.packages.problems;
  return dump_report(out);
}

}  // namespace whittle
