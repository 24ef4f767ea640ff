#include "report/scan_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/sha1.h"
#include "base/strings.h"
#include "report/sbom_parts.h"

namespace whittle {

namespace {

ScanRow row_of(const ScanReport& report, const VulnFinding& finding) {
  const Package& package = package_of(report, finding);
  ScanRow row;
  row.kind = kScanVulnerabilities;
  row.vulnerability = &finding;
  row.level = finding.level;
  row.id = finding.id;
  row.title = finding.summary.empty() ? "vulnerability of " + package.name : finding.summary;
  row.subject = package.version.empty() ? package.name : package.name + " " + package.version;
  row.message = fmt::format("{} has {}{}{}",
                            row.subject,
                            finding.id,
                            finding.exploited_since.empty() ? "" : ", known to be exploited",
                            finding.summary.empty() ? "" : ": " + finding.summary);
  row.help = finding.remedy;
  row.url = finding.url;
  row.layer = package.layer < report.analysis->layers.size() ? package.layer : kNoLayer;
  row.path = package.database;
  row.suppressed = finding.suppressed;
  row.fingerprint = package.type + '\0' + package.name + '\0' + package.database;
  return row;
}

std::string subject_of(const SecretFinding& finding) {
  switch (finding.place) {
    case SecretPlace::Environment:
      return "the variable " + finding.name;
    case SecretPlace::Label:
      return "the label " + finding.name;
    case SecretPlace::History:
      return finding.layer == kNoLayer ? "the image's history"
                                       : fmt::format("the command of layer {}", finding.layer + 1);
    case SecretPlace::File:
    case SecretPlace::Context:
      break;
  }
  return finding.path;
}

ScanRow row_of(const ScanReport& /*report*/, const SecretFinding& finding) {
  ScanRow row;
  row.kind = kScanSecrets;
  row.secret = &finding;
  row.level = finding.level;
  row.id = finding.rule;
  row.title = finding.title.empty() ? finding.rule : finding.title;
  row.subject = subject_of(finding);
  row.message = fmt::format("{} in {}", row.title, row.subject);
  if (finding.is_deleted) {
    row.message += fmt::format(", deleted but recoverable from layer {}", finding.layer + 1);
  }
  row.help = secret_remedy(finding);
  row.layer = finding.layer;
  row.path = finding.path;
  row.line = finding.line;
  row.suppressed = finding.suppressed;
  row.fingerprint = finding.fingerprint + '\0' + row.subject;
  return row;
}

ScanRow row_of(const ScanReport& /*report*/, const CheckFinding& finding) {
  ScanRow row;
  row.kind = kScanConfiguration;
  row.check = &finding;
  row.level = finding.level;
  row.id = finding.id;
  row.title = finding.title.empty() ? finding.id : finding.title;
  row.subject = finding.path.empty() ? "the image" : finding.path;
  row.message = row.title;
  constexpr size_t kMost = 3;
  for (size_t i = 0; i < finding.evidence.size() && i < kMost; ++i) {
    row.message += (i == 0 ? ": " : ", ") + finding.evidence[i];
  }
  if (finding.evidence.size() > kMost) {
    row.message += fmt::format(" and {} more", finding.evidence.size() - kMost);
  }
  row.help = finding.remedy;
  row.url = finding.url;
  row.layer = finding.layer;
  row.path = finding.path;
  row.suppressed = finding.suppressed;
  row.fingerprint = finding.path;
  return row;
}

template <typename Finding>
void add_rows(const ScanReport& report,
              const std::vector<Finding>& findings,
              std::vector<ScanRow>& rows) {
  for (const Finding& finding : findings) rows.push_back(row_of(report, finding));
}

}  // namespace

std::string secret_remedy(const SecretFinding& finding) {
  switch (finding.place) {
    case SecretPlace::Environment:
    case SecretPlace::History:
      return "Revoke it, and hand it to the build with RUN --mount=type=secret or to the container "
             "when it starts";
    case SecretPlace::Label:
      return "Revoke it, and take the label away";
    case SecretPlace::Context:
      return "Keep the file out of the build context with .dockerignore";
    case SecretPlace::File:
      break;
  }
  return finding.is_deleted
             ? "Revoke it, and never write it into a layer: deleting it later leaves "
               "it in the image"
             : "Revoke it, and build the image without the file";
}

std::vector<ScanRow> scan_rows(const ScanReport& report, ScanRowsWith with) {
  std::vector<ScanRow> rows;
  add_rows(report, report.findings, rows);
  add_rows(report, report.secrets, rows);
  add_rows(report, report.checks, rows);
  if (with == ScanRowsWith::Suppressed) {
    add_rows(report, report.suppressed, rows);
    add_rows(report, report.suppressed_secrets, rows);
    add_rows(report, report.suppressed_checks, rows);
  }
  std::map<std::string, size_t> seen;
  for (ScanRow& row : rows) {
    std::string key = fmt::format("{}", row.kind) + '\0' + row.id + '\0' + row.fingerprint;
    size_t count = seen[key]++;
    row.fingerprint = sha1_hex(count == 0 ? key : key + fmt::format("\n{}", count));
  }
  return rows;
}

const LayerFacts* layer_of(const ScanReport& report, const ScanRow& row) {
  const std::vector<LayerFacts>& layers = report.analysis->layers;
  return row.layer < layers.size() ? &layers[row.layer] : nullptr;
}

const SourcePlace* place_of(const ScanReport& report, const ScanRow& row) {
  const std::optional<SourcePlace>* place = nullptr;
  if (const LayerFacts* layer = layer_of(report, row)) place = &layer->place;
  if (place == nullptr && row.check != nullptr) place = &row.check->place;
  return place != nullptr && *place && (*place)->first_line > 0 ? &**place : nullptr;
}

bool is_link(std::string_view url) {
  constexpr std::string_view kOthers = "-._~:/?#[]@!$&'()*+,;=%";
  return (url.starts_with("https://") || url.starts_with("http://")) &&
         std::all_of(url.begin(), url.end(), [kOthers](char c) {
           return is_alpha(c) || is_digit(c) || kOthers.find(c) != std::string_view::npos;
         });
}

std::string scan_time(const ScanReport& report) {
  if (!report.database.built.empty()) return report.database.built;
  std::optional<int64_t> created = parse_time(report.analysis->info.config.created);
  return created ? utc_text(*created) : "";
}

}  // namespace whittle
