#include "analyze/dive_trees.h"

#include <algorithm>
#include <string>

namespace whittle {

namespace {

constexpr std::string_view kPrefix = ".wh.";

int64_t subtract_wrapping(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}

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

void DiveLayerTree::load(const LayerIndex& layer, size_t number) {
  stamp_ = static_cast<uint16_t>(number + 1);
  held_.clear();
  whiteouts_.clear();
  whiteout_at_.clear();
  auto odd = layer.odd_sizes.begin();
  for (uint32_t i = 0; i < layer.entries.size(); ++i) {
    const Entry& entry = layer.entries[i];
    int64_t bytes = static_cast<int64_t>(entry.size_bytes);
    if (odd != layer.odd_sizes.end() && odd->entry == EntryId{i})
      bytes = static_cast<int64_t>((odd++)->bytes);
    uint32_t path = paths_.of(number, i);
    if (path == PathIndex::kRoot) continue;
    if (entry.role == EntryRole::Whiteout) {
      hold_parents(path);
      add_whiteout(path, bytes, true);
      continue;
    }
    hold(path);
    if (entry.role == EntryRole::Normal) {
      nodes_[path].bytes = bytes;
      nodes_[path].is_folder = entry.type == EntryType::Directory;
    }
  }
  find_whiteout_folders();
}

void DiveLayerTree::hold(uint32_t path) {
  if (nodes_[path].held_in == stamp_) return;
  hold_parents(path);
  hold_fresh(path);
}

void DiveLayerTree::hold_fresh(uint32_t path) {
  nodes_[path].held_in = stamp_;
  nodes_[path].bytes = 0;
  nodes_[path].is_folder = false;
  held_.push_back(path);
}

void DiveLayerTree::hold_parents(uint32_t path) {
  uint32_t top = path;  // the topmost that has a parent which is new
  std::vector<uint32_t> fresh;
  while (top != PathIndex::kRoot) {
    uint32_t up = paths_.parent(top);
    nodes_[up].parent_in = stamp_;
    if (up == PathIndex::kRoot || nodes_[up].held_in == stamp_) break;
    fresh.push_back(up);
    top = up;
  }
  for (size_t i = fresh.size(); i-- > 0;) hold_fresh(fresh[i]);
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
  for (size_t i = 0; i < held_.size(); ++i) {
    std::string_view name = paths_.name(held_[i]);
    if (!name.starts_with(kPrefix)) continue;
    std::string target(paths_.path(held_[i]));
    target.erase(target.size() - name.size(), kPrefix.size());
    uint32_t path = paths_.find(target);
    if (path != PathIndex::kNone) add_whiteout(path, 0, false);
  }
}

void DiveStack::begin(const DiveLayerTree& lowest) {
  nodes_.assign(paths_.size(), Node());
  nodes_[PathIndex::kRoot].is_alive = true;
  for (uint32_t path : lowest.paths()) add(path, lowest.payload(path));
  // Whiteouts of the lowest layer stay as files of their folder.
  for (const DiveWhiteout& whiteout : lowest.whiteouts())
    change_sums(paths_.parent(whiteout.path), whiteout.bytes);
}

// A whiteout works at its place in the walk: on what is below, or also on what its own layer adds
// under the name.
void DiveStack::lay(const DiveLayerTree& upper) {
  for (const DiveWhiteout& whiteout : upper.whiteouts()) {
    if (whiteout.is_first) remove(whiteout.path);
  }
  for (uint32_t path : upper.paths()) {
    if (!paths_.name(path).starts_with(kPrefix)) add(path, upper.payload(path));
  }
  for (const DiveWhiteout& whiteout : upper.whiteouts()) {
    if (!whiteout.is_first) remove(whiteout.path);
  }
}

void DiveStack::add(uint32_t path, const DivePayload& payload) {
  bring_to_life(path);
  int64_t change = subtract_wrapping(payload.bytes, nodes_[path].payload.bytes);
  nodes_[path].payload = payload;
  if (change != 0) change_sums(path, change);
}

void DiveStack::bring_to_life(uint32_t path) {
  while (!nodes_[path].is_alive) {
    Node& node = nodes_[path];
    uint32_t up = paths_.parent(path);
    node.is_alive = true;
    node.next = nodes_[up].first_child;
    if (node.next != PathIndex::kNone) nodes_[node.next].previous = path;
    nodes_[up].first_child = path;
    path = up;
  }
}

void DiveStack::change_sums(uint32_t path, int64_t by) {
  for (;;) {
    nodes_[path].sum = add_wrapping(nodes_[path].sum, by);
    if (path == PathIndex::kRoot) return;
    path = paths_.parent(path);
  }
}

void DiveStack::remove(uint32_t path) {
  Node& node = nodes_[path];
  if (!node.is_alive || path == PathIndex::kRoot) return;
  if (node.sum != 0) change_sums(paths_.parent(path), subtract_wrapping(0, node.sum));
  if (node.previous != PathIndex::kNone) {
    nodes_[node.previous].next = node.next;
  } else {
    nodes_[paths_.parent(path)].first_child = node.next;
  }
  if (node.next != PathIndex::kNone) nodes_[node.next].previous = node.previous;
  pending_.assign(1, path);
  while (!pending_.empty()) {
    uint32_t dead = pending_.back();
    pending_.pop_back();
    for (uint32_t child = nodes_[dead].first_child; child != PathIndex::kNone;
         child = nodes_[child].next) {
      pending_.push_back(child);
    }
    nodes_[dead] = Node();
  }
}

}  // namespace whittle
