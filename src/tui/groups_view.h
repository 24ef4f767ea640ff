// The image's bytes in groups: by cause and kind, by layer, folder, package, owner.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "model/groups.h"
#include "tui/view.h"

namespace whittle::tui {

using GroupFunction = std::function<std::vector<GroupRow>(const Analysis&, const GroupOptions&)>;

class GroupsView : public View {
 public:
  GroupsView(Model& model, GroupFunction group) : model_(model), group_(std::move(group)) {}

  // A new analysis is there.
  void refresh();

  std::string title() const override { return "Groups"; }

  std::vector<Line> render(size_t width, size_t height, bool focused) override;
  Request act(Action action) override;
  Request click(size_t row, size_t column, bool again) override;
  void wheel(int rows) override;

 private:
  struct Row {
    const GroupRow* group;
    uint32_t depth;
    size_t number;  // of the group, depth first over all
  };

  void settle();
  void toggle();
  std::string header_note() const;
  Line row(size_t index, size_t width) const;

  Model& model_;
  GroupFunction group_;
  size_t dimension_ = 0;
  std::vector<GroupRow> groups_;
  uint64_t stored_ = 0;
  std::vector<bool> open_;  // by number
  std::vector<Row> rows_;
  bool has_groups_ = false;
  bool is_stale_ = true;
  ListState list_;
  size_t height_ = 1;
};

}  // namespace whittle::tui
