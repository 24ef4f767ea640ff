// `whittle scan TARGET`: the known vulnerabilities of an image's packages.
#include "engine/scan.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "cli/commands/commands.h"
#include "cli/commands/inspect_options.h"
#include "cli/commands/shared_rows.h"
#include "cli/commands/vuln_database.h"
#include "cli/today.h"
#include "config/vuln_ignores.h"
#include "report/formats/formats.h"
#include "vuln/database.h"

namespace whittle {

namespace {

constexpr std::string_view kIgnoreFile = ".trivyignore";

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
  return {"Findings",
          {
              Row{{"severity", 0, "LEVELS", "Only findings of these levels, split by commas"},
                  set_levels},
              Row{{"ignore-unfixed", 0, "", "Findings without a fixed version do not count"},
                  set_switch<&Settings::ignore_unfixed>},
              Row{{"unimportant", 0, "", "What the distribution calls unimportant counts"},
                  set_switch<&Settings::show_unimportant>},
              Row{{"ignore", 0, "ID", "This vulnerability does not count", true},
                  add_text<&Settings::ignore_ids>},
              Row{{"ignore-file",
                   0,
                   "FILE",
                   "What does not count: a file of Trivy, Grype or whittle, or OpenVEX statements; "
                   "without it .trivyignore is read if it is there",
                   true,
                   {},
                   Completes::Files},
                  add_text<&Settings::ignore_files>},
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
  if (files.empty() && fs::is_regular_file(kIgnoreFile, ignored)) files.emplace_back(kIgnoreFile);
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

Result<Outcome> run(const Invocation& invocation) {
  Settings settings;
  TRY(set_options(rows(), invocation.arguments, settings));
  ScanOptions options;
  TRY_ASSIGN(options.inspect, inspect_options(invocation, invocation.arguments.positionals[0]));
  TRY_ASSIGN(VulnIgnores ignores, ignores_of(settings));
  options.ignores = std::move(ignores.rules);
  options.today = date_of_today();
  options.ignore_unfixed = settings.ignore_unfixed;
  options.show_unimportant = settings.show_unimportant;
  options.levels = settings.levels;
  options.fail_on = settings.fail_on;
  options.show_suppressed = settings.show_suppressed;
  const FormatInfo* format = find_format(settings.format);
  CHECK(format != nullptr && format->scan != nullptr);
  TRY_ASSIGN(fs::path file, vuln_database_file(settings.database));
  TRY_ASSIGN(Database database, Database::open(file));
  TRY(check_age(database, settings.max_age));
  TRY_ASSIGN(ScanReport report, scan_image(options, &database, file));
  RenderOptions render;
  render.color = invocation.stdout_color && (settings.file.empty() || settings.file == "-");
  render.width = invocation.stdout_width;
  render.verbose = invocation.common.verbose;
  Outcome outcome;
  outcome.text = format->scan(report, render);
  outcome.file = settings.file;
  outcome.exit_code = has_failed(report) ? 1 : 0;
  for (const std::string& problem : ignores.problems) outcome.remarks += printable(problem) + "\n";
  return outcome;
}

const std::string& description() {
  static const std::string text = R"(
Finds the known vulnerabilities of the packages in an image: those of the distribution and of languages, each with the
version that mends it, the layer and the Dockerfile line it came with, and what to do. Nothing is fetched: all is looked
up in the database that `whittle db update` makes.

A vulnerability is reported once a package, by its CVE, with all the names that databases have for it. First come those
that are known to be exploited, then the gravest, then the likeliest to be exploited.

Not counted, and shown with --show-suppressed: what ignore files name, what the distribution calls unimportant, headers
of the kernel, and language packages that a package of the distribution brings.
)" + target_paragraph();
  return text;
}

}  // namespace

const CommandInfo kScanCommand = {
    .name = "scan",
    .summary = "find the known vulnerabilities of an image's packages",
    .description = description(),
    .positionals = {target_positional("TARGET", "the image: a reference, a file or a folder")},
    .options = [] { return with_inspect_options(infos_of(rows())); },
    .examples =
        {
            {"whittle scan debian:12", "An image of this machine or of its registry"},
            {"whittle scan shop:1.4 --ignore-unfixed --fail-on high",
             "Fail a build for what could be mended"},
            {"whittle scan oci:build/image --dockerfile Dockerfile --format json -o scan.json",
             "A report for programs, with the lines to change"},
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
