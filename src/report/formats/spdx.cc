// An inventory as SPDX 2.3 in JSON: the image, its distribution, a package each, who contains whom;
// with files, who owns them.
#include "model/spdx.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/sha1.h"
#include "base/strings.h"
#include "model/package_url.h"
#include "report/analysis_summary.h"
#include "report/formats/formats_list.h"
#include "report/json_parts.h"
#include "report/sbom_parts.h"

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kDocument = "SPDXRef-DOCUMENT";
constexpr const char* kImage = "SPDXRef-Image";
constexpr const char* kSystem = "SPDXRef-OperatingSystem";

// Identifiers are letters, digits, '.' and '-'.
std::string id_text(std::string_view text) {
  std::string id;
  for (char c : text) id.push_back(is_alpha(c) || is_digit(c) || c == '.' ? c : '-');
  return id;
}

class Spdx {
 public:
  explicit Spdx(const SbomReport& report)
      : report_(report), analysis_(*report.analysis), catalog_(analysis_.packages) {}

  std::string render() {
    for (size_t i = 0; i < installed_count(catalog_); ++i) {
      const Package& package = catalog_.packages[i];
      ids_.push_back(
          fmt::format("SPDXRef-Package-{}-{}-{}", package.type, id_text(package.name), i + 1));
    }
    Json packages = packages_json();
    Json files = files_json();
    Json relationships = relationships_json();
    Json out = {{"spdxVersion", "SPDX-2.3"},
                {"dataLicense", "CC0-1.0"},
                {"SPDXID", kDocument},
                {"name", image_title(analysis_)},
                {"documentNamespace", "https://whittle.invalid/spdx/" + sbom_uuid(report_)},
                {"creationInfo",
                 {{"created", created()},
                  {"creators", Json::array({std::string("Tool: whittle-") + WHITTLE_VERSION})}}},
                {"documentDescribes", Json::array({kImage})},
                {"packages", std::move(packages)}};
    if (!files.empty()) out["files"] = std::move(files);
    if (!other_licenses_.empty()) out["hasExtractedLicensingInfos"] = other_licenses_json();
    out["relationships"] = std::move(relationships);
    return dump_report(out);
  }

 private:
  std::string created() const { return utc_text(report_.created_seconds); }

  static Json package_head(const std::string& id, const std::string& name) {
    return {{"SPDXID", id},
            {"name", name},
            {"downloadLocation", "NOASSERTION"},
            {"filesAnalyzed", false},
            {"copyrightText", "NOASSERTION"},
            {"licenseConcluded", "NOASSERTION"}};
  }

  static Json url_reference(const std::string& url) {
    return {{"referenceCategory", "PACKAGE-MANAGER"},
            {"referenceType", "purl"},
            {"referenceLocator", url}};
  }

  Json annotation(const std::string& text) const {
    return {{"annotationDate", created()},
            {"annotationType", "OTHER"},
            {"annotator", std::string("Tool: whittle-") + WHITTLE_VERSION},
            {"comment", text}};
  }

  Json image_json() const {
    Json image = package_head(kImage, image_title(analysis_));
    image["licenseDeclared"] = "NOASSERTION";
    image["primaryPackagePurpose"] = "CONTAINER";
    const ImageInfo& info = analysis_.info;
    if (!info.manifest_digest.empty()) image["versionInfo"] = info.manifest_digest;
    if (info.manifest_digest.starts_with("sha256:"))
      image["checksums"] = Json::array(
          {{{"algorithm", "SHA256"}, {"checksumValue", info.manifest_digest.substr(7)}}});
    if (std::string url = image_url(analysis_); !url.empty())
      image["externalRefs"] = Json::array({url_reference(url)});
    Json notes = Json::array();
    for (size_t i = 0; i < analysis_.layers.size(); ++i)
      notes.push_back(annotation(
          fmt::format("whittle:layer:{}:diff_id={}", i + 1, analysis_.layers[i].diff_id)));
    for (const std::string& problem : catalog_.problems)
      notes.push_back(annotation("whittle:problem=" + problem));
    if (!notes.empty()) image["annotations"] = std::move(notes);
    return image;
  }

  Json system_json() const {
    const Distribution& distribution = catalog_.distribution;
    Json system = package_head(kSystem, distribution.id);
    system["licenseDeclared"] = "NOASSERTION";
    system["primaryPackagePurpose"] = "OPERATING_SYSTEM";
    if (!distribution.version.empty()) system["versionInfo"] = distribution.version;
    if (!distribution.name.empty()) system["description"] = distribution.name;
    Json notes = Json::array();
    if (!distribution.codename.empty())
      notes.push_back(annotation("whittle:codename=" + distribution.codename));
    if (!distribution.branch.empty())
      notes.push_back(annotation("whittle:branch=" + distribution.branch));
    for (const std::string& like : distribution.like)
      notes.push_back(annotation("whittle:like=" + like));
    if (!notes.empty()) system["annotations"] = std::move(notes);
    return system;
  }

  // An expression of all that the record names: what is no expression gets an identifier of its
  // own.
  std::string license_of(const Package& package) {
    if (package.licenses.empty()) return "NOASSERTION";
    std::vector<std::string> parts;
    for (const std::string& license : package.licenses) {
      auto [at, is_new] = expressions_.try_emplace(license);
      if (is_new) {
        at->second = to_spdx(license);
        if (at->second.empty() || contains(at->second, "LicenseRef-")) {
          at->second = "LicenseRef-" + sha1_hex(license).substr(0, 16);
          other_licenses_[at->second] = license;
        }
      }
      bool is_compound = package.licenses.size() > 1 && contains(at->second, " ");
      parts.push_back(is_compound ? "(" + at->second + ")" : at->second);
    }
    return join(parts, " AND ");
  }

  // A package whose files are listed has a code of them. SPDX 2.3, 7.9.
  void add_verification_code(size_t index, Json& package) const {
    std::vector<std::string> digests;
    for (size_t i = 0; report_.has_files && i < report_.files[index].size(); ++i) {
      const std::string& digest = report_.files[index][i].sha1;
      if (!digest.empty()) digests.push_back(digest);
    }
    if (digests.empty()) return;
    std::sort(digests.begin(), digests.end());
    package["filesAnalyzed"] = true;
    package["packageVerificationCode"] = {
        {"packageVerificationCodeValue", sha1_hex(join(digests, ""))}};
  }

  Json package_json(size_t index) {
    const Package& package = catalog_.packages[index];
    Json out = package_head(ids_[index], package.name);
    if (!package.version.empty()) out["versionInfo"] = package.version;
    out["licenseDeclared"] = license_of(package);
    add_verification_code(index, out);
    out["primaryPackagePurpose"] = package.type == "generic" ? "APPLICATION" : "LIBRARY";
    out["sourceInfo"] = "recorded in /" + package.database;
    out["externalRefs"] = Json::array({url_reference(package_url(package, catalog_.distribution))});
    Json notes = Json::array();
    for (const auto& [name, value] : sbom_properties(analysis_, package))
      notes.push_back(annotation(name + "=" + value));
    out["annotations"] = std::move(notes);
    return out;
  }

  Json packages_json() {
    Json list = Json::array({image_json()});
    if (!catalog_.distribution.id.empty()) list.push_back(system_json());
    for (size_t i = 0; i < ids_.size(); ++i) list.push_back(package_json(i));
    return list;
  }

  static std::string file_id(const std::string& path) { return "SPDXRef-File-" + sha1_hex(path); }

  // A file of SPDX has a digest: those without one are not listed.
  Json files_json() const {
    Json list = Json::array();
    for (size_t i = 0; report_.has_files && i < ids_.size(); ++i) {
      for (const SbomFile& file : report_.files[i]) {
        if (file.sha1.empty()) continue;
        list.push_back(
            {{"SPDXID", file_id(file.path)},
             {"fileName", "./" + file.path},
             {"checksums", Json::array({{{"algorithm", "SHA1"}, {"checksumValue", file.sha1}}})},
             {"licenseConcluded", "NOASSERTION"},
             {"copyrightText", "NOASSERTION"}});
      }
    }
    return list;
  }

  Json other_licenses_json() const {
    Json list = Json::array();
    for (const auto& [id, name] : other_licenses_)
      list.push_back({{"licenseId", id}, {"extractedText", name}, {"name", name}});
    return list;
  }

  static Json relationship(const std::string& from, const char* type, const std::string& to) {
    return {{"spdxElementId", from}, {"relationshipType", type}, {"relatedSpdxElement", to}};
  }

  Json relationships_json() const {
    Json list = Json::array({relationship(kDocument, "DESCRIBES", kImage)});
    if (!catalog_.distribution.id.empty())
      list.push_back(relationship(kImage, "CONTAINS", kSystem));
    for (size_t i = 0; i < ids_.size(); ++i) {
      uint32_t owner = catalog_.packages[i].owner;
      list.push_back(relationship(kImage, "CONTAINS", ids_[i]));
      if (owner < ids_.size()) list.push_back(relationship(ids_[i], "PACKAGE_OF", ids_[owner]));
      if (!report_.has_files) continue;
      for (const SbomFile& file : report_.files[i]) {
        if (!file.sha1.empty())
          list.push_back(relationship(ids_[i], "CONTAINS", file_id(file.path)));
      }
    }
    return list;
  }

  const SbomReport& report_;
  const Analysis& analysis_;
  const PackageCatalog& catalog_;
  std::vector<std::string> ids_;
  std::map<std::string, std::string> expressions_;     // by what records say
  std::map<std::string, std::string> other_licenses_;  // by identifier
};

}  // namespace

std::string sbom_as_spdx(const SbomReport& report, const RenderOptions& /*options*/) {
  return Spdx(report).render();
}

}  // namespace whittle
