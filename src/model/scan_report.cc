#include "model/scan_report.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr std::array<std::string_view, kRiskLevels> kLevelNames = {
    "unknown", "negligible", "low", "medium", "high", "critical"};
constexpr std::array<std::string_view, kSecretPlaces> kPlaceNames = {
    "file", "environment", "label", "history", "context"};

template <typename Finding>
bool reaches(const std::vector<Finding>& findings, RiskLevel level) {
  return std::any_of(findings.begin(), findings.end(), [level](const Finding& found) {
    return found.level >= level;
  });
}

}  // namespace

std::string_view to_text(RiskLevel level) {
  return kLevelNames[static_cast<size_t>(level)];
}

std::optional<RiskLevel> parse_risk_level(std::string_view word) {
  for (size_t i = 0; i < kRiskLevels; ++i) {
    if (equals_ignoring_case(word, kLevelNames[i])) return static_cast<RiskLevel>(i);
  }
  return std::nullopt;
}

std::string_view to_text(PackageUsage usage) {
  constexpr std::array<std::string_view, 4> kWords = {"needed", "possible", "unused", ""};
  return kWords[static_cast<size_t>(usage)];
}

std::string_view to_text(SecretPlace place) {
  return kPlaceNames[static_cast<size_t>(place)];
}

std::optional<SecretPlace> parse_secret_place(std::string_view word) {
  for (size_t i = 0; i < kSecretPlaces; ++i) {
    if (word == kPlaceNames[i]) return static_cast<SecretPlace>(i);
  }
  return std::nullopt;
}

std::string secret_fingerprint(std::string_view rule, std::string_view secret_sha256_hex) {
  constexpr size_t kDigits = 16;
  return std::string(rule) + ":" + std::string(secret_sha256_hex.substr(0, kDigits));
}

const std::vector<ScannerInfo>& scanner_table() {
  static const std::vector<ScannerInfo> table = {
      {kScanVulnerabilities, "vuln", "known vulnerabilities of packages"},
      {kScanSecrets, "secret", "secrets in the layers and the configuration"},
      {kScanConfiguration, "config", "weaknesses of the configuration and the merged tree"},
  };
  return table;
}

bool has_failed(const ScanReport& report) {
  return report.fail_on &&
         (reaches(report.findings, *report.fail_on) || reaches(report.secrets, *report.fail_on) ||
          reaches(report.checks, *report.fail_on));
}

const Package& package_of(const ScanReport& report, const VulnFinding& finding) {
  return report.analysis->packages.packages[finding.package];
}

void sort_secrets(std::vector<SecretFinding>& findings) {
  auto key = [](const SecretFinding& found) {
    return std::tuple(-static_cast<int>(found.level),
                      found.layer,
                      found.place,
                      std::string_view(found.path),
                      std::string_view(found.name),
                      found.history_index,
                      found.line,
                      found.column,
                      std::string_view(found.rule),
                      std::string_view(found.fingerprint));
  };
  std::sort(findings.begin(), findings.end(), [&](const auto& a, const auto& b) {
    return key(a) < key(b);
  });
}

void sort_checks(std::vector<CheckFinding>& findings) {
  auto key = [](const CheckFinding& found) {
    return std::tuple(-static_cast<int>(found.level),
                      std::string_view(found.id),
                      found.layer,
                      std::string_view(found.path));
  };
  std::sort(findings.begin(), findings.end(), [&](const auto& a, const auto& b) {
    return key(a) < key(b);
  });
}

}  // namespace whittle
