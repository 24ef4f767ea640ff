#include "report/sbom_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/sha1.h"
#include "base/strings.h"
#include "model/package_url.h"
#include "report/analysis_summary.h"

namespace whittle {

namespace {

constexpr int64_t kSecondsOfDay = 24 * 60 * 60;

// Digits at a place of a text of fixed form.
std::optional<int64_t> number_at(std::string_view text, size_t at, size_t size) {
  std::optional<uint64_t> value = parse_u64(text.substr(std::min(at, text.size()), size));
  if (!value) return std::nullopt;
  return static_cast<int64_t>(*value);
}

// "Z", "+02:00"
std::optional<int64_t> zone_seconds(std::string_view zone) {
  if (equals_ignoring_case(zone, "z")) return 0;
  std::optional<int64_t> hours = number_at(zone, 1, 2);
  std::optional<int64_t> minutes = number_at(zone, 4, 2);
  bool is_zone = zone.size() == 6 && hours && minutes && (zone[0] == '+' || zone[0] == '-');
  if (!is_zone) return std::nullopt;
  int64_t seconds = *hours * 3600 + *minutes * 60;
  return zone[0] == '-' ? -seconds : seconds;
}

void add(std::string_view name,
         std::string value,
         std::vector<std::pair<std::string, std::string>>& properties) {
  if (!value.empty()) properties.emplace_back("whittle:" + std::string(name), std::move(value));
}

}  // namespace

size_t installed_count(const PackageCatalog& catalog) {
  auto end = std::find_if(catalog.packages.begin(), catalog.packages.end(), [](const Package& one) {
    return !one.is_installed;
  });
  return static_cast<size_t>(end - catalog.packages.begin());
}

std::string utc_text(int64_t seconds) {
  int64_t days = seconds / kSecondsOfDay - (seconds % kSecondsOfDay < 0 ? 1 : 0);
  int64_t rest = seconds - days * kSecondsOfDay;
  std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
                     static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()),
                     rest / 3600,
                     rest / 60 % 60,
                     rest % 60);
}

std::optional<int64_t> parse_time(std::string_view text) {
  std::array<std::optional<int64_t>, 6> parts = {number_at(text, 0, 4),
                                                 number_at(text, 5, 2),
                                                 number_at(text, 8, 2),
                                                 number_at(text, 11, 2),
                                                 number_at(text, 14, 2),
                                                 number_at(text, 17, 2)};
  if (std::any_of(parts.begin(), parts.end(), [](const auto& part) { return !part; })) return {};
  std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*parts[0])),
                                   std::chrono::month(static_cast<unsigned>(*parts[1])),
                                   std::chrono::day(static_cast<unsigned>(*parts[2]))};
  size_t zone_at = text.find_first_not_of("0123456789.", 19);
  if (!date.ok() || zone_at == std::string_view::npos) return std::nullopt;
  std::optional<int64_t> zone = zone_seconds(text.substr(zone_at));
  if (!zone) return std::nullopt;
  int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return days * kSecondsOfDay + *parts[3] * 3600 + *parts[4] * 60 + *parts[5] - *zone;
}

std::string sbom_uuid(const SbomReport& report) {
  const Analysis& analysis = *report.analysis;
  std::string name = fmt::format("whittle {}\n{}\n{}\n{} {}\n",
                                 WHITTLE_VERSION,
                                 analysis.info.manifest_digest,
                                 analysis.info.config_digest,
                                 report.has_files,
                                 report.created_seconds);
  for (const LayerFacts& layer : analysis.layers) name += layer.diff_id + "\n";
  for (size_t i = 0; i < installed_count(analysis.packages); ++i)
    name += package_url(analysis.packages.packages[i], analysis.packages.distribution) + "\n";
  std::string hex = sha1_hex(name);
  constexpr std::string_view kVariants = "89ab";
  hex[12] = '5';
  hex[16] = kVariants[static_cast<unsigned char>(hex[16]) % 4];
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
         hex.substr(16, 4) + "-" + hex.substr(20, 12);
}

namespace {

struct ImageName {
  std::string repository;  // "registry.example/team/shop"
  std::string tag;         // "" none
};

ImageName image_name(const std::string& name) {
  std::string repository = name.substr(0, name.find('@'));
  size_t slash = repository.rfind('/');
  size_t colon = repository.rfind(':');
  bool has_tag = colon != std::string::npos && (slash == std::string::npos || colon > slash);
  if (!has_tag) return {repository, ""};
  return {repository.substr(0, colon), repository.substr(colon + 1)};
}

}  // namespace

std::string image_url(const Analysis& analysis) {
  const ImageInfo& info = analysis.info;
  if (info.manifest_digest.empty() || info.names.empty()) return {};
  ImageName name = image_name(info.names[0]);
  PackageUrl url;
  if (!name.tag.empty()) url.qualifiers["tag"] = name.tag;
  url.type = "oci";
  url.name = to_lower(name.repository.substr(name.repository.rfind('/') + 1));  // npos + 1 is 0
  url.version = info.manifest_digest;
  url.qualifiers["arch"] = info.config.platform.architecture;
  url.qualifiers["repository_url"] = name.repository;
  return to_string(url);
}

std::string image_name_url(const Analysis& analysis) {
  if (analysis.info.names.empty()) return {};
  ImageName name = image_name(analysis.info.names[0]);
  PackageUrl url;
  url.type = "docker";
  url.version = name.tag;
  std::string path = name.repository;
  std::string host = path.substr(0, path.find('/'));
  bool has_host = host.size() < path.size() &&
                  (host == "localhost" || host.find_first_of(".:") != std::string::npos);
  if (has_host) {
    path.erase(0, host.size() + 1);
    if (host != "docker.io") url.qualifiers["repository_url"] = host;
  }
  size_t slash = path.rfind('/');
  if (slash != std::string::npos) url.name_space = path.substr(0, slash);
  url.name = path.substr(slash + 1);
  return url.name.empty() ? std::string() : to_string(url);
}

std::vector<std::pair<std::string, std::string>> sbom_properties(const Analysis& analysis,
                                                                 const Package& package) {
  std::vector<std::pair<std::string, std::string>> properties;
  add("type", package.type, properties);
  add("record", package.database, properties);
  add("source:name", package.source_name, properties);
  add("source:version", package.source_version, properties);
  add("module", package.module, properties);
  if (package.owner < analysis.packages.packages.size())
    add("owner", analysis.packages.packages[package.owner].name, properties);
  if (package.layer >= analysis.layers.size()) return properties;
  const LayerFacts& layer = analysis.layers[package.layer];
  add("layer", fmt::format("{}", package.layer + 1), properties);
  add("layer:diff_id", layer.diff_id, properties);
  add("layer:base", layer.is_base ? "true" : "false", properties);
  add("layer:command", command_text(layer), properties);
  add("layer:place", place_text(layer.place), properties);
  return properties;
}

}  // namespace whittle
