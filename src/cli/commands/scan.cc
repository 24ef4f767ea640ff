// `whittle scan TARGET`: known vulnerabilities of an image's packages, and secrets in its layers.
#include "engine/scan.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "cli/commands/commands.h"
#include "cli/commands/inspect_options.h"
#include "cli/commands/scan_inventory.h"
#include "cli/commands/shared_rows.h"
#include "cli/commands/vuln_database.h"
#include "cli/today.h"
#include "config/secret_rules.h"
#include "config/vuln_ignores.h"
#include "report/formats/formats.h"
#include "secrets/scanner.h"
#include "vuln/database.h"

namespace whittle {

namespace {

constexpr std::string_view kIgnoreFiles[] = {".trivyignore", ".gitleaksignore"};

struct Settings {
  std::string format = "text";
  std::string file;
  std::string database;
  std::optional<int64_t> max_age;
  bool ignore_unfixed = false;
  bool show_unimportant = false;
  bool show_suppressed = false;
  std::vector<RiskLevel> levels;
  std::optional<RiskLevel> fail_on;
  std::vector<std::string> ignore_files;
  std::vector<std::string> ignore_ids;
  bool with_lockfiles = false;
  ScannerSet scanners = kScanVulnerabilities | kScanSecrets;
  std::string secret_rules;
};

using Row = OptionRow<Settings>;

std::vector<std::string> level_names() {
  std::vector<std::string> names;
  for (size_t i = kRiskLevels; i-- > 0;) names.emplace_back(to_text(static_cast<RiskLevel>(i)));
  return names;
}

Result<RiskLevel> level_of(std::string_view word) {
  std::optional<RiskLevel> level = parse_risk_level(trim(word));
  if (level) return *level;
  return Error(ErrorKind::Usage, fmt::format("`{}` is no level", printable(word)))
      .hint("The levels are " + join(level_names(), ", "));
}

Status set_levels(Settings& settings, const std::string& value) {
  for (std::string_view word : split(value, ',')) {
    TRY_ASSIGN(RiskLevel level, level_of(word));
    settings.levels.push_back(level);
  }
  return {};
}

// What scan can look for so far.
constexpr ScannerSet kScanners = kScanVulnerabilities | kScanSecrets;

std::vector<std::string> scanner_names() {
  std::vector<std::string> names;
  for (const ScannerInfo& info : scanner_table()) {
    if ((info.bit & kScanners) != 0) names.emplace_back(info.name);
  }
  return names;
}

Status set_scanners(Settings& settings, const std::string& value) {
  settings.scanners = 0;
  for (std::string_view word : split(value, ',')) {
    ScannerSet bit = 0;
    for (const ScannerInfo& info : scanner_table()) {
      if (info.name == trim(word)) bit = info.bit & kScanners;
    }
    if (bit == 0) {
      return Error(ErrorKind::Usage, fmt::format("`{}` is no scanner", printable(word)))
          .hint("The scanners are " + join(scanner_names(), ", "));
    }
    settings.scanners |= bit;
  }
  return {};
}

template <bool Settings::*member>
Status set_switch(Settings& settings, const std::string& /*value*/) {
  settings.*member = true;
  return {};
}

template <std::vector<std::string> Settings::*member>
Status add_text(Settings& settings, const std::string& value) {
  (settings.*member).push_back(value);
  return {};
}

OptionRowGroup<Settings> report_rows() {
  return {
      "Report",
      {
          Row{{"format", 0, "FORMAT", "Form of the report", false, format_names(&FormatInfo::scan)},
              [](Settings& settings, const std::string& value) -> Status {
                settings.format = value;
                return {};
              }},
          output_file_row<Settings>(),
          Row{{"show-suppressed", 0, "", "Also what does not count, with the reason"},
              set_switch<&Settings::show_suppressed>},
          Row{{"fail-on",
               0,
               "LEVEL",
               "Fail when a finding is of this level or above",
               false,
               level_names()},
              [](Settings& settings, const std::string& value) -> Status {
                TRY_ASSIGN(settings.fail_on, level_of(value));
                return {};
              }},
      }};
}

OptionRowGroup<Settings> finding_rows() {
  return {
      "Findings",
      {
          Row{{"scanners",
               0,
               "NAMES",
               "What to look for, split by commas: vuln, secret; both without it"},
              set_scanners},
          Row{{"lockfiles",
               0,
               "",
               "Also packages that lock files of sources ask for (package-lock.json, Cargo.lock "
               "and the like)"},
              set_switch<&Settings::with_lockfiles>},
          Row{{"severity", 0, "LEVELS", "Only findings of these levels, split by commas"},
              set_levels},
          Row{{"ignore-unfixed", 0, "", "Findings without a fixed version do not count"},
              set_switch<&Settings::ignore_unfixed>},
          Row{{"unimportant", 0, "", "What the distribution calls unimportant counts"},
              set_switch<&Settings::show_unimportant>},
          Row{{"ignore",
               0,
               "ID",
               "This vulnerability, or this rule for secrets, does not count",
               true},
              add_text<&Settings::ignore_ids>},
          Row{{"ignore-file",
               0,
               "FILE",
               "What does not count: a file of Trivy, Grype, gitleaks or whittle, or "
               "statements in OpenVEX or CSAF; without it .trivyignore and .gitleaksignore are "
               "read if they are "
               "there",
               true,
               {},
               Completes::Files},
              add_text<&Settings::ignore_files>},
          Row{{"secret-rules",
               0,
               "FILE",
               "Rules for secrets: gitleaks' TOML, or Trivy's YAML",
               false,
               {},
               Completes::Files},
              [](Settings& settings, const std::string& value) -> Status {
                settings.secret_rules = value;
                return {};
              }},
      }};
}

OptionRowGroup<Settings> database_rows() {
  return {"Database",
          {
              database_row<Settings>(),
              Row{{"max-db-age", 0, "TIME", "Fail when the database is older: 5d, 12h"},
                  [](Settings& settings, const std::string& value) -> Status {
                    TRY_ASSIGN(settings.max_age, parse_age(value));
                    return {};
                  }},
          }};
}

const std::vector<OptionRowGroup<Settings>>& rows() {
  static const std::vector<OptionRowGroup<Settings>> table = {
      report_rows(), finding_rows(), database_rows()};
  return table;
}

Result<VulnIgnores> ignores_of(const Settings& settings) {
  VulnIgnores ignores;
  for (const std::string& id : settings.ignore_ids) {
    VulnIgnore rule;
    rule.id = id;
    rule.origin = "--ignore";
    ignores.rules.push_back(std::move(rule));
  }
  std::vector<std::string> files = settings.ignore_files;
  std::error_code ignored;
  for (std::string_view name : kIgnoreFiles) {
    bool is_there = settings.ignore_files.empty() && fs::is_regular_file(name, ignored);
    if (is_there) files.emplace_back(name);
  }
  for (const std::string& file : files) {
    TRY_ASSIGN(std::string text, read_file(file, kMaxIgnoreFileBytes));
    TRY_ASSIGN(VulnIgnores own, parse_vuln_ignores(text, file));
    for (VulnIgnore& rule : own.rules) ignores.rules.push_back(std::move(rule));
    for (std::string& problem : own.problems) ignores.problems.push_back(std::move(problem));
  }
  return ignores;
}

Status check_age(const Database& database, std::optional<int64_t> max_age) {
  TRY_ASSIGN(DatabaseInfo info, database.info());
  int64_t age = seconds_now() - info.built;
  if (!max_age || age <= *max_age) return {};
  return Error(ErrorKind::Failed,
               fmt::format(
                   "the database was made {} ago, more than {}", age_text(age), age_text(*max_age)))
      .hint("Run `whittle db update`");
}

// Compiled patterns are remembered beside the layers.
Result<std::shared_ptr<const SecretScanner>> secret_scanner(const Settings& settings,
                                                            const InspectOptions& inspect,
                                                            std::vector<std::string>& problems) {
  SecretScannerOptions options;
  if (inspect.open.cache != nullptr) options.cache = inspect.open.cache->folder();
  if (settings.secret_rules.empty()) return SecretScanner::built_in(options);
  TRY_ASSIGN(SecretRuleFile file, read_secret_rules(settings.secret_rules));
  for (std::string& problem : file.problems) problems.push_back(std::move(problem));
  return SecretScanner::make(std::move(file.rules), options);
}

Result<ScanReport> scan(const Settings& settings,
                        const ScanOptions& options,
                        const std::optional<std::string>& inventory) {
  bool has_secrets = (options.scanners & kScanSecrets) != 0;
  bool has_vulnerabilities = (options.scanners & kScanVulnerabilities) != 0;
  if (inventory && !has_vulnerabilities) {
    return Error(ErrorKind::Usage, "an inventory can be scanned for vulnerabilities only")
        .hint("Leave --scanners out, or name the image itself");
  }
  bool is_context = !inventory && has_secrets && is_build_context(options.inspect.target);
  if (is_context) return scan_context(options);
  if (!has_vulnerabilities) return scan_image(options, nullptr, {});
  TRY_ASSIGN(fs::path file, vuln_database_file(settings.database));
  TRY_ASSIGN(Database database, Database::open(file));
  TRY(check_age(database, settings.max_age));
  return inventory ? scan_inventory(options, *inventory, database, file)
                   : scan_image(options, &database, file);
}

// `options` is all but the target's part.
Result<ScanReport> scan_target(const Invocation& invocation,
                               const Settings& settings,
                               const std::string& target,
                               ScanOptions& options,
                               std::vector<std::string>& problems) {
  TRY_ASSIGN(std::optional<std::string> inventory, inventory_text(target));
  TRY_ASSIGN(options.inspect, inspect_options(invocation, target));
  if (settings.with_lockfiles) options.inspect.package_sets |= kPackageLockfiles;
  bool has_secrets = (settings.scanners & kScanSecrets) != 0;
  if (!inventory && has_secrets && options.secrets == nullptr) {
    TRY_ASSIGN(options.secrets, secret_scanner(settings, options.inspect, problems));
  }
  return scan(settings, options, inventory);
}

ScanOptions scan_options(const Settings& settings, std::vector<VulnIgnore> ignores) {
  ScanOptions options;
  options.ignores = std::move(ignores);
  options.today = date_of_today();
  options.ignore_unfixed = settings.ignore_unfixed;
  options.show_unimportant = settings.show_unimportant;
  options.levels = settings.levels;
  options.scanners = settings.scanners;
  options.fail_on = settings.fail_on;
  options.show_suppressed = settings.show_suppressed;
  return options;
}

Result<Outcome> run(const Invocation& invocation) {
  Settings settings;
  TRY(set_options(rows(), invocation.arguments, settings));
  const FormatInfo* format = find_format(settings.format);
  CHECK(format != nullptr && format->scan != nullptr);
  if (invocation.arguments.positionals.size() > 1 && format->scans == nullptr) {
    return Error(ErrorKind::Usage, fmt::format("`{}` holds one image only", format->name))
        .hint("Scan them one by one, or use text, markdown, json, sarif, junit or github");
  }
  TRY_ASSIGN(VulnIgnores ignores, ignores_of(settings));
  std::vector<std::string> problems = std::move(ignores.problems);
  ScanOptions options = scan_options(settings, std::move(ignores.rules));
  Outcome outcome;
  outcome.file = settings.file;
  std::vector<ScanReport> reports;
  for (const std::string& target : invocation.arguments.positionals) {
    Result<ScanReport> report = scan_target(invocation, settings, target, options, problems);
    if (!report.ok() && report.error().kind() == ErrorKind::Cancelled) return report.error();
    if (report.ok()) {
      if (has_failed(*report)) outcome.exit_code = 1;
      reports.push_back(std::move(*report));
    } else if (!outcome.error) {  // the others are scanned all the same
      outcome.error = report.error();
    } else {
      problems.push_back(report.error().message());
    }
  }
  if (reports.empty()) return *outcome.error;
  RenderOptions render;
  render.color = invocation.stdout_color && (settings.file.empty() || settings.file == "-");
  render.width = invocation.stdout_width;
  render.verbose = invocation.common.verbose;
  bool is_one = invocation.arguments.positionals.size() == 1;
  outcome.text = is_one ? format->scan(reports[0], render) : format->scans(reports, render);
  for (const std::string& problem : problems) outcome.remarks += printable(problem) + "\n";
  return outcome;
}

const std::string& description() {
  static const std::string text = R"(
Finds the known vulnerabilities of the packages in an image: those of the distribution and of languages, each with the
version that mends it, the layer and the Dockerfile line it came with, and what to do. Nothing is fetched: all is looked
up in the database that `whittle db update` makes.

Finds secrets: keys, tokens and passwords in the files of all layers, also in those that a later layer takes away, in
variables, labels and the history; and for a folder of sources in the files that a build would send. What is found is
masked in every output. `whittle` knows more than 200 kinds, --secret-rules brings others.

A target may also be an inventory of any tool, CycloneDX or SPDX in JSON: a file, `sbom:FILE`, or `-`. Several targets
are scanned one after the other; a table at the end has a row for each.

A vulnerability is reported once a package, by its CVE, with all the names that databases have for it. First come those
that are known to be exploited, then the gravest, then the likeliest to be exploited.

Not counted, and shown with --show-suppressed: what ignore files name, what the distribution calls unimportant, headers
of the kernel, and language packages that a package of the distribution brings. Of secrets: examples and placeholders,
those in tests, documentation and files of packages, and lines with `whittle:allow-secret` or `gitleaks:allow`.
)" + target_paragraph();
  return text;
}

Positional targets_positional() {
  Positional targets = target_positional("TARGET",
                                         "the image: a reference, a file or a folder; or sources; "
                                         "or an inventory in CycloneDX or SPDX");
  targets.repeatable = true;
  return targets;
}

}  // namespace

const CommandInfo kScanCommand = {
    .name = "scan",
    .summary = "find known vulnerabilities and secrets in an image",
    .description = description(),
    .positionals = {targets_positional()},
    .options = [] { return with_inspect_options(infos_of(rows())); },
    .examples =
        {
            {"whittle scan debian:12", "An image of this machine or of its registry"},
            {"whittle scan shop:1.4 --ignore-unfixed --fail-on high",
             "Fail a build for what could be mended"},
            {"whittle scan --scanners secret .",
             "The files that a build of this folder would send"},
            {"whittle scan oci:build/image --dockerfile Dockerfile --format json -o scan.json",
             "A report for programs, with the lines to change"},
            {"whittle scan sbom.cdx.json", "What an inventory lists; `-` reads one from a pipe"},
            {"whittle scan shop:1.4 shop-web:1.4 --fail-on critical", "Several images, with a sum"},
            {"whittle scan shop:1.4 --ignore-file accepted.yaml --format openvex -o shop.vex.json",
             "What is affected and what is not, for others"},
            {"whittle scan shop:1.4 --format html -o scan.html", "A page to look around in"},
            {"whittle scan shop.tar --db vuln.db --max-db-age 5d",
             "With a database that was brought along and is not too old"},
        },
    .exit_codes =
        "0  done, whatever was found\n1  --fail-on: there is such a finding\n2  it could not be "
        "done; stderr says why\n",
    .run = run,
};

}  // namespace whittle
