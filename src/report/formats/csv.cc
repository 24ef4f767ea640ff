// Rows for spreadsheets (RFC 4180, but for line ends): numbers are plain bytes. Cells that a
// spreadsheet would take for a formula are led by an apostrophe.
#include <fmt/format.h>

#include "base/strings.h"
#include "report/analysis_summary.h"
#include "report/formats/formats_list.h"

namespace whittle {

namespace {

std::string csv_text(std::string_view foreign) {
  std::string text = printable(foreign);
  if (!text.empty() && std::string_view("=+-@").find(text[0]) != std::string_view::npos) {
    text.insert(0, "'");
  }
  if (text.find_first_of(",\"") == std::string::npos && trim(text).size() == text.size()) {
    return text;
  }
  return "\"" + replace_all(text, "\"", "\"\"") + "\"";
}

std::string line_of(const std::vector<std::string>& cells) {
  return join(cells, ",") + "\n";
}

std::string number(uint64_t value) {
  return fmt::format("{}", value);
}

std::string layer_table(const AnalyzeReport& report) {
  std::string out =
      "layer,size,compressed,lost,files,base,file,first_line,last_line,diff_id,command\n";
  const std::vector<LayerFacts>& layers = report.analysis->layers;
  for (size_t i = 0; i < layers.size(); ++i) {
    const LayerFacts& layer = layers[i];
    if (report.only_own && layer.is_base) continue;
    bool is_read = layer.problem.empty();
    bool has_place = !lines_text(layer.place).empty();
    out += line_of({number(i + 1),
                    is_read ? number(layer.content_bytes) : "",
                    layer.compressed_bytes ? number(*layer.compressed_bytes) : "",
                    is_read ? number(layer.lost_bytes) : "",
                    is_read ? number(layer.file_count) : "",
                    layer.is_base ? "yes" : "no",
                    has_place ? csv_text(layer.place->file) : "",
                    has_place ? number(layer.place->first_line) : "",
                    has_place ? number(layer.place->last_line) : "",
                    csv_text(layer.diff_id),
                    csv_text(command_text(layer))});
  }
  return out;
}

// A row for each leaf: its keys from the outermost dimension on, then the figures.
void add_leaves(const std::vector<GroupRow>& rows,
                const std::string& keys,
                size_t missing,
                std::string& out) {
  for (const GroupRow& row : rows) {
    std::string own = keys + csv_text(row.key) + ",";
    if (!row.rows.empty()) {
      add_leaves(row.rows, own, missing - 1, out);
      continue;
    }
    out += own + std::string(missing - 1, ',') +
           line_of({number(row.bytes.stored),
                    number(row.bytes.final),
                    number(row.bytes.compressed),
                    number(row.bytes.files)});
  }
}

void add_leaves(const std::vector<GroupChange>& rows,
                const std::string& keys,
                size_t missing,
                std::string& out) {
  for (const GroupChange& row : rows) {
    std::string own = keys + csv_text(row.key) + ",";
    if (!row.rows.empty()) {
      add_leaves(row.rows, own, missing - 1, out);
      continue;
    }
    out += own + std::string(missing - 1, ',') +
           line_of({number(row.before.stored),
                    number(row.after.stored),
                    fmt::format("{}", delta(row.before.stored, row.after.stored)),
                    number(row.before.compressed),
                    number(row.after.compressed),
                    number(row.before.files),
                    number(row.after.files)});
  }
}

}  // namespace

std::string analyze_as_csv(const AnalyzeReport& report, const RenderOptions& /*options*/) {
  if (report.dimensions.empty()) return layer_table(report);
  std::vector<std::string> header = dimension_names(report.dimensions);
  std::string out = join(header, ",") + ",stored,final,compressed,files\n";
  add_leaves(report.groups, "", header.size(), out);
  return out;
}

std::string diff_as_csv(const DiffReport& report, const RenderOptions& /*options*/) {
  std::vector<std::string> header = dimension_names(report.diff.dimensions);
  std::string out = join(header, ",") +
                    ",stored_before,stored_after,change,compressed_before,compressed_after,"
                    "files_before,files_after\n";
  add_leaves(report.diff.groups, "", header.size(), out);
  return out;
}

}  // namespace whittle
