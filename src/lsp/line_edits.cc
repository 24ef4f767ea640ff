#include "lsp/line_edits.h"

#include "base/text_diff.h"

namespace whittle {

std::vector<Edit> line_edits(const std::string& before, const std::string& after) {
  std::vector<Edit> edits;
  for (const LineChange& change : line_changes(before, after)) {
    edits.push_back(
        {{static_cast<uint32_t>(change.old_begin), static_cast<uint32_t>(change.old_end)},
         after.substr(change.new_begin, change.new_end - change.new_begin)});
  }
  return edits;
}

}  // namespace whittle
