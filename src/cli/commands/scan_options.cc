#include "cli/commands/scan_options.h"

#include <fmt/format.h>

#include "base/strings.h"
#include "cli/commands/shared_rows.h"
#include "cli/commands/vuln_database.h"
#include "report/formats/formats.h"

namespace whittle {

namespace {

using Row = OptionRow<ScanSettings>;

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

Status set_levels(ScanSettings& settings, const std::string& value) {
  for (std::string_view word : split(value, ',')) {
    TRY_ASSIGN(RiskLevel level, level_of(word));
    settings.levels.push_back(level);
  }
  return {};
}

std::vector<std::string> scanner_names() {
  std::vector<std::string> names;
  for (const ScannerInfo& info : scanner_table()) names.emplace_back(info.name);
  return names;
}

Status set_scanners(ScanSettings& settings, const std::string& value) {
  settings.scanners = 0;
  for (std::string_view word : split(value, ',')) {
    ScannerSet bit = 0;
    for (const ScannerInfo& info : scanner_table()) {
      if (info.name == trim(word)) bit = info.bit;
    }
    if (bit == 0) {
      return Error(ErrorKind::Usage, fmt::format("`{}` is no scanner", printable(word)))
          .hint("The scanners are " + join(scanner_names(), ", "));
    }
    settings.scanners |= bit;
  }
  return {};
}

template <bool ScanSettings::*member>
Status set_switch(ScanSettings& settings, const std::string& /*value*/) {
  settings.*member = true;
  return {};
}

template <std::vector<std::string> ScanSettings::*member>
Status add_text(ScanSettings& settings, const std::string& value) {
  (settings.*member).push_back(value);
  return {};
}

OptionRowGroup<ScanSettings> report_rows() {
  return {
      "Report",
      {
          format_row<ScanSettings>("Form of the report", format_names(&FormatInfo::scan)),
          output_file_row<ScanSettings>(),
          Row{{"diff",
               0,
               "",
               "Compare two images: what is new in the second, what is gone; 1 when something new "
               "counts, or with --fail-on is of that level"},
              set_switch<&ScanSettings::is_diff>},
          Row{{"show-suppressed", 0, "", "Also what does not count, with the reason"},
              set_switch<&ScanSettings::show_suppressed>},
          Row{{"fail-on",
               0,
               "LEVEL",
               "Fail when a finding is of this level or above",
               false,
               level_names()},
              [](ScanSettings& settings, const std::string& value) -> Status {
                TRY_ASSIGN(settings.fail_on, level_of(value));
                return {};
              }},
      }};
}

OptionRowGroup<ScanSettings> finding_rows() {
  return {
      "Findings",
      {
          Row{{"scanners",
               0,
               "NAMES",
               "What to look for, split by commas: vuln, secret, config; the first two without it"},
              set_scanners},
          Row{{"lockfiles",
               0,
               "",
               "Also packages that lock files of sources ask for (package-lock.json, Cargo.lock "
               "and the like)"},
              set_switch<&ScanSettings::with_lockfiles>},
          Row{{"reachable",
               0,
               "",
               "Tell which packages the entry point does not use, by what programs need; with "
               "--trace also by what runs used"},
              set_switch<&ScanSettings::finds_usage>},
          Row{{"base-candidate",
               0,
               "IMAGE",
               "An image that could stand in the place of the base image: which vulnerabilities "
               "would "
               "go, stay and come",
               true},
              add_text<&ScanSettings::base_candidates>},
          Row{{"severity", 0, "LEVELS", "Only findings of these levels, split by commas"},
              set_levels},
          Row{{"ignore-unfixed", 0, "", "Findings without a fixed version do not count"},
              set_switch<&ScanSettings::ignore_unfixed>},
          Row{{"unimportant", 0, "", "What the distribution calls unimportant counts"},
              set_switch<&ScanSettings::show_unimportant>},
          Row{{"ignore",
               0,
               "ID",
               "This vulnerability, rule for secrets or check does not count",
               true},
              add_text<&ScanSettings::ignore_ids>},
          Row{{"ignore-file",
               0,
               "FILE",
               "What does not count: a file of Trivy, Grype, gitleaks, dockle or whittle, or "
               "statements in OpenVEX or CSAF; without it .trivyignore, .gitleaksignore and "
               ".dockleignore are read if they are there",
               true,
               {},
               Completes::Files},
              add_text<&ScanSettings::ignore_files>},
          Row{{"secret-rules",
               0,
               "FILE",
               "Rules for secrets: gitleaks' TOML, or Trivy's YAML",
               false,
               {},
               Completes::Files},
              [](ScanSettings& settings, const std::string& value) -> Status {
                settings.secret_rules = value;
                return {};
              }},
          Row{{"trace",
               0,
               "FILE",
               "What runs of the image used, as `whittle trace --format json` writes it: completes "
               "--scanners config and --reachable",
               false,
               {},
               Completes::Files},
              [](ScanSettings& settings, const std::string& value) -> Status {
                settings.trace = value;
                return {};
              }},
      }};
}

OptionRowGroup<ScanSettings> database_rows() {
  return {"Database",
          {
              database_row<ScanSettings>(),
              Row{{"max-db-age", 0, "TIME", "Fail when the database is older: 5d, 12h"},
                  [](ScanSettings& settings, const std::string& value) -> Status {
                    TRY_ASSIGN(settings.max_age, parse_age(value));
                    return {};
                  }},
          }};
}

}  // namespace

const std::vector<OptionRowGroup<ScanSettings>>& scan_option_rows() {
  static const std::vector<OptionRowGroup<ScanSettings>> table = {
      report_rows(), finding_rows(), database_rows()};
  return table;
}

}  // namespace whittle
