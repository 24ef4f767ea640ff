// The report for programs. The schema is docs/json-schema/optimize-report.schema.json: a change
// here is a change there, and of kSchemaVersion when it breaks readers. What was not measured is
// null.
#include <nlohmann/json.hpp>

#include "report/formats/formats_list.h"
#include "report/json_parts.h"
#include "report/summary.h"

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchemaVersion = 1;

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json steps_of(const SideMeasure& side) {
  Json steps = Json::array();
  for (const StepMeasure& step : side.steps) {
    steps.push_back({{"line", step.line},
                     {"text", step.text},
                     {"seconds", step.seconds},
                     {"cached", step.cached},
                     {"layer_bytes", or_null(step.layer_bytes)}});
  }
  return steps;
}

Json side_json(const SideMeasure& side) {
  return {{"image", text_or_null(side.image)},
          {"image_bytes", or_null(side.image_bytes)},
          {"gzip_bytes", or_null(side.gzip_bytes)},
          {"layers", or_null(side.layers)},
          {"context_bytes", or_null(side.context_bytes)},
          {"context_files", or_null(side.context_files)},
          {"build_seconds", or_null(side.build_seconds)},
          {"rebuild_seconds", or_null(side.rebuild_seconds)},
          {"steps", steps_of(side)}};
}

Json evidence_json(const std::vector<Evidence>& evidence) {
  Json list = Json::array();
  for (const Evidence& item : evidence) {
    list.push_back({{"name", item.name}, {"value", item.value}});
  }
  return list;
}

Json ignore_lines_json(const Finding& finding) {
  Json list = Json::array();
  if (!finding.fix) return list;
  for (const IgnoreLine& line : finding.fix->ignore_lines) {
    list.push_back({{"pattern", line.pattern}, {"files", line.files}, {"bytes", line.bytes}});
  }
  return list;
}

Json change_json(const ReportedChange& reported) {
  const Change& change = reported.change;
  return {{"rule", change.id.rule},
          {"line", change.id.line},
          {"title", change.title},
          {"message", change.finding.message},
          {"help", change.finding.help},
          {"severity", to_text(change.finding.severity)},
          {"applicability", to_text(change.applicability)},
          {"status", to_text(reported.status)},
          {"expected_saving_bytes", or_null(change.expected_saving_bytes)},
          {"measured_saving_bytes", or_null(reported.measured_saving_bytes)},
          {"measured_context_bytes", or_null(reported.measured_context_bytes)},
          {"ignore_lines", ignore_lines_json(change.finding)},
          {"evidence", evidence_json(change.finding.evidence)},
          {"why", text_or_null(reported.why)}};
}

Json finding_json(const OptimizeReport& report, const Finding& finding) {
  Json fix = nullptr;
  if (finding.fix) {
    fix = {{"title", finding.fix->title}, {"applicability", to_text(finding.fix->applicability)}};
  }
  return {{"rule", finding.rule},
          {"line", line_of(report, finding)},
          {"severity", to_text(finding.severity)},
          {"message", finding.message},
          {"help", finding.help},
          {"evidence", evidence_json(finding.evidence)},
          {"expected_saving_bytes", or_null(finding.expected_saving_bytes)},
          {"fix", std::move(fix)}};
}

Json slim_side_json(const std::optional<SlimSide>& slim) {
  if (!slim) return nullptr;
  return {{"wanted", slim->wanted},
          {"policy", text_or_null(slim->policy)},
          {"is_result", slim->is_result()},
          {"why_not", text_or_null(slim->why_not)},
          {"image_bytes", or_null(slim->image_bytes)},
          {"gzip_bytes", or_null(slim->gzip_bytes)},
          {"layers", or_null(slim->layers)},
          {"files", {{"before", slim->files_before}, {"kept", slim->files}}},
          {"packages", {{"before", slim->packages_before}, {"kept", slim->packages}}},
          {"put_back", slim->put_back},
          {"probe", probe_json(slim->probe)}};
}

Json report_json(const OptimizeReport& report) {
  Json changes = Json::array();
  for (const ReportedChange& change : report.changes) changes.push_back(change_json(change));
  Json shown = Json::array();
  for (const Finding& finding : report.shown) shown.push_back(finding_json(report, finding));
  return {{"schema_version", kSchemaVersion},
          {"tool", {{"name", "whittle"}, {"version", WHITTLE_VERSION}}},
          {"command", "optimize"},
          {"project", report.project},
          {"dockerfile", report.dockerfile},
          {"engine",
           {{"name", text_or_null(report.engine)},
            {"description", text_or_null(report.engine_description)}}},
          {"verdict", to_text(report.verdict)},
          {"before", side_json(report.before)},
          {"after", report.after ? side_json(*report.after) : Json(nullptr)},
          {"slim", slim_side_json(report.slim)},
          {"touched_file", text_or_null(report.touched_file)},
          {"changes", std::move(changes)},
          {"unattributed_bytes", or_null(report.unattributed_bytes)},
          {"shown", std::move(shown)},
          {"config_differences", report.config_differences},
          {"probe",
           {{"automatic", report.probe_is_automatic},
            {"before", probe_json(report.probe_before)},
            {"after", probe_json(report.probe_after)}}},
          {"result_image", text_or_null(report.result_image)},
          {"files", report.files},
          {"notes", report.notes},
          {"patch", report.patch}};
}

}  // namespace

std::string optimize_as_json(const OptimizeReport& report, const RenderOptions& /*options*/) {
  // Bytes that are not UTF-8 become U+FFFD: JSON has no place for them.
  return report_json(report).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace whittle
