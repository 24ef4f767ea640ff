// A comparison of two images on a terminal: bytes by dimension, then what differs in configuration,
// packages and files.
#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "report/analysis_summary.h"
#include "report/formats/formats_list.h"
#include "report/formats/text_page.h"

namespace whittle {

namespace {

class DiffText : public TextPage {
 public:
  DiffText(const DiffReport& report, const RenderOptions& options)
      : TextPage(options), report_(report), diff_(report.diff) {}

  std::string render() {
    for (const std::string& line : wrapped(diff_headline(diff_), width_)) {
      out_ += paint(line, Style::Bold) + "\n";
    }
    add_shared_layers();
    if (!diff_.is_equal) {
      add_groups();
      add_config();
      add_packages();
      add_files();
    }
    add_notes();
    return std::move(out_);
  }

 private:
  void add_shared_layers() {
    size_t before = diff_.before->layers.size();
    size_t after = diff_.after->layers.size();
    std::string shared =
        diff_.shared_layers == 0 ? "none" : fmt::format("the first {}", diff_.shared_layers);
    paragraph(
        "  ",
        fmt::format(
            "{} and {}, {} shared", count_of(before, "layer"), count_of(after, "layer"), shared),
        Style::Dim);
  }

  static Style style_of(int64_t change) {
    return change < 0 ? Style::Good : change > 0 ? Style::Bad : Style::Plain;
  }

  static bool is_changed(const GroupChange& row) {
    return row.is_new || row.is_gone || row.before.stored != row.after.stored ||
           std::any_of(row.rows.begin(), row.rows.end(), is_changed);
  }

  void add_row(const GroupChange& row, size_t depth, std::string_view key) {
    int64_t change = delta(row.before.stored, row.after.stored);
    std::string left = "  " + pad_left(row.is_new ? "" : format_bytes(row.before.stored), 10) +
                       "  " + pad_left(row.is_gone ? "" : format_bytes(row.after.stored), 10) +
                       "  ";
    std::string share = change_share(row);
    std::string middle = pad_left(change == 0 ? "" : format_bytes_delta(change), 11) + "  " +
                         pad_left(share.size() > 10 ? "" : share, 10);
    std::string indent = "  " + std::string(2 * depth, ' ');
    size_t used = left.size() + middle.size() + indent.size();
    out_ += left + paint(middle, style_of(change)) + indent +
            truncated(printable(key), width_ > used + 10 ? width_ - used : 10) + "\n";
    for (const GroupChange& inner : row.rows) add_row(inner, depth + 1, inner.key);
  }

  void add_groups() {
    if (diff_.groups.empty()) return;
    out_ += "\n" +
            paint("  " + pad_left("before", 10) + "  " + pad_left("after", 10) + "  " +
                      pad_left("change", 11),
                  Style::Dim) +
            "\n";
    GroupChange same;
    size_t same_rows = 0;
    for (const GroupChange& row : diff_.groups) {
      if (is_changed(row)) {
        add_row(row, 0, row.key);
        continue;
      }
      ++same_rows;
      same.before.stored += row.before.stored;
      same.after.stored += row.after.stored;
    }
    if (same_rows > 0) add_row(same, 0, fmt::format("[{} unchanged]", same_rows));
    GroupChange total{"", diff_.before_bytes, diff_.after_bytes, false, false, {}};
    add_row(total, 0, "TOTAL");
  }

  size_t shown_of(size_t count) const {
    return report_.most == 0 ? count : std::min(count, report_.most);
  }

  void add_rest(size_t count, size_t shown) {
    if (shown < count) paragraph("  ", fmt::format("and {} more: -n 0", count - shown), Style::Dim);
  }

  void side(std::string_view sign, const std::optional<std::string>& text, Style style) {
    if (!text) return;
    std::string line = truncated(fmt::format("    {} {}", sign, printable(*text)), width_);
    out_ += "    " + paint(line.substr(4), style) + "\n";
  }

  void add_config() {
    if (diff_.config.empty()) return;
    heading("Configuration and metadata: " + count_of(diff_.config.size(), "difference"));
    size_t shown = shown_of(diff_.config.size());
    for (size_t i = 0; i < shown; ++i) {
      const ConfigChange& change = diff_.config[i];
      paragraph("  ", printable(change.field));
      side("-", change.before, Style::Bad);
      side("+", change.after, Style::Good);
    }
    add_rest(diff_.config.size(), shown);
  }

  static std::string version_change(const PackageChange& change) {
    std::string before = printable(change.before);
    std::string after = printable(change.after);
    if (before.empty()) return after.empty() ? "" : after + " [NEW]";
    return after.empty() ? before + " [DEL]" : before + " -> " + after;
  }

  void add_packages() {
    if (diff_.packages.empty()) return;
    heading("Packages: " + count_of(diff_.packages.size(), "change"));
    size_t shown = shown_of(diff_.packages.size());
    for (size_t i = 0; i < shown; ++i) {
      const PackageChange& change = diff_.packages[i];
      paragraph("  " + pad_right(printable(change.type), 4) + "  ",
                printable(change.name) + "  " + version_change(change));
    }
    add_rest(diff_.packages.size(), shown);
  }

  void add_file(const FileChange& file) {
    static constexpr std::string_view kSigns = "+-~";
    int64_t change = delta(file.before_bytes, file.after_bytes);
    std::string lead = fmt::format("  {} {}  ",
                                   kSigns[static_cast<size_t>(file.kind)],
                                   pad_left(change == 0 ? "" : format_bytes_delta(change), 11));
    std::string what = file.kind == ChangeKind::Modified ? difference_text(file) : std::string();
    std::string text = printable(file.path);
    if (!what.empty()) text += " (" + what + ")";
    std::string line = truncated(text, width_ > lead.size() + 10 ? width_ - lead.size() : 10);
    out_ += lead + paint(line, Style::Plain) + "\n";
  }

  void add_files() {
    if (diff_.files.empty()) return;
    heading("Files: " + count_file_changes(diff_));
    std::vector<const FileChange*> files = files_by_weight(diff_);
    size_t shown = shown_of(files.size());
    for (size_t i = 0; i < shown; ++i) add_file(*files[i]);
    add_rest(files.size(), shown);
  }

  void add_notes() {
    if (diff_.notes.empty()) return;
    heading("Notes");
    for (const std::string& note : diff_.notes) paragraph("  ", printable(note));
  }

  const DiffReport& report_;
  const ImageDiff& diff_;
};

}  // namespace

std::string diff_as_text(const DiffReport& report, const RenderOptions& options) {
  return DiffText(report, options).render();
}

}  // namespace whittle
