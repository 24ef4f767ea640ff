#include "tui/range_view.h"

#include <algorithm>

#include "tui/version_change.h"

namespace whittle::tui {

namespace {

Change kind_of_change(const Timeline& timeline, const Version* before, const Version* after) {
  if (before == nullptr) return after == nullptr ? Change::Absent : Change::Added;
  if (after == nullptr) return Change::Removed;
  bool is_same = before == after || change_between(timeline, *before, *after).is_none();
  return is_same ? Change::Unmodified : Change::Modified;
}

// Children come after their parents, so that going backwards finishes them first.
void add_to_parents(const Timeline& timeline, RangeView& view) {
  for (size_t i = timeline.size(); i-- > 1;) {
    Change change = view.change[i];
    if (change == Change::Absent) continue;
    auto parent = static_cast<uint32_t>(timeline.node(PathId{static_cast<uint32_t>(i)}).parent);
    Change& above = view.change[parent];
    if (change != Change::Removed || above == Change::Removed) view.bytes[parent] += view.bytes[i];
    if (change != Change::Unmodified && above == Change::Unmodified) above = Change::Modified;
  }
}

}  // namespace

RangeView view_of_range(const Timeline& timeline, LayerRange range) {
  RangeView view;
  view.range = range;
  view.change.assign(timeline.size(), Change::Absent);
  view.bytes.assign(timeline.size(), 0);
  for (uint32_t i = 0; i < timeline.size(); ++i) {
    const Version* after = timeline.at(PathId{i}, range.last);
    const Version* before = range.first == 0 ? after : timeline.at(PathId{i}, range.first - 1);
    view.change[i] = kind_of_change(timeline, before, after);
    const Version* shown = after != nullptr ? after : before;
    if (shown != nullptr) view.bytes[i] = timeline.own_bytes(*shown);
  }
  add_to_parents(timeline, view);
  return view;
}

const Version* shown_version(const Timeline& timeline, const RangeView& view, PathId id) {
  const Version* after = timeline.at(id, view.range.last);
  if (after != nullptr || view.range.first == 0) return after;
  return timeline.at(id, view.range.first - 1);
}

std::shared_ptr<const RangeView> RangeCache::get(LayerRange range) {
  auto found = std::find_if(
      recent_.begin(), recent_.end(), [&](const auto& view) { return view->range == range; });
  if (found == recent_.end()) {
    if (recent_.size() == kMost) recent_.erase(recent_.begin());
    recent_.push_back(std::make_shared<const RangeView>(view_of_range(timeline_, range)));
  } else {
    std::rotate(found, found + 1, recent_.end());
  }
  return recent_.back();
}

}  // namespace whittle::tui
