// An analysis on a terminal: what image it is, its sizes, its layers, what could go, the verdict;
// or, when dimensions were asked for, their rows alone.
#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "report/analysis_summary.h"
#include "report/formats/formats_list.h"
#include "report/formats/text_page.h"

namespace whittle {

namespace {

// "2024-05-01T12:00:00.123456789Z" without what nobody reads.
std::string to_the_second(std::string_view time) {
  size_t dot = time.find('.');
  if (dot == std::string_view::npos) return std::string(time);
  size_t zone = time.find_first_not_of("0123456789", dot + 1);
  return std::string(time.substr(0, dot)) +
         std::string(zone == std::string_view::npos ? "" : time.substr(zone));
}

class AnalyzeText : public TextPage {
 public:
  AnalyzeText(const AnalyzeReport& report, const RenderOptions& options)
      : TextPage(options), report_(report), analysis_(*report.analysis) {}

  std::string render() {
    if (report_.dimensions.empty()) {
      add_facts();
      add_sizes();
      add_layers();
      add_waste();
      add_causes();
      if (options_.verbose) add_lost_tables();
      add_notes();
      add_verdict();
    } else {
      group_table(report_.groups, &report_.groups_total);
    }
    add_gates();
    return std::move(out_);
  }

 private:
  void add_facts() {
    const ImageInfo& info = analysis_.info;
    std::vector<std::string> facts;
    if (std::string platform = platform_text(info.config.platform); !platform.empty()) {
      facts.push_back(platform);
    }
    facts.push_back(count_of(analysis_.layers.size(), "layer"));
    if (!analysis_.packages.packages.empty()) {
      facts.push_back(count_of(analysis_.packages.packages.size(), "package"));
    }
    if (!info.config.created.empty())
      facts.push_back("created " + printable(to_the_second(info.config.created)));
    for (const std::string& line : wrapped(image_title(analysis_), width_)) {
      out_ += paint(line, Style::Bold) + "\n";
    }
    paragraph("  ", join(facts, ", "));
    const Digest& digest = info.manifest_digest.empty() ? info.config_digest : info.manifest_digest;
    if (!digest.empty()) {
      std::string_view what = info.manifest_digest.empty() ? " (configuration)" : "";
      out_ += "  " +
              paint(truncated(printable(digest) + std::string(what), width_ - 2), Style::Dim) +
              "\n";
    }
    if (std::string base = base_text(analysis_); !base.empty()) paragraph("  base ", base);
  }

  void add_sizes() {
    heading("Size");
    TextTable table;
    bool has_base = analysis_.base.layer_count > 0;
    if (has_base) {
      table.add_row({{"", {}}, {"all", Style::Dim}, {"own", Style::Dim}, {"base", Style::Dim}});
    }
    for (const SizeRow& row : size_rows(analysis_)) {
      Style style = row.label == "reclaimable" && analysis_.total.reclaimable > 0 ? Style::Caution
                                                                                  : Style::Plain;
      table.add_row(
          {{row.label, Style::Plain}, {row.all, style}, {row.own, style}, {row.base, style}});
    }
    out_ += table.render(2, options_.color);
  }

  struct LayerColumns {
    size_t line = 0;  // 0: no layer has a line
    bool compressed = false;
  };

  LayerColumns layer_columns() const {
    LayerColumns columns;
    for (const LayerFacts& layer : analysis_.layers) {
      columns.line = std::max(columns.line, lines_text(layer.place).size());
    }
    if (columns.line > 0) columns.line = std::max<size_t>(columns.line, 4);
    columns.compressed = width_ >= 60;
    return columns;
  }

  void layer_line(const LayerColumns& columns,
                  std::string_view number,
                  std::string_view size,
                  std::string_view compressed,
                  std::string_view lost,
                  std::string_view line,
                  std::string_view command,
                  Style style) {
    std::string left = "  " + pad_left(number, 3) + "  " + pad_left(size, 10);
    if (columns.compressed) left += "  " + pad_left(compressed, 10);
    left += "  " + pad_left(lost, 7);
    if (columns.line > 0) left += "  " + pad_left(line, columns.line);
    left += "  ";
    size_t used = display_width(left);
    std::string text = truncated(command, width_ > used + 10 ? width_ - used : 10);
    out_ += std::string(trim_right(style == Style::Dim ? paint(left + text, style)
                                                       : left + paint(text, style))) +
            "\n";
  }

  void add_layer(const LayerColumns& columns, size_t i) {
    const LayerFacts& layer = analysis_.layers[i];
    bool is_read = layer.problem.empty();
    std::string compressed = layer.compressed_bytes ? format_bytes(*layer.compressed_bytes) : "";
    if (layer.is_compressed_estimated && !compressed.empty()) compressed.insert(0, "~");
    std::string command = command_text(layer);
    layer_line(
        columns,
        fmt::format("{}", i + 1),
        is_read ? format_bytes(layer.content_bytes) : "?",
        compressed,
        is_read && layer.lost_bytes > 0 ? share_text(layer.lost_bytes, layer.content_bytes) : "",
        lines_text(layer.place),
        command.empty() ? "(not in the history)" : command,
        layer.is_base ? Style::Dim : Style::Plain);
    if (!is_read) {
      paragraph("       ", "not read: " + printable(layer.problem), Style::Caution);
    }
  }

  // Where the base ends.
  void add_boundary() {
    std::string name = analysis_.base.name.empty() ? "the base" : printable(analysis_.base.name);
    std::string text = fmt::format("  -- above: {}; below: own layers ", name);
    text = truncated(text, width_);
    size_t used = display_width(text);
    out_ += paint(text + std::string(width_ > used ? width_ - used : 0, '-'), Style::Dim) + "\n";
  }

  void add_layers() {
    heading("Layers");
    LayerColumns columns = layer_columns();
    layer_line(columns, "#", "size", "compressed", "lost", "line", "command", Style::Dim);
    for (size_t i = 0; i < analysis_.layers.size(); ++i) {
      bool is_base = analysis_.layers[i].is_base;
      if (report_.only_own && is_base) continue;
      bool is_boundary = i > 0 && !is_base && analysis_.layers[i - 1].is_base;
      if (is_boundary && !report_.only_own) add_boundary();
      add_layer(columns, i);
    }
  }

  void add_waste() {
    std::vector<const WasteItem*> items = waste_of(report_);
    if (items.empty()) return;
    heading("What could go");
    size_t shown = shown_of(items.size());
    for (size_t i = 0; i < shown; ++i) {
      const WasteItem& item = *items[i];
      std::string lead = "  " + pad_left(format_bytes(item.bytes), 10) + "  ";
      std::string text = printable(item.title) + ": " + printable(item.path);
      if (item.file_count > 1) text += ", " + count_of(item.file_count, "file");
      paragraph(lead, text);
      // What to do names the line or the layer where one is all there is to say.
      bool is_named = item.cause == LossCause::Kept && !item.is_base && !item.remedy.empty();
      if (!is_named) paragraph(std::string(14, ' '), origin_text(analysis_, item), Style::Dim);
      if (!item.remedy.empty()) {
        paragraph(std::string(14, ' '), printable(item.remedy), Style::Good);
      }
    }
    if (shown < items.size()) add_rest(items.size() - shown);
  }

  size_t shown_of(size_t count) const {
    return report_.most == 0 ? count : std::min(count, report_.most);
  }

  void add_rest(size_t count) {
    paragraph(std::string(14, ' '), fmt::format("and {} more: -n 0", count), Style::Dim);
  }

  void add_causes() {
    std::vector<CauseRow> rows = cause_rows(report_);
    if (rows.empty()) return;
    heading("Lost, by cause");
    uint64_t whole = account_of(report_).reclaimable;
    for (const CauseRow& row : rows) {
      std::string left = fmt::format("  {}  {}  ",
                                     pad_left(format_bytes(row.bytes), 10),
                                     pad_left(share_text(row.bytes, whole), 7));
      out_ += left + truncated(row.info->title, width_ - left.size()) + "\n";
    }
  }

  void add_lost(std::string_view title, const std::vector<GroupRow>& rows) {
    if (rows.empty()) return;
    heading(title);
    group_table(rows, nullptr);
  }

  void add_lost_tables() {
    add_lost("Lost, by line", report_.lost_by_line);
    add_lost("Lost, by folder", report_.lost_by_dir);
    add_lost("Lost, by package", report_.lost_by_package);
    add_lost("Lost, by kind", report_.lost_by_kind);
  }

  void add_notes() {
    std::vector<std::string> notes = analysis_.notes;
    for (const std::string& problem : analysis_.packages.problems) notes.push_back(problem);
    if (notes.empty()) return;
    heading("Notes");
    for (const std::string& note : notes) paragraph("  ", printable(note));
  }

  void add_verdict() {
    out_ += "\n";
    bool is_clean = account_of(report_).reclaimable == 0;
    paragraph("", analysis_verdict(report_) + ".", is_clean ? Style::Good : Style::Bold);
  }

  void add_gates() {
    if (report_.gates.empty()) return;
    heading("Gates");
    for (const GateResult& gate : report_.gates) {
      Style style = gate.status == GateStatus::Fail   ? Style::Bad
                    : gate.status == GateStatus::Pass ? Style::Good
                                                      : Style::Dim;
      paragraph("  ", gate_text(gate), style);
    }
  }

  const AnalyzeReport& report_;
  const Analysis& analysis_;
};

}  // namespace

std::string analyze_as_text(const AnalyzeReport& report, const RenderOptions& options) {
  return AnalyzeText(report, options).render();
}

}  // namespace whittle
