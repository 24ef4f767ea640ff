// What the text formats share: a page that is filled from top to bottom.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/groups.h"
#include "report/report.h"
#include "report/text_layout.h"

namespace whittle {

class TextPage {
 protected:
  explicit TextPage(const RenderOptions& options);

  std::string paint(std::string_view text, Style style) const;
  // A line of its own after an empty one.
  void heading(std::string_view text);
  // A wrapped paragraph in one style, `first` in front of the first line.
  void paragraph(std::string_view first, std::string_view text, Style style = Style::Plain);
  // Rows as bloaty shows them: share and bytes, stored and lost, compressed; nested ones indented.
  void group_table(const std::vector<GroupRow>& rows, const GroupBytes* total);

  const RenderOptions& options_;
  size_t width_;
  std::string out_;

 private:
  void group_rows(const std::vector<GroupRow>& rows, const GroupBytes& whole, size_t depth);
  void group_row(const GroupBytes& bytes,
                 const GroupBytes& whole,
                 size_t depth,
                 std::string_view key,
                 Style style);
};

}  // namespace whittle
