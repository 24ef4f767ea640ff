#include "report/formats/text_page.h"

#include <algorithm>

#include "base/strings.h"
#include "report/analysis_summary.h"

namespace whittle {

TextPage::TextPage(const RenderOptions& options)
    : options_(options), width_(std::max(options.width, 40U)) {}

std::string TextPage::paint(std::string_view text, Style style) const {
  return styled(text, style, options_.color);
}

void TextPage::heading(std::string_view text) {
  out_ += "\n" + paint(text, Style::Heading) + "\n";
}

void TextPage::paragraph(std::string_view first, std::string_view text, Style style) {
  std::string laid_out = indented(first, text, width_);
  for (std::string_view line : split_lines(laid_out)) {
    size_t blanks = line.size() - trim_left(line).size();
    out_ += std::string(blanks, ' ') + paint(line.substr(blanks), style) + "\n";
  }
}

void TextPage::group_row(const GroupBytes& bytes,
                         const GroupBytes& whole,
                         size_t depth,
                         std::string_view key,
                         Style style) {
  bool is_wide = width_ >= 60;
  uint64_t lost = bytes.stored - bytes.final;
  std::string line = "  " + pad_left(share_text(bytes.stored, whole.stored), 7) + "  " +
                     pad_left(format_bytes(bytes.stored), 10) + "  " +
                     pad_left(lost == 0 ? "" : format_bytes(lost), 10);
  if (is_wide) {
    line += "  " + pad_left(bytes.compressed == 0 ? "" : format_bytes(bytes.compressed), 10);
  }
  line += "  " + std::string(2 * depth, ' ');
  size_t used = display_width(line);
  std::string text = truncated(printable(key), width_ > used + 10 ? width_ - used : 10);
  out_ += line + paint(text, style) + "\n";
}

void TextPage::group_rows(const std::vector<GroupRow>& rows,
                          const GroupBytes& whole,
                          size_t depth) {
  for (const GroupRow& row : rows) {
    group_row(row.bytes, whole, depth, row.key, depth == 0 ? Style::Bold : Style::Plain);
    group_rows(row.rows, row.bytes, depth + 1);
  }
}

void TextPage::group_table(const std::vector<GroupRow>& rows, const GroupBytes* total) {
  std::string title = "           " + pad_left("stored", 10) + "  " + pad_left("lost", 10);
  if (width_ >= 60) title += "  " + pad_left("compressed", 10);
  out_ += paint(title, Style::Dim) + "\n";
  GroupBytes whole;
  for (const GroupRow& row : rows) {
    whole.stored += row.bytes.stored;
    whole.final += row.bytes.final;
    whole.compressed += row.bytes.compressed;
  }
  if (total != nullptr) whole = *total;
  group_rows(rows, whole, 0);
  if (total != nullptr) group_row(*total, *total, 0, "TOTAL", Style::Bold);
}

}  // namespace whittle
