#include "dockerfile/edit.h"

#include <algorithm>

namespace whittle {

OriginMap OriginMap::identity(uint32_t /*size*/) {
  OriginMap map;
  map.segments_.push_back({0, 0, false});
  return map;
}

uint32_t OriginMap::origin(uint32_t offset) const {
  auto next = std::upper_bound(
      segments_.begin(), segments_.end(), offset, [](uint32_t at, const Segment& segment) {
        return at < segment.begin;
      });
  if (next == segments_.begin()) return offset;
  const Segment& segment = *--next;
  return segment.is_inserted ? segment.origin : segment.origin + (offset - segment.begin);
}

void OriginMap::append(Segment segment) {
  // A segment that begins where the last one does leaves it empty.
  if (!segments_.empty() && segments_.back().begin == segment.begin) segments_.pop_back();
  segments_.push_back(segment);
}

// One segment of `next` at a time: inserted text has one origin, kept text has as many segments as
// this map has there.
OriginMap OriginMap::then(const OriginMap& next) const {
  OriginMap result;
  for (size_t i = 0; i < next.segments_.size(); ++i) {
    const Segment& outer = next.segments_[i];
    bool is_last = i + 1 == next.segments_.size();
    if (outer.is_inserted) {
      result.append({outer.begin, origin(outer.origin), true});
      continue;
    }
    uint32_t length = (is_last ? UINT32_MAX : next.segments_[i + 1].begin) - outer.begin;
    append_kept(outer, length, result);
  }
  return result;
}

void OriginMap::append_kept(const Segment& outer, uint32_t length, OriginMap& result) const {
  auto inner = std::upper_bound(
      segments_.begin(), segments_.end(), outer.origin, [](uint32_t at, const Segment& segment) {
        return at < segment.begin;
      });
  bool is_inserted = inner != segments_.begin() && std::prev(inner)->is_inserted;
  result.append({outer.begin, origin(outer.origin), is_inserted});
  for (; inner != segments_.end() && inner->begin - outer.origin < length; ++inner) {
    result.append({outer.begin + (inner->begin - outer.origin), inner->origin, inner->is_inserted});
  }
}

Result<EditedText> apply_edits(std::string_view text, const std::vector<Edit>& edits) {
  std::vector<const Edit*> order;
  for (const Edit& edit : edits) order.push_back(&edit);
  std::stable_sort(order.begin(), order.end(), [](const Edit* a, const Edit* b) {
    return std::pair(a->range.begin, a->range.end) < std::pair(b->range.begin, b->range.end);
  });
  EditedText result;
  result.origins.segments_.push_back({0, 0, false});
  uint32_t at = 0;
  auto size = [&] { return static_cast<uint32_t>(result.text.size()); };
  for (const Edit* edit : order) {
    if (edit->range.begin > edit->range.end || edit->range.end > text.size()) {
      return Error(ErrorKind::Usage, "an edit lies outside of the text");
    }
    if (edit->range.begin < at) {
      return Error(ErrorKind::Usage, "two edits overlap");
    }
    result.text += text.substr(at, edit->range.begin - at);
    if (!edit->text.empty()) result.origins.append({size(), edit->range.begin, true});
    result.text += edit->text;
    at = edit->range.end;
    result.origins.append({size(), at, false});
  }
  result.text += text.substr(at);
  return result;
}

}  // namespace whittle
