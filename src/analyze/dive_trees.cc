#include "analyze/dive_trees.h"

#include <algorithm>
#include <string>
#include <utility>

namespace whittle {

namespace {

constexpr std::string_view kPrefix = ".wh.";

// ".wh.NAME" < NAME, bytewise.
bool sorts_before(std::string_view name) {
  size_t common = std::min(name.size(), kPrefix.size());
  int order = kPrefix.substr(0, common).compare(name.substr(0, common));
  if (order != 0) return order < 0;
  if (name.size() <= kPrefix.size()) return false;
  // NAME begins with ".wh." itself: the rest decides.
  return name < name.substr(kPrefix.size());
}

}  // namespace

DivePayload payload_of(const PathIndex& paths, uint32_t entry) {
  EntryRef ref = paths.entry(entry);
  const LayerIndex& layer = *paths.layers()[ref.layer];
  const Entry& header = layer.at(ref.entry);
  if (header.role != EntryRole::Normal) return {};
  DivePayload payload{static_cast<int64_t>(header.size_bytes), header.type == EntryType::Directory};
  auto odd = std::lower_bound(
      layer.odd_sizes.begin(), layer.odd_sizes.end(), ref.entry, [](const OddSize& a, EntryId b) {
        return a.entry < b;
      });
  if (odd != layer.odd_sizes.end() && odd->entry == ref.entry)
    payload.bytes = static_cast<int64_t>(odd->bytes);
  return payload;
}

void DiveLayerTree::load(size_t number) {
  const LayerIndex& layer = *paths_.layers()[number];
  layer_ = number;
  stamp_ = static_cast<uint16_t>(number + 1);
  first_ = paths_.first_entry(number);
  end_ = first_ + static_cast<uint32_t>(layer.entries.size());
  implied_.clear();
  whiteouts_.clear();
  whiteout_at_.clear();
  auto odd = layer.odd_sizes.begin();
  for (uint32_t i = 0; i < layer.entries.size(); ++i) {
    const Entry& entry = layer.entries[i];
    int64_t bytes = 0;
    if (odd != layer.odd_sizes.end() && odd->entry == EntryId{i})
      bytes = static_cast<int64_t>((odd++)->bytes);
    uint32_t path = paths_.of(number, i);
    if (path == PathIndex::kRoot) continue;
    if (!holds(path)) hold_parents(path);
    if (entry.role == EntryRole::Whiteout) {
      add_whiteout(path, bytes, true);
    } else if (entry.role == EntryRole::Normal || !has_entry(path)) {
      entries_[path] = first_ + i;
    }
  }
  std::erase_if(implied_, [&](uint32_t path) { return has_entry(path); });
  find_whiteout_folders();
}

DivePayload DiveLayerTree::payload(uint32_t path) const {
  return has_entry(path) ? payload_of(paths_, entries_[path]) : DivePayload();
}

void DiveLayerTree::hold_parents(uint32_t path) {
  while (path != PathIndex::kRoot) {
    path = paths_.parent(path);
    bool is_known = path == PathIndex::kRoot || holds(path);
    if (!is_known) implied_.push_back(path);
    parent_in_[path] = stamp_;
    if (is_known) return;
  }
}

void DiveLayerTree::add_whiteout(uint32_t path, int64_t bytes, bool is_leaf) {
  auto [known, is_new] = whiteout_at_.try_emplace(path, whiteouts_.size());
  if (is_new) {
    whiteouts_.push_back({path, bytes, is_leaf, sorts_before(paths_.name(path))});
    return;
  }
  DiveWhiteout& whiteout = whiteouts_[known->second];
  if (is_leaf) whiteout.bytes = bytes;  // comes again: the last header is kept
  whiteout.is_leaf = whiteout.is_leaf && is_leaf;
}

// Folders of which entries below them speak: "a/.wh.b/c".
void DiveLayerTree::find_whiteout_folders() {
  if (!paths_.has_whiteout_names()) return;
  for_paths([&](uint32_t held) {
    std::string_view name = paths_.name(held);
    if (!name.starts_with(kPrefix)) return;
    std::string target(paths_.path(held));
    target.erase(target.size() - name.size(), kPrefix.size());
    uint32_t path = paths_.find(target);
    if (path != PathIndex::kNone) add_whiteout(path, 0, false);
  });
}

void DiveStack::begin(const DiveLayerTree& lowest) {
  nodes_.assign(paths_.size(), Node());
  nodes_[PathIndex::kRoot].entry = kBare;
  lowest.for_paths([&](uint32_t path) { add(path, lowest.entry(path)); });
  // Whiteouts of the lowest layer stay as files of their folder.
  for (const DiveWhiteout& whiteout : lowest.whiteouts()) {
    int64_t& bytes = lowest_whiteouts_[paths_.parent(whiteout.path)];
    bytes = add_wrapping(bytes, whiteout.bytes);
  }
}

// A whiteout works at its place in the walk: on what is below, or also on what its own layer adds
// under the name.
void DiveStack::lay(const DiveLayerTree& upper) {
  for (const DiveWhiteout& whiteout : upper.whiteouts()) {
    if (whiteout.is_first) remove(whiteout.path);
  }
  upper.for_paths([&](uint32_t path) {
    if (!paths_.has_whiteout_names() || !paths_.name(path).starts_with(kPrefix))
      add(path, upper.entry(path));
  });
  for (const DiveWhiteout& whiteout : upper.whiteouts()) {
    if (!whiteout.is_first) remove(whiteout.path);
  }
}

bool DiveStack::is_folder(uint32_t path) const {
  if (!holds(path) || nodes_[path].entry == kBare) return false;
  return payload_of(paths_, nodes_[path].entry).is_folder;
}

void DiveStack::add(uint32_t path, uint32_t entry) {
  bring_to_life(path);
  nodes_[path].entry = entry;
}

void DiveStack::bring_to_life(uint32_t path) {
  while (nodes_[path].entry == kDead) {
    Node& node = nodes_[path];
    uint32_t up = paths_.parent(path);
    node.entry = kBare;
    if (node.next == kUnlinked) node.next = std::exchange(nodes_[up].first_child, path);
    path = up;
  }
}

int64_t DiveStack::own_bytes(uint32_t path) const {
  uint32_t entry = nodes_[path].entry;
  int64_t bytes = entry == kBare ? 0 : payload_of(paths_, entry).bytes;
  auto whiteouts = lowest_whiteouts_.find(path);
  return whiteouts == lowest_whiteouts_.end() ? bytes : add_wrapping(bytes, whiteouts->second);
}

int64_t DiveStack::sum_below(uint32_t top,
                             const std::unordered_map<uint32_t, int64_t>& known) const {
  int64_t sum = 0;
  std::vector<uint32_t> pending = {top};
  while (!pending.empty()) {
    uint32_t here = pending.back();
    pending.pop_back();
    if (auto found = known.find(here); found != known.end()) {
      sum = add_wrapping(sum, found->second);
      continue;
    }
    sum = add_wrapping(sum, own_bytes(here));
    for (uint32_t child = nodes_[here].first_child; child != PathIndex::kNone;
         child = nodes_[child].next) {
      if (holds(child)) pending.push_back(child);
    }
  }
  return sum;
}

// A folder's number is below those of what it holds, so the highest come first.
std::vector<int64_t> DiveStack::bytes_below(const std::vector<uint32_t>& paths) const {
  std::vector<uint32_t> sorted = paths;
  std::sort(sorted.rbegin(), sorted.rend());
  std::unordered_map<uint32_t, int64_t> known;
  for (uint32_t path : sorted) {
    if (holds(path)) known.try_emplace(path, sum_below(path, known));
  }
  std::vector<int64_t> sums;
  for (uint32_t path : paths) sums.push_back(known[path]);
  return sums;
}

void DiveStack::remove(uint32_t path) {
  if (path == PathIndex::kRoot || !holds(path)) return;
  nodes_[path].entry = kDead;
  pending_.assign(1, path);
  while (!pending_.empty()) {
    uint32_t dead = pending_.back();
    pending_.pop_back();
    lowest_whiteouts_.erase(dead);
    uint32_t child = std::exchange(nodes_[dead].first_child, PathIndex::kNone);
    while (child != PathIndex::kNone) {
      pending_.push_back(child);
      nodes_[child].entry = kDead;
      child = std::exchange(nodes_[child].next, kUnlinked);
    }
  }
}

}  // namespace whittle
