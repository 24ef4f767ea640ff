// `whittle analyze TARGET`: what is in an image, what of it is waste, and whose.
#include <fmt/format.h>

#include "analyze/groups.h"
#include "base/fs.h"
#include "base/strings.h"
#include "cli/commands/analyze_gates.h"
#include "cli/commands/commands.h"
#include "cli/commands/inspect_options.h"
#include "cli/commands/shared_rows.h"
#include "report/analysis_summary.h"
#include "report/formats/formats.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxRulesBytes = 1 << 20;
constexpr size_t kMostWaste = 10;  // rows unless -n says
constexpr size_t kMostGroups = 20;

struct Settings {
  std::string format = "text";
  std::string file;
  std::vector<Dimension> dimensions;
  std::optional<size_t> most;
  bool only_own = false;
  GateSettings gates;
  std::string rules_file;
};

using Row = OptionRow<Settings>;

template <std::optional<double> GateSettings::*member>
Status set_ratio(Settings& settings, const std::string& value) {
  TRY_ASSIGN(double ratio, parse_ratio(value));
  settings.gates.*member = ratio;
  return {};
}

template <std::optional<uint64_t> GateSettings::*member>
Status set_size(Settings& settings, const std::string& value) {
  std::optional<uint64_t> bytes = parse_size(value);
  if (!bytes) {
    return Error(ErrorKind::Usage, fmt::format("`{}` is not a size", printable(value)))
        .hint("Write for example 20MB or 64MiB");
  }
  settings.gates.*member = bytes;
  return {};
}

OptionRowGroup<Settings> report_rows() {
  return {"Report",
          {
              format_row<Settings>("Form of the report", format_names(&FormatInfo::analyze)),
              output_file_row<Settings>(),
              dimensions_row<Settings>(
                  "Bytes by dimensions, one below the other, instead of the report"),
              most_rows_row<Settings>(),
              only_own_row<Settings>("Only the layers after the base"),
          }};
}

OptionRowGroup<Settings> gate_rows() {
  return {
      "Gates",
      {
          Row{{"lowest-efficiency", 0, "RATIO", "Fail below this efficiency, as dive counts it"},
              set_ratio<&GateSettings::lowest_efficiency>},
          Row{{"highest-wasted-bytes",
               0,
               "SIZE",
               "Fail above these wasted bytes, as dive counts them"},
              set_size<&GateSettings::highest_wasted_bytes>},
          Row{{"highest-user-wasted-percent",
               0,
               "RATIO",
               "Fail above this ratio of wasted bytes to those above the first layer, as dive "
               "counts them"},
              set_ratio<&GateSettings::highest_user_wasted_percent>},
          Row{{"ci-config",
               0,
               "FILE",
               "Rules file of dive (.dive-ci); the options above go before it",
               false,
               {},
               Completes::Files},
              [](Settings& settings, const std::string& value) -> Status {
                settings.rules_file = value;
                return {};
              }},
          Row{{"max-size", 0, "SIZE", "Fail when more bytes are stored"},
              set_size<&GateSettings::max_size>},
      }};
}

const std::vector<OptionRowGroup<Settings>>& rows() {
  static const std::vector<OptionRowGroup<Settings>> table = {report_rows(), gate_rows()};
  return table;
}

// What the options say goes before what the rules file says.
Result<GateSettings> gate_settings(const Settings& settings) {
  if (settings.rules_file.empty()) return settings.gates;
  TRY_ASSIGN(std::string text, read_file(settings.rules_file, kMaxRulesBytes));
  Result<GateSettings> rules = parse_dive_rules(text);
  if (!rules.ok()) return std::move(rules).error().with(printable(settings.rules_file));
  const GateSettings& own = settings.gates;
  if (own.lowest_efficiency) rules->lowest_efficiency = own.lowest_efficiency;
  if (own.highest_wasted_bytes) rules->highest_wasted_bytes = own.highest_wasted_bytes;
  if (own.highest_user_wasted_percent) {
    rules->highest_user_wasted_percent = own.highest_user_wasted_percent;
  }
  rules->max_size = own.max_size;
  return rules;
}

// What is lost, by each of the dimensions that every report has.
void add_lost(const Analysis& analysis, GroupOptions options, AnalyzeReport& report) {
  options.dimensions = {
      Dimension::Cause, Dimension::Line, Dimension::Dir, Dimension::Package, Dimension::Kind};
  options.only_lost = true;
  std::vector<std::vector<GroupRow>> lost = group_each(analysis, options);
  report.lost_by_cause = std::move(lost[0]);
  report.lost_by_line = std::move(lost[1]);
  report.lost_by_dir = std::move(lost[2]);
  report.lost_by_package = std::move(lost[3]);
  report.lost_by_kind = std::move(lost[4]);
}

AnalyzeReport make_report(std::shared_ptr<const Analysis> analysis, const Settings& settings) {
  AnalyzeReport report;
  report.only_own = settings.only_own;
  report.dimensions = settings.dimensions;
  report.most = settings.most.value_or(settings.dimensions.empty() ? kMostWaste : kMostGroups);
  GroupOptions options;
  options.most = report.most;
  options.only_own = settings.only_own;
  add_lost(*analysis, options, report);
  if (!settings.dimensions.empty()) {
    options.dimensions = settings.dimensions;
    report.groups = group(*analysis, options);
    report.groups_total = group_total(*analysis, options);
  }
  report.analysis = std::move(analysis);
  return report;
}

// The gates of a report whose text does not reach the reader's terminal: those that passed only
// where it is not to be quiet.
std::string gate_lines(const AnalyzeReport& report, bool quiet) {
  std::string out;
  for (const GateResult& result : report.gates) {
    if (!quiet || result.status == GateStatus::Fail) out += gate_text(result) + "\n";
  }
  return out;
}

Result<Outcome> run(const Invocation& invocation) {
  Settings settings;
  TRY(set_options(rows(), invocation.arguments, settings));
  TRY_ASSIGN(InspectOptions options,
             inspect_options(invocation, invocation.arguments.positionals[0]));
  TRY_ASSIGN(GateSettings gates, gate_settings(settings));
  const FormatInfo* format = find_format(settings.format);
  CHECK(format != nullptr && format->analyze != nullptr);
  TRY_ASSIGN(std::shared_ptr<const Analysis> analysis, analyze_image(options));
  AnalyzeReport report = make_report(std::move(analysis), settings);
  report.gates = check_gates(gates, *report.analysis);
  RenderOptions render;
  bool to_terminal = settings.file.empty() || settings.file == "-";
  render.color = invocation.stdout_color && to_terminal;
  render.width = invocation.stdout_width;
  render.verbose = invocation.common.verbose;
  Outcome outcome;
  outcome.text = format->analyze(report, render);
  outcome.file = settings.file;
  outcome.exit_code = has_failed(report.gates) ? 1 : 0;
  if (!to_terminal || settings.format != "text") {
    outcome.remarks = gate_lines(report, invocation.common.quiet);
  }
  return outcome;
}

const std::string& description() {
  static const std::string text = R"(
Says what an image is made of, layer by layer, and which of its bytes are waste: stored, but deleted, overwritten or
hidden by a later layer. Every lost byte has one cause, one layer that made it and one that ended it, and where the
Dockerfile is known, its line. Nothing is changed.

With -d the bytes are shown by dimensions instead, the first outermost: )" +
                                  dimension_list() + R"(.

The gates let a build fail: the first three hold dive's figures against dive's limits, so that a .dive-ci goes on
working. The report is written whether they pass or not.
)" + target_paragraph();
  return text;
}

}  // namespace

const CommandInfo kAnalyzeCommand = {
    .name = "analyze",
    .summary = "show an image's layers, its waste, and whose fault it is",
    .description = description(),
    .positionals = {target_positional("TARGET", "the image: a reference, a file or a folder")},
    .options = [] { return with_inspect_options(infos_of(rows())); },
    .examples =
        {
            {"whittle analyze debian:12", "An image of this machine or of its registry"},
            {"whittle analyze oci:build/image --dockerfile Dockerfile",
             "An OCI layout, with the lines to blame"},
            {"docker save shop | whittle analyze -", "An archive from another program"},
            {"whittle analyze shop:1.4 -d package,dir -n 10",
             "The ten biggest packages, and the folders they fill"},
            {"whittle analyze shop:1.4 --format html -o shop.html", "A page to look around in"},
            {"whittle analyze shop:1.4 --ci-config .dive-ci --max-size 200MB",
             "Fail a build by dive's rules and a budget of one's own"},
        },
    .exit_codes =
        "0  done\n1  a gate failed; the report says which\n2  it could not be done; stderr says "
        "why\n",
    .run = run,
};

}  // namespace whittle
