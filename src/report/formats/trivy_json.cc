// Findings of `scan` in the shape of Trivy's JSON report, schema version 2, for programs that read
// it: results of the system's packages, of each language, of secrets, of the configuration.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "model/package_url.h"
#include "report/analysis_summary.h"
#include "report/formats/formats_list.h"
#include "report/json_parts.h"
#include "report/scan_rows.h"

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

constexpr RiskWords kSeverities = {"UNKNOWN", "LOW", "LOW", "MEDIUM", "HIGH", "CRITICAL"};

// What Trivy calls a distribution; those that are missing are called as they call themselves.
struct Family {
  std::string_view id;
  std::string_view name;
};

constexpr Family kFamilies[] = {{"rhel", "redhat"},
                                {"almalinux", "alma"},
                                {"ol", "oracle"},
                                {"amzn", "amazon"},
                                {"sles", "suse linux enterprise server"},
                                {"opensuse-leap", "opensuse.leap"},
                                {"opensuse-tumbleweed", "opensuse.tumbleweed"},
                                {"mariner", "cbl-mariner"}};

// What Trivy calls a kind of package, and what its result is of: all of that language ("Python"),
// or for "" the file that holds them.
struct Language {
  std::string_view package_type;
  std::string_view name;
  std::string_view target;
};

constexpr Language kLanguages[] = {{"cargo", "rustbinary", ""},
                                   {"composer", "composer-vendor", ""},
                                   {"conda", "conda-pkg", "Conda"},
                                   {"gem", "gemspec", "Ruby"},
                                   {"golang", "gobinary", ""},
                                   {"maven", "jar", "Java"},
                                   {"npm", "node-pkg", "Node.js"},
                                   {"nuget", "dotnet-core", ""},
                                   {"pypi", "python-pkg", "Python"}};

bool is_system(const Package& package) {
  return package.type == "deb" || package.type == "apk" || package.type == "rpm";
}

std::string family_of(const Distribution& distribution) {
  for (const Family& family : kFamilies) {
    if (family.id == distribution.id) return std::string(family.name);
  }
  return distribution.id.empty() ? "none" : distribution.id;
}

class TrivyJson {
 public:
  explicit TrivyJson(const ScanReport& report)
      : report_(report), analysis_(*report.analysis), image_(image_title(analysis_)) {}

  std::string render() {
    Json out = {{"SchemaVersion", 2}};
    if (std::string time = scan_time(report_); !time.empty()) out["CreatedAt"] = time;
    out["ArtifactName"] = image_;
    out["ArtifactType"] = "container_image";
    out["Metadata"] = metadata_json();
    for (const ScanRow& row : scan_rows(report_)) add_row(row);
    if (report_.show_suppressed) add_suppressed();
    Json results = Json::array();
    for (auto& [key, result] : results_) results.push_back(std::move(result));
    out["Results"] = std::move(results);
    return dump_report(out);
  }

 private:
  Json metadata_json() const {
    const ImageInfo& info = analysis_.info;
    const Distribution& distribution = analysis_.packages.distribution;
    Json out = {{"Size", analysis_.total.stored}};
    if (!distribution.id.empty()) {
      out["OS"] = {{"Family", family_of(distribution)}, {"Name", distribution.version}};
      if (!report_.end_of_life.empty()) out["OS"]["EOSL"] = true;
    }
    Json diff_ids = Json::array();
    for (const LayerFacts& layer : analysis_.layers) diff_ids.push_back(layer.diff_id);
    if (!info.config_digest.empty()) out["ImageID"] = info.config_digest;
    out["DiffIDs"] = diff_ids;
    Json tags = Json::array();
    Json digests = Json::array();
    for (const std::string& name : info.names) {
      (contains(name, "@") ? digests : tags).push_back(name);
    }
    out["RepoTags"] = std::move(tags);
    out["RepoDigests"] = std::move(digests);
    const Platform& platform = info.config.platform;
    out["ImageConfig"] = {{"architecture", platform.architecture},
                          {"created", info.config.created},
                          {"os", platform.os},
                          {"rootfs", {{"type", "layers"}, {"diff_ids", std::move(diff_ids)}}},
                          {"config", Json::object()}};
    return out;
  }

  // Results in the order of Trivy's: system, languages, configuration, secrets.
  Json& result_of(int order,
                  const std::string& target,
                  std::string_view class_name,
                  std::string_view type) {
    auto [found, is_new] = results_.try_emplace(std::tuple(order, std::string(type), target));
    if (is_new) {
      found->second = {{"Target", target}, {"Class", class_name}};
      if (!type.empty()) found->second["Type"] = type;
    }
    return found->second;
  }

  Json& result_of(const ScanRow& row) {
    if (row.secret != nullptr) return result_of(3, secret_target(*row.secret), "secret", "");
    if (row.check != nullptr) {
      Json& result = result_of(2, image_, "config", "dockerfile");
      if (!result.contains("MisconfSummary"))
        result["MisconfSummary"] = {{"Successes", 0}, {"Failures", report_.checks.size()}};
      return result;
    }
    const Package& package = package_of(report_, *row.vulnerability);
    if (is_system(package)) {
      const Distribution& distribution = analysis_.packages.distribution;
      std::string family = family_of(distribution);
      std::string target = fmt::format("{} ({} {})", image_, family, distribution.version);
      return result_of(0, target, "os-pkgs", family);
    }
    for (const Language& language : kLanguages) {
      if (language.package_type != package.type) continue;
      std::string target(language.target.empty() ? package.database : language.target);
      return result_of(1, target, "lang-pkgs", language.name);
    }
    return result_of(1, package.database, "lang-pkgs", package.type);
  }

  static std::string secret_target(const SecretFinding& finding) {
    return finding.path.empty() ? "config.json" : "/" + finding.path;
  }

  void add_row(const ScanRow& row) {
    std::string_view list = row.secret != nullptr  ? "Secrets"
                            : row.check != nullptr ? "Misconfigurations"
                                                   : "Vulnerabilities";
    result_of(row)[std::string(list)].push_back(finding_json(row));
  }

  void add_suppressed() {
    for (const ScanRow& row : scan_rows(report_, ScanRowsWith::Suppressed)) {
      if (row.suppressed.empty()) continue;
      std::string_view type = row.secret != nullptr  ? "secret"
                              : row.check != nullptr ? "misconfiguration"
                                                     : "vulnerability";
      std::string status = "ignored";
      if (row.vulnerability != nullptr && !row.vulnerability->vex_status.empty())
        status = row.vulnerability->vex_status;
      result_of(row)["ExperimentalModifiedFindings"].push_back({{"Type", type},
                                                                {"Status", status},
                                                                {"Statement", row.suppressed},
                                                                {"Source", "whittle"},
                                                                {"Finding", finding_json(row)}});
    }
  }

  Json finding_json(const ScanRow& row) const {
    if (row.secret != nullptr) return secret_json(row);
    return row.check != nullptr ? check_json(row) : vulnerability_json(row);
  }

  Json layer_json(const ScanRow& row) const {
    const LayerFacts* layer = layer_of(report_, row);
    Json out = Json::object();
    if (layer == nullptr) return out;
    if (!layer->blob_digest.empty()) out["Digest"] = layer->blob_digest;
    if (!layer->diff_id.empty()) out["DiffID"] = layer->diff_id;
    if (!layer->command.empty()) out["CreatedBy"] = layer->command;
    return out;
  }

  Json vulnerability_json(const ScanRow& row) const {
    const VulnFinding& finding = *row.vulnerability;
    const Package& package = package_of(report_, finding);
    Json out = {{"VulnerabilityID", finding.id}};
    if (!finding.advisories.empty()) out["VendorIDs"] = finding.advisories;
    out["PkgID"] = package.name + "@" + package.version;
    out["PkgName"] = package.name;
    if (!is_system(package)) out["PkgPath"] = package.database;
    out["PkgIdentifier"] = {{"PURL", package_url(package, analysis_.packages.distribution)}};
    out["InstalledVersion"] = package.version;
    if (!finding.fixed_version.empty()) out["FixedVersion"] = finding.fixed_version;
    out["Status"] = finding.fixed_version.empty() ? "affected" : "fixed";
    out["Layer"] = layer_json(row);
    std::string source = to_lower(finding.level_source);
    if (!source.empty()) out["SeveritySource"] = source;
    if (!finding.url.empty()) out["PrimaryURL"] = finding.url;
    if (!finding.summary.empty()) out["Title"] = finding.summary;
    if (!finding.summary.empty()) out["Description"] = finding.summary;
    out["Severity"] = word_for(finding.level, kSeverities);
    if (!finding.cvss.empty()) {
      bool is_third = finding.cvss.starts_with("CVSS:3");
      std::string_view version = is_third                             ? "V3"
                                 : finding.cvss.starts_with("CVSS:4") ? "V40"
                                                                      : "V2";
      Json score = {{fmt::format("{}Vector", version), finding.cvss}};
      if (finding.score) score[fmt::format("{}Score", version)] = *finding.score;
      out["CVSS"] = {{source.empty() ? "whittle" : source, std::move(score)}};
    }
    if (!finding.url.empty()) out["References"] = Json::array({finding.url});
    if (!finding.published.empty()) out["PublishedDate"] = finding.published;
    return out;
  }

  Json secret_json(const ScanRow& row) const {
    const SecretFinding& finding = *row.secret;
    uint32_t line = std::max(finding.line, 1U);
    Json code = {{"Number", line},
                 {"Content", finding.masked},
                 {"IsCause", true},
                 {"Annotation", ""},
                 {"Truncated", false},
                 {"FirstCause", true},
                 {"LastCause", true}};
    return {{"RuleID", finding.rule},
            {"Category", finding.category},
            {"Severity", word_for(finding.level, kSeverities)},
            {"Title", row.title},
            {"StartLine", line},
            {"EndLine", line},
            {"Code", {{"Lines", Json::array({std::move(code)})}}},
            {"Match", finding.masked},
            {"Layer", layer_json(row)}};
  }

  Json check_json(const ScanRow& row) const {
    const CheckFinding& finding = *row.check;
    Json out = {{"Type", "Image Security Check"},
                {"ID", finding.id},
                {"AVDID", finding.aliases.empty() ? finding.id : finding.aliases[0]},
                {"Title", row.title},
                {"Description", row.title},
                {"Message", row.message},
                {"Resolution", finding.remedy},
                {"Severity", word_for(finding.level, kSeverities)}};
    if (!finding.url.empty()) out["PrimaryURL"] = finding.url;
    out["Status"] = row.suppressed.empty() ? "FAIL" : "EXCEPTION";
    out["Layer"] = layer_json(row);
    out["CauseMetadata"] = {
        {"Provider", "Dockerfile"}, {"Service", "general"}, {"Code", {{"Lines", nullptr}}}};
    if (const SourcePlace* place = place_of(report_, row)) {
      out["CauseMetadata"]["StartLine"] = place->first_line;
      out["CauseMetadata"]["EndLine"] = place->last_line;
    }
    return out;
  }

  const ScanReport& report_;
  const Analysis& analysis_;
  std::string image_;
  std::map<std::tuple<int, std::string, std::string>, Json> results_;
};

}  // namespace

std::string scan_as_trivy_json(const ScanReport& report, const RenderOptions& /*options*/) {
  return TrivyJson(report).render();
}

}  // namespace whittle
