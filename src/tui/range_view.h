// What a range of layers did: for every path the kind of its change and its size.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "tui/timeline.h"

namespace whittle::tui {

enum class Change : uint8_t { Absent, Unmodified, Modified, Added, Removed };
inline constexpr size_t kChanges = 5;

// Layers `first` to `last`, compared with what lies below `first`.
struct LayerRange {
  uint32_t first = 0;
  uint32_t last = 0;
  bool operator==(const LayerRange&) const = default;
};

struct RangeView {
  LayerRange range;
  std::vector<Change> change;  // by path
  // By path: of a file its content, of a folder what is below it. Removed paths count in folders
  // that are removed themselves only (as dive).
  std::vector<uint64_t> bytes;

  Change change_of(PathId id) const { return change[static_cast<uint32_t>(id)]; }

  uint64_t bytes_of(PathId id) const { return bytes[static_cast<uint32_t>(id)]; }
};

// One pass over all paths. A path is Unmodified when type, mode, owner, link target, attributes and
// content are proven equal; a folder is Modified when anything below it changed. Where the range
// begins at the first layer there is nothing to compare with: all that is there is Unmodified.
RangeView view_of_range(const Timeline& timeline, LayerRange range);

// The version of a path that a view of the range shows: after the range, or before it if it is
// removed. Null if it is absent.
const Version* shown_version(const Timeline& timeline, const RangeView& view, PathId id);

// The views of the last few ranges. `timeline` must outlive it; clear() when it grows.
class RangeCache {
 public:
  explicit RangeCache(const Timeline& timeline) : timeline_(timeline) {}

  std::shared_ptr<const RangeView> get(LayerRange range);

  void clear() { recent_.clear(); }

 private:
  static constexpr size_t kMost = 8;

  const Timeline& timeline_;
  std::vector<std::shared_ptr<const RangeView>> recent_;  // newest last
};

}  // namespace whittle::tui
