// An inventory as CycloneDX 1.6 in JSON (ECMA-424): the image, its distribution, and a component a
// package with the files it was found by.
#include "report/formats/cyclonedx.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "model/package_url.h"
#include "model/spdx.h"
#include "report/analysis_summary.h"
#include "report/formats/formats_list.h"
#include "report/json_parts.h"
#include "report/sbom_parts.h"

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

Json property(std::string_view name, std::string_view value) {
  return {{"name", name}, {"value", value}};
}

// Expressions stand alone; in a list there are single licenses only, by id or by name. Ids that the
// schema of 1.6 did not have when it was made are names: readers hold documents against it.
Json licenses_json(const std::vector<std::string>& licenses) {
  std::vector<std::string> expressions;
  for (const std::string& license : licenses) expressions.push_back(to_spdx(license));
  if (licenses.size() == 1 && !expressions[0].empty() && spdx_license(expressions[0]).empty())
    return Json::array({{{"expression", expressions[0]}}});
  Json list = Json::array();
  for (size_t i = 0; i < licenses.size(); ++i) {
    std::string_view id = spdx_license(expressions[i]);
    std::string_view key = id.empty() || is_recent_spdx_license(id) ? "name" : "id";
    list.push_back({{"license", {{key, id.empty() ? std::string_view(licenses[i]) : id}}}});
  }
  return list;
}

class CycloneDx {
 public:
  explicit CycloneDx(const SbomReport& report)
      : report_(report),
        analysis_(*report.analysis),
        catalog_(analysis_.packages),
        refs_(cyclonedx_refs(catalog_)) {}

  Json json() {
    Json out = {{"$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json"},
                {"bomFormat", "CycloneDX"},
                {"specVersion", "1.6"},
                {"serialNumber", "urn:uuid:" + sbom_uuid(report_)},
                {"version", 1},
                {"metadata", metadata_json()},
                {"components", components_json()},
                {"dependencies", dependencies_json()}};
    return out;
  }

 private:
  static constexpr const char* kSystemRef = "operating-system";

  bool has_system() const { return !catalog_.distribution.id.empty(); }

  Json metadata_json() const {
    const ImageInfo& info = analysis_.info;
    Json image = {{"type", "container"},
                  {"bom-ref", cyclonedx_image_ref(analysis_)},
                  {"name", image_title(analysis_)}};
    if (!info.manifest_digest.empty()) image["version"] = info.manifest_digest;
    if (std::string url = image_url(analysis_); !url.empty()) image["purl"] = url;
    image["properties"] = image_properties();
    return {
        {"timestamp", utc_text(report_.created_seconds)},
        {"lifecycles", Json::array({{{"phase", "post-build"}}})},
        {"tools",
         {{"components",
           Json::array(
               {{{"type", "application"}, {"name", "whittle"}, {"version", WHITTLE_VERSION}}})}}},
        {"component", std::move(image)}};
  }

  Json image_properties() const {
    Json list = Json::array();
    const ImageInfo& info = analysis_.info;
    if (!info.config_digest.empty())
      list.push_back(property("whittle:config_digest", info.config_digest));
    for (size_t i = 0; i < analysis_.layers.size(); ++i)
      list.push_back(
          property(fmt::format("whittle:layer:{}:diff_id", i + 1), analysis_.layers[i].diff_id));
    for (const std::string& problem : catalog_.problems)
      list.push_back(property("whittle:problem", problem));
    return list;
  }

  Json system_json() const {
    const Distribution& distribution = catalog_.distribution;
    Json system = {
        {"type", "operating-system"}, {"bom-ref", kSystemRef}, {"name", distribution.id}};
    if (!distribution.version.empty()) system["version"] = distribution.version;
    if (!distribution.name.empty()) system["description"] = distribution.name;
    Json properties = Json::array();
    if (!distribution.codename.empty())
      properties.push_back(property("whittle:codename", distribution.codename));
    if (!distribution.branch.empty())
      properties.push_back(property("whittle:branch", distribution.branch));
    for (const std::string& like : distribution.like)
      properties.push_back(property("whittle:like", like));
    if (!properties.empty()) system["properties"] = std::move(properties);
    return system;
  }

  Json package_json(size_t index) const {
    const Package& package = catalog_.packages[index];
    bool is_program = package.type == "generic";
    Json out = {{"type", is_program ? "application" : "library"}, {"bom-ref", refs_[index]}};
    size_t cut = std::string::npos;
    if (package.type == "maven") cut = package.name.rfind(':');
    if (package.type == "npm" || package.type == "composer") cut = package.name.find('/');
    if (cut != std::string::npos) out["group"] = package.name.substr(0, cut);
    out["name"] = package.name.substr(cut == std::string::npos ? 0 : cut + 1);
    if (!package.version.empty()) out["version"] = package.version;
    if (!package.licenses.empty()) out["licenses"] = licenses_json(package.licenses);
    out["purl"] = package_url(package, catalog_.distribution);
    out["evidence"] = {{"occurrences", occurrences_json(index)}};
    Json properties = Json::array();
    for (const auto& [name, value] : sbom_properties(analysis_, package))
      properties.push_back(property(name, value));
    out["properties"] = std::move(properties);
    return out;
  }

  // Where its record is, and what it owns.
  Json occurrences_json(size_t index) const {
    Json list = Json::array();
    const std::string& record = catalog_.packages[index].database;
    list.push_back({{"location", "/" + record}});
    if (!report_.has_files) return list;
    for (const SbomFile& file : report_.files[index]) {
      if (file.path != record) list.push_back({{"location", "/" + file.path}});
    }
    return list;
  }

  Json components_json() const {
    Json list = Json::array();
    if (has_system()) list.push_back(system_json());
    for (size_t i = 0; i < refs_.size(); ++i) list.push_back(package_json(i));
    return list;
  }

  Json dependencies_json() const {
    Json depends_on = Json::array();
    if (has_system()) depends_on.push_back(kSystemRef);
    for (const std::string& ref : refs_) depends_on.push_back(ref);
    Json list = Json::array(
        {{{"ref", cyclonedx_image_ref(analysis_)}, {"dependsOn", std::move(depends_on)}}});
    return list;
  }

  const SbomReport& report_;
  const Analysis& analysis_;
  const PackageCatalog& catalog_;
  std::vector<std::string> refs_;
};

}  // namespace

// Every component has a name of its own: its URL, with a number where it is there several times.
std::vector<std::string> cyclonedx_refs(const PackageCatalog& catalog) {
  std::map<std::string, size_t> seen;
  std::vector<std::string> refs;
  for (size_t i = 0; i < installed_count(catalog); ++i) {
    std::string url = package_url(catalog.packages[i], catalog.distribution);
    size_t count = ++seen[url];
    refs.push_back(count == 1 ? url : fmt::format("{}#{}", url, count));
  }
  return refs;
}

std::string cyclonedx_image_ref(const Analysis& analysis) {
  std::string url = image_url(analysis);
  return url.empty() ? "image" : url;
}

nlohmann::ordered_json cyclonedx_json(const SbomReport& report) {
  return CycloneDx(report).json();
}

std::string sbom_as_cyclonedx(const SbomReport& report, const RenderOptions& /*options*/) {
  return dump_report(cyclonedx_json(report));
}

}  // namespace whittle
