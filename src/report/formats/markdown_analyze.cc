// An analysis as a comment on a pull request: verdict, sizes, what could go; the rest opens when it
// is clicked.
#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "report/analysis_summary.h"
#include "report/formats/formats_list.h"
#include "report/formats/markdown_text.h"
#include "report/text_layout.h"

namespace whittle {

namespace {

constexpr size_t kMaxCommand = 200;  // columns of a table's cell

std::string facts(const Analysis& analysis) {
  const ImageInfo& info = analysis.info;
  std::vector<std::string> parts;
  if (std::string platform = platform_text(info.config.platform); !platform.empty()) {
    parts.push_back(escaped(platform));
  }
  parts.push_back(count_of(analysis.layers.size(), "layer"));
  if (!info.config.created.empty()) parts.push_back("created " + markdown(info.config.created));
  if (std::string base = base_text(analysis); !base.empty()) {
    parts.push_back("base " + escaped(base));
  }
  return join(parts, ", ") + "\n\n";
}

std::string sizes(const Analysis& analysis) {
  bool has_base = analysis.base.layer_count > 0;
  std::string out = has_base ? "| | all | own | base |\n|---|--:|--:|--:|\n" : "| | |\n|---|--:|\n";
  for (const SizeRow& row : size_rows(analysis)) {
    out += fmt::format("| {} | {} |", row.label, row.all);
    if (has_base) out += fmt::format(" {} | {} |", row.own, row.base);
    out += "\n";
  }
  return out + "\n";
}

std::string gates(const std::vector<GateResult>& results) {
  if (results.empty()) return "";
  std::string out = "| gate | | value | limit |\n|---|---|--:|--:|\n";
  for (const GateResult& gate : results) {
    std::string_view bold = gate.status == GateStatus::Fail ? "**" : "";
    out += fmt::format("| {} | {}{}{} | {} | {} |\n",
                       escaped(gate.name),
                       bold,
                       to_text(gate.status),
                       bold,
                       escaped(gate.value),
                       escaped(gate.limit));
  }
  return out + "\n";
}

std::string waste(const AnalyzeReport& report) {
  std::vector<const WasteItem*> items = waste_of(report);
  if (items.empty()) return "";
  std::string out = "### What could go\n\n";
  size_t shown = report.most == 0 ? items.size() : std::min(items.size(), report.most);
  for (size_t i = 0; i < shown; ++i) {
    const WasteItem& item = *items[i];
    out += fmt::format("- **{}** {}: {}, {}  \n  {}.",
                       format_bytes(item.bytes),
                       markdown(item.title),
                       code(item.path),
                       count_of(item.file_count, "file"),
                       escaped(origin_text(*report.analysis, item)));
    if (!item.remedy.empty()) out += " " + markdown(item.remedy);
    out += "\n";
  }
  if (shown < items.size()) out += fmt::format("- and {} more\n", items.size() - shown);
  return out + "\n";
}

std::string layers(const AnalyzeReport& report) {
  const Analysis& analysis = *report.analysis;
  std::string out =
      "| # | size | compressed | lost | line | command |\n|--:|--:|--:|--:|---|---|\n";
  for (size_t i = 0; i < analysis.layers.size(); ++i) {
    const LayerFacts& layer = analysis.layers[i];
    if (report.only_own && layer.is_base) continue;
    bool is_read = layer.problem.empty();
    std::string command = table_code(truncated(command_text(layer), kMaxCommand));
    if (!is_read) command += " not read: " + escaped(printable(layer.problem));
    out += fmt::format(
        "| {} | {} | {}{} | {} | {} | {}{} |\n",
        i + 1,
        is_read ? format_bytes(layer.content_bytes) : "?",
        layer.compressed_bytes && layer.is_compressed_estimated ? "about " : "",
        layer.compressed_bytes ? format_bytes(*layer.compressed_bytes) : "",
        is_read && layer.lost_bytes > 0 ? share_text(layer.lost_bytes, layer.content_bytes) : "",
        escaped(place_text(layer.place)),
        layer.is_base ? "(base) " : "",
        command);
  }
  return details("Layers", out);
}

void add_groups(const std::vector<GroupRow>& rows, size_t depth, std::string& out) {
  for (const GroupRow& row : rows) {
    std::string indent;
    for (size_t i = 0; i < depth; ++i) indent += "&nbsp;&nbsp;";
    uint64_t lost = row.bytes.stored - row.bytes.final;
    out += fmt::format("| {}{} | {} | {} | {} |\n",
                       indent,
                       table_code(row.key),
                       format_bytes(row.bytes.stored),
                       lost == 0 ? "" : format_bytes(lost),
                       row.bytes.compressed == 0 ? "" : format_bytes(row.bytes.compressed));
    add_groups(row.rows, depth + 1, out);
  }
}

std::string group_table(const std::vector<GroupRow>& rows) {
  std::string out = "| | stored | lost | compressed |\n|---|--:|--:|--:|\n";
  add_groups(rows, 0, out);
  return out;
}

std::string lost(std::string_view title, const std::vector<GroupRow>& rows) {
  return rows.empty() ? "" : details(title, group_table(rows));
}

std::string causes(const AnalyzeReport& report) {
  std::vector<CauseRow> rows = cause_rows(report);
  if (rows.empty()) return "";
  std::string out = "| cause | lost | |\n|---|--:|--:|\n";
  for (const CauseRow& row : rows) {
    out += fmt::format("| {} | {} | {} |\n",
                       escaped(row.info->title),
                       format_bytes(row.bytes),
                       share_text(row.bytes, account_of(report).reclaimable));
  }
  return details("Lost, by cause", out);
}

std::string notes(const Analysis& analysis) {
  std::string out;
  for (const std::string& note : analysis.notes) out += "- " + markdown(note) + "\n";
  for (const std::string& note : analysis.packages.problems) out += "- " + markdown(note) + "\n";
  return out.empty() ? "" : details("Notes", out);
}

}  // namespace

std::string analyze_as_markdown(const AnalyzeReport& report, const RenderOptions& /*options*/) {
  const Analysis& analysis = *report.analysis;
  std::string out = fmt::format(
      "## {}\n\n**{}.**\n\n", escaped(image_title(analysis)), escaped(analysis_verdict(report)));
  out += facts(analysis) + gates(report.gates) + sizes(analysis);
  if (!report.dimensions.empty()) out += group_table(report.groups) + "\n";
  out += waste(report) + layers(report) + causes(report);
  out += lost("Lost, by line", report.lost_by_line);
  out += lost("Lost, by folder", report.lost_by_dir);
  out += lost("Lost, by package", report.lost_by_package);
  out += lost("Lost, by kind", report.lost_by_kind);
  out += notes(analysis);
  return out + fmt::format("Made by whittle {}.\n", WHITTLE_VERSION);
}

}  // namespace whittle
