#include "packages/read_sbom.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>
#include <vector>

#include "base/strings.h"
#include "model/package_url.h"
#include "packages/json_document.h"

namespace whittle {

namespace {

using nlohmann::json;

constexpr size_t kMaxPackages = 1'000'000;
constexpr size_t kBeginningBytes = 4096;

// What properties say beside the URL, in the words of several tools.
struct Facts {
  std::string source_name;
  std::string source_version;
  std::string source_release;
  std::string source_epoch;
  std::string module;
  std::string record;
  std::string layer;
  std::string codename;
  std::string branch;
  std::vector<std::string> like;
};

struct FactName {
  std::string_view property;
  std::string Facts::*member;
};

constexpr FactName kFactNames[] = {
    {"whittle:source:name", &Facts::source_name},
    {"whittle:source:version", &Facts::source_version},
    {"whittle:module", &Facts::module},
    {"whittle:record", &Facts::record},
    {"whittle:layer", &Facts::layer},
    {"whittle:codename", &Facts::codename},
    {"whittle:branch", &Facts::branch},
    {"aquasecurity:trivy:SrcName", &Facts::source_name},
    {"aquasecurity:trivy:SrcVersion", &Facts::source_version},
    {"aquasecurity:trivy:SrcRelease", &Facts::source_release},
    {"aquasecurity:trivy:SrcEpoch", &Facts::source_epoch},
    {"aquasecurity:trivy:Modularitylabel", &Facts::module},
    {"aquasecurity:trivy:FilePath", &Facts::record},
    {"syft:location:0:path", &Facts::record},
    {"syft:metadata:source", &Facts::source_name},
    {"syft:metadata:sourceVersion", &Facts::source_version},
    {"syft:metadata:originPackage", &Facts::source_name},
    {"syft:metadata:modularityLabel", &Facts::module},
};

void read_fact(std::string_view name, std::string value, Facts& facts) {
  if (name == "whittle:like") facts.like.push_back(value);
  for (const FactName& known : kFactNames) {
    if (known.property == name) facts.*known.member = std::move(value);
  }
}

class SbomReader {
 public:
  Status run(const json& document) {
    if (string_member(document, "bomFormat") == "CycloneDX") {
      read_components(member(document, "components"));
    } else if (string_member(document, "spdxVersion").starts_with("SPDX-2.")) {
      read_spdx(document);
    } else {
      return Error(ErrorKind::Unsupported, "this is no CycloneDX and no SPDX 2 document in JSON")
          .hint("Convert it to CycloneDX 1.6 or SPDX 2.3 in JSON");
    }
    return {};
  }

  PackageCatalog finish() {
    std::vector<Package>& packages = catalog_.packages;
    std::stable_sort(packages.begin(), packages.end(), [](const Package& a, const Package& b) {
      return std::tie(a.type, a.name, a.version, a.architecture, a.database) <
             std::tie(b.type, b.name, b.version, b.architecture, b.database);
    });
    if (catalog_.distribution.id.empty()) catalog_.distribution = most_named();
    return std::move(catalog_);
  }

 private:
  // Components lie inside of components; the tree was not deeper than parse_document() allows.
  void read_components(const json& components) {
    std::vector<const json*> lists = {&components};
    while (!lists.empty()) {
      const json& list = *lists.back();
      lists.pop_back();
      if (!list.is_array()) continue;
      for (const json& component : list) {
        read_component(component);
        lists.push_back(&member(component, "components"));
      }
    }
  }

  void read_component(const json& component) {
    Facts facts;
    const json& properties = member(component, "properties");
    if (properties.is_array()) {
      for (const json& property : properties)
        read_fact(string_member(property, "name"), string_member(property, "value"), facts);
    }
    if (string_member(component, "type") == "operating-system") {
      set_distribution(component, "version", facts);
      return;
    }
    std::vector<std::string> licenses;
    const json& choices = member(component, "licenses");
    if (choices.is_array()) {
      for (const json& choice : choices) {
        const json& license = member(choice, "license");
        std::string text = string_member(choice, "expression");
        if (text.empty()) text = string_member(license, "id");
        if (text.empty()) text = string_member(license, "name");
        if (!text.empty()) licenses.push_back(std::move(text));
      }
    }
    add(string_member(component, "purl"), facts, std::move(licenses));
  }

  void read_spdx(const json& document) {
    const json& others = member(document, "hasExtractedLicensingInfos");
    if (others.is_array()) {
      for (const json& other : others)
        other_licenses_[string_member(other, "licenseId")] = string_member(other, "name");
    }
    const json& packages = member(document, "packages");
    if (!packages.is_array()) return;
    for (const json& package : packages) read_spdx_package(package);
  }

  void read_spdx_package(const json& package) {
    Facts facts;
    const json& notes = member(package, "annotations");
    if (notes.is_array()) {
      for (const json& note : notes) {
        std::string comment = string_member(note, "comment");
        size_t equals = comment.find('=');
        if (equals != std::string::npos)
          read_fact(comment.substr(0, equals), comment.substr(equals + 1), facts);
      }
    }
    if (string_member(package, "primaryPackagePurpose") == "OPERATING_SYSTEM" ||
        string_member(package, "primaryPackagePurpose") == "OPERATING-SYSTEM") {
      set_distribution(package, "versionInfo", facts);
      return;
    }
    std::vector<std::string> licenses;
    std::string declared = string_member(package, "licenseDeclared");
    auto other = other_licenses_.find(declared);
    if (other != other_licenses_.end() && !other->second.empty()) declared = other->second;
    if (!declared.empty() && declared != "NOASSERTION" && declared != "NONE")
      licenses.push_back(std::move(declared));
    const json& references = member(package, "externalRefs");
    if (!references.is_array()) return;
    for (const json& reference : references) {
      if (string_member(reference, "referenceType") != "purl") continue;
      add(string_member(reference, "referenceLocator"), facts, std::move(licenses));
      return;
    }
  }

  void set_distribution(const json& component, std::string_view version, const Facts& facts) {
    Distribution& distribution = catalog_.distribution;
    distribution.id = to_lower(string_member(component, "name"));
    distribution.version = string_member(component, version);
    distribution.name = string_member(component, "description");
    distribution.codename = facts.codename;
    distribution.branch = facts.branch;
    distribution.like = facts.like;
  }

  void add(const std::string& text, const Facts& facts, std::vector<std::string> licenses) {
    std::optional<PackageUrl> url = parse_package_url(text);
    if (!url || url->type == "oci" || url->type == "docker") return;
    if (catalog_.packages.size() >= kMaxPackages) return;
    Package package = package_of(*url);
    package.licenses = std::move(licenses);
    package.source_name = facts.source_name == package.name ? "" : facts.source_name;
    package.source_version = source_version(facts);
    package.module = facts.module;
    package.database = facts.record;
    // Syft: "upstream=glibc@2.36"
    auto upstream = url->qualifiers.find("upstream");
    if (package.source_name.empty() && upstream != url->qualifiers.end())
      read_upstream(upstream->second, package);
    if (package.source_version == package.version) package.source_version.clear();
    std::optional<uint64_t> layer = parse_u64(facts.layer);
    if (layer && *layer > 0 && *layer < UINT32_MAX)
      package.layer = static_cast<uint32_t>(*layer - 1);
    Distribution distribution = distribution_of(*url);
    if (!distribution.id.empty()) ++named_[{distribution.id, distribution.version}];
    catalog_.packages.push_back(std::move(package));
  }

  static std::string source_version(const Facts& facts) {
    std::string version = facts.source_version;
    if (version.empty()) return version;
    if (!facts.source_release.empty()) version += "-" + facts.source_release;
    bool has_epoch = !facts.source_epoch.empty() && facts.source_epoch != "0";
    return has_epoch ? facts.source_epoch + ":" + version : version;
  }

  // "glibc@2.36-9" of dpkg and apk, "bash-5.1.8-6.el9.src.rpm" of rpm.
  static void read_upstream(std::string_view text, Package& package) {
    constexpr std::string_view kSourceRpm = ".src.rpm";
    if (text.ends_with(kSourceRpm)) {
      text.remove_suffix(kSourceRpm.size());
      size_t release = text.rfind('-');
      size_t version = release == 0 || release == std::string_view::npos
                           ? std::string_view::npos
                           : text.rfind('-', release - 1);
      if (version == std::string_view::npos || version == 0) return;
      package.source_version = text.substr(version + 1);
      text = text.substr(0, version);
    } else if (size_t at = text.find('@'); at != std::string_view::npos) {
      package.source_version = text.substr(at + 1);
      text = text.substr(0, at);
    }
    if (text != package.name) package.source_name = text;
  }

  // The distribution that most packages name.
  Distribution most_named() const {
    Distribution result;
    size_t most = 0;
    for (const auto& [distribution, count] : named_) {
      if (count <= most) continue;
      most = count;
      result.id = distribution.first;
      result.version = distribution.second;
    }
    return result;
  }

  PackageCatalog catalog_;
  std::map<std::string, std::string> other_licenses_;
  std::map<std::pair<std::string, std::string>, size_t> named_;
};

}  // namespace

Result<PackageCatalog> read_sbom(std::string_view text) {
  json document = parse_document(text);
  if (document.is_null()) return Error(ErrorKind::Invalid, "the inventory is no JSON");
  const json& predicate = member(document, "predicate");
  SbomReader reader;
  TRY(reader.run(predicate.is_object() ? predicate : document));
  return reader.finish();
}

bool is_sbom(std::string_view text) {
  std::string_view beginning = text.substr(0, kBeginningBytes);
  return trim_left(beginning).starts_with('{') &&
         (contains(beginning, "\"CycloneDX\"") || contains(beginning, "\"spdxVersion\"") ||
          contains(beginning, "\"predicateType\""));
}

}  // namespace whittle
