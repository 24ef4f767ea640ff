#include "packages/path_table.h"

#include <algorithm>
#include <bit>

#include "base/name_hash.h"

namespace whittle {

namespace {

constexpr int kMaxLinkDepth = 40;                // as Linux: MAXSYMLINKS
constexpr size_t kMaxFollowedLinkBytes = 4'096;  // as Linux: PATH_MAX

bool is_lost(const MergedTree& tree, size_t layer, size_t entry) {
  return tree.loss[layer][entry] != Loss::Kept;
}

}  // namespace

OwnedPaths::OwnedPaths(const MergedTree& tree) : tree_(tree) {
  for (const LayerIndex* layer : tree.layers) ids_.emplace_back(layer->entries.size(), kNoPath);
  if (tree.nodes.empty()) return;
  add_tree();
  add_lost_entries();
}

void OwnedPaths::add_tree() {
  slots_.resize(std::bit_ceil(tree_.nodes.size() * 2 + 16));
  for (uint32_t i = 1; i < tree_.nodes.size(); ++i) insert(PathId{i});
  for (uint32_t i = 0; i < tree_.nodes.size(); ++i) {
    const TreeNode& node = tree_.nodes[i];
    if (node.is_implied) continue;
    ids_[node.entry.layer][static_cast<uint32_t>(node.entry.entry)] = PathId{i};
  }
  // An inode that only lives on under the name of a later hard link.
  for (const LinkedName& linked : tree_.linked) {
    PathId& id = ids_[linked.content.layer][static_cast<uint32_t>(linked.content.entry)];
    if (id == kNoPath) id = PathId{static_cast<uint32_t>(linked.node)};
  }
}

void OwnedPaths::add_lost_entries() {
  for (size_t layer = 0; layer < ids_.size(); ++layer) {
    const LayerIndex& index = *tree_.layers[layer];
    for (size_t i = 0; i < index.entries.size(); ++i) {
      const Entry& entry = index.entries[i];
      if (entry.role == EntryRole::Normal && ids_[layer][i] == kNoPath)
        ids_[layer][i] = add(index.path(entry));
    }
  }
  // What was looked up before all names were there may be there now.
  followed_.clear();
  last_base_ = kNoPath;
  has_lost_.resize(size(), false);
  for (size_t layer = 0; layer < ids_.size(); ++layer) {
    for (size_t i = 0; i < ids_[layer].size(); ++i) {
      if (ids_[layer][i] != kNoPath && is_lost(tree_, layer, i))
        has_lost_[index(ids_[layer][i])] = true;
    }
  }
}

PathId OwnedPaths::parent(PathId id) const {
  if (!is_in_tree(id)) return lost_[index(id) - tree_.nodes.size()].parent;
  return id == kRootPath ? kNoPath : PathId{static_cast<uint32_t>(tree_.nodes[index(id)].parent)};
}

std::string_view OwnedPaths::name(PathId id) const {
  return is_in_tree(id) ? tree_.name(tree_.nodes[index(id)])
                        : lost_[index(id) - tree_.nodes.size()].name;
}

PathId OwnedPaths::child(PathId folder, std::string_view name) const {
  if (folder == kNoPath || slots_.empty()) return kNoPath;
  uint64_t hash = hash_name(name, index(folder));
  size_t mask = slots_.size() - 1;
  for (size_t at = hash & mask; slots_[at].id != UINT32_MAX; at = (at + 1) & mask) {
    PathId id{slots_[at].id};
    if (slots_[at].tag == hash >> 32 && parent(id) == folder && this->name(id) == name) return id;
  }
  return kNoPath;
}

void OwnedPaths::insert(PathId id) {
  uint64_t hash = hash_name(name(id), index(parent(id)));
  size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  while (slots_[at].id != UINT32_MAX) at = (at + 1) & mask;
  slots_[at] = {index(id), static_cast<uint32_t>(hash >> 32)};
}

void OwnedPaths::grow() {
  slots_.assign(slots_.size() * 2, Slot{});
  for (uint32_t i = 1; i < size(); ++i) insert(PathId{i});
}

PathId OwnedPaths::child_or_new(PathId parent, std::string_view name) {
  PathId found = child(parent, name);
  if (found != kNoPath) return found;
  PathId id{static_cast<uint32_t>(size())};
  lost_.push_back({parent, name});
  if (size() * 2 > slots_.size()) {
    grow();
  } else {
    insert(id);
  }
  return id;
}

PathId OwnedPaths::add(std::string_view path) {
  size_t slash = path.rfind('/');
  PathId folder = kRootPath;
  if (slash != std::string_view::npos) {
    folder = find_folder(path.substr(0, slash));
    if (folder == kNoPath) {
      folder = kRootPath;
      for (std::string_view rest = path.substr(0, slash); !rest.empty();) {
        std::string_view name = rest.substr(0, rest.find('/'));
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
        folder = child_or_new(folder, name);
        PathId target = follow(folder, 0);
        if (target != kNoPath) folder = target;
      }
      last_id_ = folder;
    }
    path.remove_prefix(slash + 1);
  }
  return path.empty() ? folder : child_or_new(folder, path);
}

std::string_view OwnedPaths::link_target(PathId id) const {
  if (!is_in_tree(id)) return {};
  const TreeNode& node = tree_.nodes[index(id)];
  if (node.is_implied) return {};
  const LayerIndex& layer = *tree_.layers[node.entry.layer];
  const Entry& entry = layer.entries[static_cast<uint32_t>(node.entry.entry)];
  return entry.type == EntryType::Symlink ? layer.link_target(entry) : std::string_view();
}

// What a name is as a folder: itself, or where its link leads.
PathId OwnedPaths::follow(PathId id, int depth) {
  std::string_view target = link_target(id);
  if (target.empty()) return id;
  if (depth >= kMaxLinkDepth || target.size() > kMaxFollowedLinkBytes) return kNoPath;
  auto [at, is_new] = followed_.try_emplace(index(id), kNoPath);  // a loop ends at kNoPath
  if (!is_new) return at->second;
  PathId folder = walk(target, target.front() == '/' ? kRootPath : parent(id), depth + 1);
  followed_[index(id)] = folder;
  return folder;
}

PathId OwnedPaths::walk(std::string_view path, PathId from, int depth) {
  PathId here = from;
  while (!path.empty() && here != kNoPath) {
    std::string_view name = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), name.size() + 1));
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      if (here != kRootPath) here = parent(here);
      continue;
    }
    here = child(here, name);
    if (here != kNoPath) here = follow(here, depth);
  }
  return here;
}

PathId OwnedPaths::find_folder(std::string_view path, PathId base) {
  if (path.starts_with('/')) base = kRootPath;
  // Databases list a folder's files one after the other.
  if (base == last_base_ && path == last_folder_) return last_id_;
  last_id_ = walk(path, base, 0);
  last_base_ = base;
  last_folder_ = path;
  return last_id_;
}

PathId OwnedPaths::find(std::string_view path, PathId base) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  size_t slash = path.rfind('/');
  std::string_view name = path.substr(slash + 1);  // npos + 1 is 0
  if (name.empty() || name == "." || name == "..") return find_folder(path, base);
  if (slash == std::string_view::npos) return child(base, name);
  return child(find_folder(path.substr(0, slash + (slash == 0 ? 1U : 0U)), base), name);
}

}  // namespace whittle
