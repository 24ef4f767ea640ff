#include "slim/layer_merge.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "codec/tar.h"
#include "model/tree_paths.h"

namespace whittle {

namespace {

using Groups = uint64_t;  // a bit each
constexpr size_t kMaxGroups = 64;

TarType tar_type(EntryType type) {
  switch (type) {
    case EntryType::File:
      return TarType::File;
    case EntryType::Directory:
      return TarType::Directory;
    case EntryType::Symlink:
      return TarType::Symlink;
    case EntryType::Hardlink:
      return TarType::Hardlink;
    case EntryType::CharDevice:
      return TarType::CharDevice;
    case EntryType::BlockDevice:
      return TarType::BlockDevice;
    case EntryType::Fifo:
      return TarType::Fifo;
  }
  return TarType::File;
}

class MergePlanner {
 public:
  MergePlanner(const MergedTree& tree,
               const KeepSet& keep,
               const NodeEdits& edits,
               const std::vector<uint32_t>& group_ends)
      : tree_(tree), paths_(tree), keep_(keep), edits_(edits), ends_(group_ends) {
    CHECK(!ends_.empty() && ends_.size() <= kMaxGroups);
    CHECK(ends_.back() == tree.layers.size());
    plans_.resize(ends_.size());
    parts_.resize(ends_.size());
    links_.resize(ends_.size());
    below_.resize(tree.nodes.size());
  }

  std::vector<MergedLayerPlan> run() {
    for (uint32_t i = 0; i < tree_.nodes.size(); ++i) {
      bool is_named = keep_.nodes[i].is_kept && !tree_.nodes[i].is_implied;
      if (!is_named || paths_.is_folder(NodeId{i})) continue;
      EntryRef content = tree_.content(tree_.nodes[i]);
      contents_[{content.layer, content.entry}].push_back(NodeId{i});
    }
    for (auto& [key, names] : contents_) place({key.first, key.second}, names);
    note_folders();
    place_folders();
    for (size_t g = 0; g < plans_.size(); ++g) {
      for (auto& [layer, plan] : parts_[g]) plans_[g].parts.push_back({layer, std::move(plan)});
      for (const auto& [ref, header] : links_[g]) plans_[g].links += header;
    }
    return std::move(plans_);
  }

 private:
  const Entry& at(EntryRef ref) const { return tree_.layers[ref.layer]->at(ref.entry); }

  uint32_t group_of(uint32_t layer) const {
    return static_cast<uint32_t>(std::upper_bound(ends_.begin(), ends_.end(), layer) -
                                 ends_.begin());
  }

  uint32_t group_of(NodeId node) const { return group_of(paths_.at(node).entry.layer); }

  // One file, link or device with all its names.
  void place(EntryRef content, const std::vector<NodeId>& names) {
    uint32_t home = group_of(content.layer);
    std::optional<NodeId> main = store(content, names, home);
    for (uint32_t g = 0; g < plans_.size(); ++g) {
      // A group above has a copy of its own where no name is left below.
      std::optional<NodeId> target = main || g == home ? main : store(content, names, g);
      for (NodeId name : names) {
        if (group_of(name) != g) continue;
        note_place(name, g);
        if (name != target) add_link(name, *target, g);
      }
    }
  }

  // Stores the content in a group under one of its names there, its own first; none has none.
  std::optional<NodeId> store(EntryRef content, const std::vector<NodeId>& names, uint32_t group) {
    std::optional<NodeId> chosen;
    for (NodeId name : names) {
      if (group_of(name) != group) continue;
      bool is_own = paths_.at(name).entry == content;
      if (!chosen || is_own) chosen = name;
      if (is_own) break;
    }
    if (!chosen) return chosen;
    LayerPlan& plan = parts_[group][content.layer];
    plan.keeps.resize(tree_.layers[content.layer]->entries.size(), false);
    auto entry = static_cast<uint32_t>(content.entry);
    plan.keeps[entry] = true;
    std::string path = tree_.path(*chosen);
    if (path != tree_.layers[content.layer]->path(at(content))) plan.paths[entry] = std::move(path);
    for (NodeId name : names) {
      auto edit = edits_.find(static_cast<uint32_t>(name));
      if (edit != edits_.end()) plan.edits[entry] = edit->second;
    }
    return chosen;
  }

  // In the order of the layers and of their entries, as the names came about.
  void add_link(NodeId name, NodeId target, uint32_t group) {
    EntryRef ref = paths_.at(name).entry;
    TarEntry header = header_of(ref, tree_.path(name));
    header.type = TarType::Hardlink;
    header.link_target = tree_.path(target);
    links_[group].emplace(std::pair(ref.layer, ref.entry), tar_header(header));
  }

  void note_place(NodeId node, uint32_t group) {
    NodeId parent = paths_.at(node).parent;
    if (parent != kNoNode) below_[static_cast<uint32_t>(parent)] |= Groups{1} << group;
  }

  TarEntry header_of(EntryRef ref, std::string path) const {
    const LayerIndex& layer = *tree_.layers[ref.layer];
    const Entry& entry = at(ref);
    TarEntry header;
    header.type = tar_type(entry.type);
    header.path = std::move(path);
    header.mode = entry.mode;
    header.uid = entry.uid;
    header.gid = entry.gid;
    header.mtime_seconds = entry.mtime_seconds;
    header.mtime_nanoseconds = layer.mtime_nanoseconds_of(entry);
    for (const Xattr& xattr : layer.xattrs_of(entry))
      header.xattrs.push_back(
          {std::string(layer.name(xattr.name)), std::string(layer.name(xattr.value))});
    return header;
  }

  // What each layer says of the folders that stay.
  void note_folders() {
    for (uint32_t layer = 0; layer < tree_.layers.size(); ++layer) {
      const LayerIndex& index = *tree_.layers[layer];
      for (uint32_t i = 0; i < index.entries.size(); ++i) {
        const Entry& entry = index.entries[i];
        bool is_folder = entry.role == EntryRole::Normal && entry.type == EntryType::Directory;
        NodeId node = is_folder ? tree_.find(index.path(entry)) : kNoNode;
        bool stays = node != kNoNode && keep_.at(node).is_kept && paths_.is_folder(node);
        if (stays) said_[{node, group_of(layer)}] = {layer, EntryId{i}};
      }
    }
    for (uint32_t i = 0; i < tree_.nodes.size(); ++i) {
      NodeId node{i};
      bool is_named = keep_.nodes[i].is_kept && !tree_.nodes[i].is_implied;
      if (is_named && paths_.is_folder(node)) said_[{node, group_of(node)}] = paths_.at(node).entry;
    }
  }

  // What a folder is like once the layers of a group and those below are laid.
  std::optional<EntryRef> attributes(NodeId folder, uint32_t group) const {
    auto next = said_.upper_bound({folder, group});
    if (next == said_.begin()) return std::nullopt;
    --next;
    return next->first.first == folder ? std::optional(next->second) : std::nullopt;
  }

  // Children come behind their parents in the tree.
  void place_folders() {
    std::vector<std::vector<NodeId>> folders(plans_.size());
    for (auto i = static_cast<uint32_t>(tree_.nodes.size()); i-- > 0;) {
      NodeId node{i};
      if (!keep_.nodes[i].is_kept || !paths_.is_folder(node)) continue;
      Groups groups = below_[i];
      if (!tree_.nodes[i].is_implied) {
        uint32_t home = group_of(node);
        Groups at_or_below = (Groups{2} << home) - 1;
        if (groups == 0 || (groups & at_or_below) != 0) groups |= Groups{1} << home;
      }
      for (uint32_t g = 0; g < plans_.size(); ++g) {
        if ((groups >> g & 1) == 0) continue;
        note_place(node, g);
        folders[g].push_back(node);
      }
    }
    for (uint32_t g = 0; g < plans_.size(); ++g) {
      for (size_t i = folders[g].size(); i-- > 0;) add_folder(folders[g][i], g);
    }
  }

  void add_folder(NodeId node, uint32_t group) {
    std::optional<EntryRef> said = attributes(node, group);
    if (!said) return;
    std::string path = node == kRootNode ? "." : tree_.path(node);
    plans_[group].folders += tar_header(header_of(*said, path + "/"));
  }

  const MergedTree& tree_;
  TreePaths paths_;
  const KeepSet& keep_;
  const NodeEdits& edits_;
  const std::vector<uint32_t>& ends_;
  std::vector<MergedLayerPlan> plans_;
  std::map<std::pair<uint32_t, EntryId>, std::vector<NodeId>> contents_;
  std::vector<std::map<uint32_t, LayerPlan>> parts_;                        // [group]
  std::vector<std::map<std::pair<uint32_t, EntryId>, std::string>> links_;  // [group]
  std::vector<Groups> below_;                                               // [node]
  std::map<std::pair<NodeId, uint32_t>, EntryRef> said_;  // of a folder, by a group
};

}  // namespace

std::vector<MergedLayerPlan> plan_merged_layers(const MergedTree& tree,
                                                const KeepSet& keep,
                                                const NodeEdits& edits,
                                                const std::vector<uint32_t>& group_ends) {
  return MergePlanner(tree, keep, edits, group_ends).run();
}

}  // namespace whittle
