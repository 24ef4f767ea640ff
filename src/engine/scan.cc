#include "engine/scan.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <numeric>
#include <tuple>

#include "base/stats.h"
#include "base/strings.h"
#include "checks/config_lines.h"
#include "engine/scan_base.h"
#include "engine/scan_checks.h"
#include "engine/scan_reach.h"
#include "engine/scan_secrets.h"
#include "image/sources/sources.h"
#include "model/end_of_life.h"
#include "packages/catalog.h"
#include "packages/read_sbom.h"
#include "reach/reach.h"
#include "secrets/content.h"
#include "vuln/database.h"
#include "vuln/ecosystems.h"
#include "vuln/ignores.h"
#include "vuln/kernel_packages.h"
#include "vuln/matcher.h"

namespace whittle {

ScanOptions::ScanOptions() = default;
ScanOptions::~ScanOptions() = default;
ScanOptions::ScanOptions(ScanOptions&&) noexcept = default;

namespace {

bool is_system(const Package& package) {
  return package.type == "deb" || package.type == "apk" || package.type == "rpm";
}

std::string utc_text(int64_t seconds) {
  auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  if (::gmtime_r(&time, &parts) == nullptr) return "";
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
                     parts.tm_year + 1900,
                     parts.tm_mon + 1,
                     parts.tm_mday,
                     parts.tm_hour,
                     parts.tm_min,
                     parts.tm_sec);
}

class Scan {
 public:
  Scan(const ScanOptions& options, const Database* database)
      : options_(options), database_(database) {}

  Result<ScanReport> run(const fs::path& database_file) {
    InspectOptions inspect = options_.inspect;
    inspect.package_sets |= kPackageDatabases | kPackageInventory;
    bool has_secrets = (options_.scanners & kScanSecrets) != 0;
    bool has_checks = (options_.scanners & kScanConfiguration) != 0;
    CHECK(!(has_secrets || has_checks) || options_.secrets != nullptr);
    if (has_secrets) inspect.keep.push_back(secret_contents(options_.secrets));
    if (has_checks) inspect.keep.push_back(check_contents());
    inspect.find_waste = has_checks;
    bool finds_usage = options_.finds_usage && (options_.scanners & kScanVulnerabilities) != 0;
    if (finds_usage) inspect.keep.push_back(needed_contents());
    TRY_ASSIGN(report_.analysis, analyze_image(inspect));
    begin(options_.scanners);
    if ((options_.scanners & kScanVulnerabilities) != 0) TRY(find_vulnerabilities(database_file));
    if (finds_usage) mark_usage(report_, options_.trace ? &*options_.trace : nullptr);
    if (has_secrets) place_secrets(find_image_secrets(*report_.analysis, *options_.secrets));
    if (has_secrets || has_checks) mask();
    if (has_checks) place_checks();
    for (const std::string& problem : catalog().problems) report_.notes.push_back(problem);
    return std::move(report_);
  }

  Result<ScanReport> run_inventory(std::string_view text, const fs::path& database_file) {
    auto analysis = no_image(options_.inspect.target);
    TRY_ASSIGN(analysis->packages, read_sbom(text));
    report_.analysis = std::move(analysis);
    begin(kScanVulnerabilities);
    TRY(find_vulnerabilities(database_file));
    for (const std::string& problem : catalog().problems) report_.notes.push_back(problem);
    return std::move(report_);
  }

  Result<ScanReport> run_context() {
    CHECK(options_.secrets != nullptr);
    const InspectOptions& inspect = options_.inspect;
    report_.analysis = no_image(inspect.target);
    begin(kScanSecrets);
    TRY_ASSIGN(SecretFindings found,
               find_context_secrets(inspect.target,
                                    *options_.secrets,
                                    inspect.open.limits,
                                    inspect.threads,
                                    *inspect.open.cancel));
    place_secrets(std::move(found));
    return std::move(report_);
  }

 private:
  const PackageCatalog& catalog() const { return report_.analysis->packages; }

  // What is reported of something that is no image.
  static std::shared_ptr<Analysis> no_image(const std::string& target) {
    auto analysis = std::make_shared<Analysis>();
    analysis->target = target;
    auto tree = std::make_shared<MergedTree>();
    tree->nodes.emplace_back();
    analysis->tree = std::move(tree);
    return analysis;
  }

  // Once the image is known.
  void begin(ScannerSet scanners) {
    report_.scanners = scanners;
    report_.fail_on = options_.fail_on;
    report_.show_suppressed = options_.show_suppressed;
    for (const VulnIgnore& rule : options_.ignores) {
      if (is_about(rule, report_.analysis->info)) ignores_.push_back(&rule);
    }
  }

  void place_secrets(SecretFindings found) {
    for (SecretFinding& finding : found.findings) {
      if (!is_asked_for(finding.level)) continue;
      for (const VulnIgnore* rule : ignores_) {
        bool is_taken = finding.suppressed.empty() && suppresses(*rule) &&
                        takes(*rule, finding, options_.today);
        if (is_taken) finding.suppressed = reason_text(*rule);
      }
      auto& list = finding.suppressed.empty() ? report_.secrets : report_.suppressed_secrets;
      list.push_back(std::move(finding));
    }
    sort_secrets(report_.secrets);
    sort_secrets(report_.suppressed_secrets);
    for (std::string& note : found.notes) report_.notes.push_back(std::move(note));
  }

  // Reports repeat commands and variables.
  void mask() {
    bool has_secrets = (options_.scanners & kScanSecrets) != 0;
    const RunConfig& config = report_.analysis->info.config.run;
    if (!has_secrets) secret_variables_ = secret_variables(config, *options_.secrets);
    report_.analysis = without_secrets(report_.analysis, *options_.secrets);
  }

  void place_checks() {
    CheckRequest request{*report_.analysis, options_.today, secret_variables_, {}, nullptr, {}};
    if (options_.trace) request.trace = &*options_.trace;
    for (const auto* list : {&report_.secrets, &report_.suppressed_secrets}) {
      for (const SecretFinding& finding : *list) request.secret_files.insert(finding.path);
    }
    request.why_ignored = [this](const std::vector<std::string>& ids, std::string_view path) {
      for (const VulnIgnore* rule : ignores_) {
        if (suppresses(*rule) && takes(*rule, ids, path, options_.today)) return reason_text(*rule);
      }
      return std::string();
    };
    CheckResults results = check_image(request);
    report_.readiness = std::move(results.readiness);
    report_.surface = std::move(results.surface);
    for (CheckFinding& finding : results.findings) {
      if (!is_asked_for(finding.level)) continue;
      auto& list = finding.suppressed.empty() ? report_.checks : report_.suppressed_checks;
      list.push_back(std::move(finding));
    }
  }

  bool is_asked_for(RiskLevel level) const {
    return options_.levels.empty() ||
           std::find(options_.levels.begin(), options_.levels.end(), level) !=
               options_.levels.end();
  }

  Status find_vulnerabilities(const fs::path& database_file) {
    CHECK(database_ != nullptr);
    TRY_ASSIGN(DatabaseInfo info, database_->info());
    report_.database = {database_file.filename().string(), utc_text(info.built), info.advisories};
    TRY_ASSIGN(Matches matches, match());
    report_.matched_packages = matches.matched_packages;
    report_.unmatched_packages = matches.unmatched_packages;
    for (VulnFinding& finding : matches.findings) place(std::move(finding));
    add_remedies();
    sort(report_.findings);
    sort(report_.suppressed);
    add_notes(matches);
    return {};
  }

  Result<Matches> match() const {
    static Stat stat("match packages", true);
    ScopedTimer timer(stat);
    const InspectOptions& inspect = options_.inspect;
    CHECK(inspect.open.cancel != nullptr);
    return match_packages(*database_, catalog(), inspect.threads, *inspect.open.cancel);
  }

  void place(VulnFinding finding) {
    const Package& package = catalog().packages[finding.package];
    if (!is_asked_for(finding.level)) return;
    finding.suppressed = why_suppressed(finding, package);
    auto& list = finding.suppressed.empty() ? report_.findings : report_.suppressed;
    list.push_back(std::move(finding));
  }

  // The last statement about a finding counts; a rule that people wrote goes before all.
  const VulnIgnore* rule_for(const VulnFinding& finding, const Package& package) const {
    const VulnIgnore* statement = nullptr;
    for (const VulnIgnore* rule : ignores_) {
      if (!takes(*rule, finding, package, options_.today)) continue;
      if (rule->status.empty()) return rule;
      statement = rule;
    }
    return statement;
  }

  // Also notes in the finding what a VEX document would say of it.
  std::string why_suppressed(VulnFinding& finding, const Package& package) const {
    if (const VulnIgnore* rule = rule_for(finding, package)) {
      finding.vex_status = rule->status;
      finding.vex_justification = rule->justification;
      if (suppresses(*rule)) return reason_text(*rule);
    }
    if (finding.is_informational) return "no vulnerability: the advisory informs";
    if (finding.is_unimportant && !options_.show_unimportant) {
      return "unimportant by the distribution's word";
    }
    KernelPart part = kernel_part(package);
    if (part == KernelPart::Headers) {
      finding.vex_status = "not_affected";
      finding.vex_justification = "vulnerable_code_not_present";
      return "headers of the kernel: no code of it is in the image";
    }
    if (part == KernelPart::Tools)
      return "a tool built from the kernel's sources: the advisories are the kernel's";
    std::string owner = owner_of(package);
    if (!owner.empty()) return owner + " has it, the distribution mends it there";
    if (options_.ignore_unfixed && finding.fixed_version.empty())
      return "no fixed version is known";
    return "";
  }

  // The system package that a language package came with: its version says nothing, as
  // distributions mend without raising it. "" without one.
  std::string owner_of(const Package& package) const {
    if (package.owner >= catalog().packages.size()) return "";
    return "the system's package " + catalog().packages[package.owner].name;
  }

  // One version of a package mends all that is found in it: the highest that any finding needs.
  void add_remedies() {
    std::map<uint32_t, std::string> needed;  // by package
    for (const VulnFinding& finding : report_.findings) {
      if (finding.fixed_version.empty()) continue;
      std::string& version = needed[finding.package];
      const VersionOrder* order = order_of(catalog().packages[finding.package].type);
      bool is_higher = version.empty() ||
                       (order != nullptr && order->compare(version, finding.fixed_version) < 0);
      if (is_higher) version = finding.fixed_version;
    }
    for (VulnFinding& finding : report_.findings) {
      if (finding.fixed_version.empty()) continue;
      const Package& package = catalog().packages[finding.package];
      finding.remedy = remedy_of(package, needed[finding.package]);
    }
  }

  static const VersionOrder* order_of(std::string_view package_type) {
    for (const Ecosystem& ecosystem : ecosystem_table()) {
      if (ecosystem.type == package_type) return find_version_order(ecosystem.order);
    }
    return nullptr;
  }

  std::string remedy_of(const Package& package, std::string_view fixed_version) const {
    const Analysis& analysis = *report_.analysis;
    const LayerFacts* layer =
        package.layer < analysis.layers.size() ? &analysis.layers[package.layer] : nullptr;
    if (is_system(package) && layer != nullptr && layer->is_base) {
      return fmt::format("Update the base image{}, or {}",
                         analysis.base.name.empty() ? "" : " " + analysis.base.name,
                         upgrade_command(package));
    }
    std::string place = layer != nullptr && layer->place && layer->place->first_line > 0
                            ? fmt::format(" in {}:{}", layer->place->file, layer->place->first_line)
                            : "";
    if (is_system(package))
      return fmt::format("Build it anew{}, or {}", place, upgrade_command(package));
    return fmt::format("Raise {} to {}{}", package.name, fixed_version, place);
  }

  static std::string upgrade_command(const Package& package) {
    if (package.type == "apk") return "apk upgrade " + package.name;
    if (package.type == "rpm") return "dnf upgrade " + package.name;
    return "apt-get install --only-upgrade " + package.name;
  }

  void sort(std::vector<VulnFinding>& findings) const {
    auto key = [&](uint32_t i) {
      const VulnFinding& finding = findings[i];
      const Package& package = catalog().packages[finding.package];
      return std::tuple(finding.exploited_since.empty(),
                        -static_cast<int>(finding.level),
                        -finding.epss.value_or(-1),
                        std::string_view(finding.id),
                        std::string_view(package.name),
                        finding.package);
    };
    // Findings are big: their numbers are sorted.
    std::vector<uint32_t> order(findings.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return key(a) < key(b); });
    std::vector<VulnFinding> sorted;
    sorted.reserve(findings.size());
    for (uint32_t i : order) sorted.push_back(std::move(findings[i]));
    findings = std::move(sorted);
  }

  void add_notes(const Matches& matches) {
    const Distribution& distribution = catalog().distribution;
    bool has_system = std::any_of(catalog().packages.begin(),
                                  catalog().packages.end(),
                                  [](const Package& package) { return is_system(package); });
    std::string name = distribution.name.empty() ? distribution.id : distribution.name;
    if (has_system && distribution.id.empty()) {
      report_.notes.push_back(
          "the image does not say which distribution it is: its system packages are not judged");
    } else if (has_system && !matches.knows_distribution) {
      report_.notes.push_back(fmt::format(
          "the database has no advisories for {}: its system packages are not judged", name));
    }
    const EndOfLife* end = find_end_of_life(distribution.id, distribution.version);
    bool is_over = end != nullptr && !options_.today.empty() && options_.today > end->date;
    if (is_over) {
      report_.end_of_life = end->date;
      report_.notes.push_back(fmt::format(
          "{} gets no fixes since {}: what was found later may be missing", name, end->date));
    }
  }

  const ScanOptions& options_;
  const Database* database_;
  std::vector<const VulnIgnore*> ignores_;  // those that are about this image
  ScanReport report_;
  std::vector<std::string> secret_variables_;  // where secrets are not looked for
};

}  // namespace

bool is_build_context(const std::string& target) {
  std::error_code ignored;
  return fs::is_directory(target, ignored) && !is_image_folder(target);
}

Result<ScanReport> scan_context(const ScanOptions& options) {
  return Scan(options, nullptr).run_context();
}

bool is_inventory(std::string_view beginning) {
  return is_sbom(beginning);
}

Result<ScanReport> scan_inventory(const ScanOptions& options,
                                  std::string_view text,
                                  const Database& database,
                                  const fs::path& database_file) {
  return Scan(options, &database).run_inventory(text, database_file);
}

Result<ScanReport> scan_image(const ScanOptions& options,
                              const Database* database,
                              const fs::path& database_file) {
  TRY_ASSIGN(ScanReport report, Scan(options, database).run(database_file));
  if ((options.scanners & kScanVulnerabilities) != 0)
    TRY(judge_base_candidates(options, *database, database_file, report));
  return report;
}

}  // namespace whittle
