// Findings of lint for programs. The schema is docs/json-schema/lint.schema.json: a change here is
// a change there, and of kSchemaVersion when it breaks readers. What does not apply is null.
#include <nlohmann/json.hpp>

#include "report/formats/formats_list.h"
#include "report/json_parts.h"
#include "report/lint_parts.h"
#include "report/lint_summary.h"

namespace whittle {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchemaVersion = 1;

Json place_json(uint32_t offset, const Position& position) {
  return {{"offset", offset}, {"line", position.line}, {"column", position.column}};
}

Json range_json(const LintedFile& file, Range range) {
  ColumnRange span = span_of(file, range, ColumnUnit::CodePoints);
  return {{"begin", place_json(range.begin, span.begin)}, {"end", place_json(range.end, span.end)}};
}

Json fix_json(const LintedFile& file, const std::optional<Fix>& fix) {
  if (!fix) return nullptr;
  Json edits = Json::array();
  for (const Edit& edit : fix->edits) {
    edits.push_back({{"range", range_json(file, edit.range)}, {"text", edit.text}});
  }
  Json ignore_lines = Json::array();
  for (const IgnoreLine& line : fix->ignore_lines) {
    ignore_lines.push_back(
        {{"pattern", line.pattern}, {"files", line.files}, {"bytes", line.bytes}});
  }
  return {{"title", fix->title},
          {"applicability", to_text(fix->applicability)},
          {"edits", std::move(edits)},
          {"ignore_lines", std::move(ignore_lines)}};
}

Json finding_json(const LintRow& row) {
  const Finding& finding = *row.finding;
  Json evidence = Json::array();
  for (const Evidence& fact : finding.evidence) {
    evidence.push_back({{"name", fact.name}, {"value", fact.value}});
  }
  return {{"rule", finding.rule},
          {"code", text_or_null(row.rule->code)},
          {"severity", to_text(finding.severity)},
          {"message", finding.message},
          {"help", text_or_null(finding.help)},
          {"range", range_json(*row.file, finding.range)},
          {"evidence", std::move(evidence)},
          {"expected_saving_bytes", number_or_null(finding.expected_saving_bytes)},
          {"fix", fix_json(*row.file, finding.fix)},
          {"fingerprint", row.fingerprint}};
}

Json applied_json(const std::vector<AppliedFix>& applied) {
  Json list = Json::array();
  for (const AppliedFix& fix : applied) {
    list.push_back({{"rule", fix.rule},
                    {"title", fix.title},
                    {"line", fix.line},
                    {"applicability", to_text(fix.applicability)}});
  }
  return list;
}

// `rows` are those of the file.
Json file_json(const LintedFile& file, const std::vector<const LintRow*>& rows) {
  Json findings = Json::array();
  Json suppressed = Json::array();
  for (const LintRow* row : rows) {
    if (!file.error.empty()) continue;
    Json finding = finding_json(*row);
    if (row->suppressed == nullptr) {
      findings.push_back(std::move(finding));
      continue;
    }
    finding["suppressed_by"] = row->suppressed->by;
    finding["reason"] = text_or_null(row->suppressed->reason);
    suppressed.push_back(std::move(finding));
  }
  return {{"path", file.path},
          {"error", text_or_null(file.error)},
          {"findings", std::move(findings)},
          {"suppressed", std::move(suppressed)},
          {"applied", applied_json(file.applied)},
          {"ignore_text", file.changes_ignore_file ? Json(file.ignore_text) : Json(nullptr)}};
}

Json files_json(const LintReport& report, const LintRows& rows) {
  Json files = Json::array();
  auto row = rows.rows().begin();
  for (const LintedFile& file : report.files) {
    std::vector<const LintRow*> own;
    for (; row != rows.rows().end() && row->file == &file; ++row) own.push_back(&*row);
    files.push_back(file_json(file, own));
  }
  return files;
}

Json rules_json(const LintReport& report) {
  Json rules = Json::array();
  for (const RuleDescription& rule : report.rules) {
    rules.push_back({{"name", rule.name},
                     {"code", text_or_null(rule.code)},
                     {"aliases", rule.aliases},
                     {"severity", to_text(rule.severity)},
                     {"summary", rule.summary},
                     {"why", text_or_null(rule.why)}});
  }
  return rules;
}

Json summary_json(const LintSummary& summary) {
  auto count = [&](Severity severity) {
    return summary.by_severity[static_cast<size_t>(severity)];
  };
  return {{"files", summary.files},
          {"unreadable", summary.unreadable},
          {"errors", count(Severity::Error)},
          {"warnings", count(Severity::Warning)},
          {"infos", count(Severity::Info)},
          {"styles", count(Severity::Style)},
          {"suppressed", summary.suppressed},
          {"applied", summary.applied},
          {"safe_fixes", summary.safe_fixes},
          {"unsafe_fixes", summary.unsafe_fixes}};
}

}  // namespace

std::string lint_as_json(const LintReport& report, const RenderOptions& /*options*/) {
  LintRows rows(report, LintRows::With::Suppressed);
  Json out = report_head(kSchemaVersion, "lint");
  out["summary"] = summary_json(lint_summary(report));
  out["files"] = files_json(report, rows);
  out["rules"] = rules_json(report);
  return dump_report(out);
}

}  // namespace whittle
