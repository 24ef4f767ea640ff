#include "slim/layer_plan.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "model/tree_paths.h"

namespace whittle {

namespace {

using Paths = std::unordered_set<std::string_view>;

// Where in its layer the last normal entry of each path is.
using PathTable = std::unordered_map<std::string_view, uint32_t>;

class LayerPlanner {
 public:
  LayerPlanner(const MergedTree& tree, const KeepSet& keep, const NodeEdits& edits)
      : tree_(tree), paths_(tree), keep_(keep), edits_(edits) {
    for (const LayerIndex* layer : tree.layers) {
      plans_.emplace_back();
      plans_.back().keeps.assign(layer->entries.size(), false);
    }
  }

  std::vector<LayerPlan> run() {
    for (uint32_t i = 0; i < tree_.nodes.size(); ++i) {
      if (keep_.nodes[i].is_kept) need_node(NodeId{i});
    }
    keep_folders();
    keep_whiteouts();
    return std::move(plans_);
  }

 private:
  const Entry& at(EntryRef ref) const { return tree_.layers[ref.layer]->at(ref.entry); }

  std::string_view path(EntryRef ref) const { return tree_.layers[ref.layer]->path(at(ref)); }

  // Returns whether it was not needed before.
  bool need(EntryRef ref) {
    auto mark = plans_[ref.layer].keeps[static_cast<uint32_t>(ref.entry)];
    if (mark) return false;
    mark = true;
    return true;
  }

  void need_node(NodeId id) {
    const TreeNode& node = paths_.at(id);
    if (node.is_implied) return;
    need_with_links(node.entry);
    EntryRef content = paths_.tree().content(node);
    if (!(content == node.entry)) need_hidden(content);
    if (auto edit = edits_.find(static_cast<uint32_t>(id)); edit != edits_.end())
      plans_[content.layer].edits[static_cast<uint32_t>(content.entry)] = edit->second;
  }

  // A hard link and the names it goes through.
  void need_with_links(EntryRef ref) {
    while (need(ref) && at(ref).type == EntryType::Hardlink) {
      EntryRef target = target_of(ref);
      if (target == ref) return;
      note_hidden(target);
      ref = target;
    }
  }

  void need_hidden(EntryRef ref) {
    note_hidden(ref);
    need_with_links(ref);
  }

  // What a dead name hides behind must hide it still: the node there now, or above it.
  void note_hidden(EntryRef ref) {
    std::string_view rest = path(ref);
    while (!rest.empty()) {
      NodeId node = tree_.find(rest);
      if (node != kNoNode) {
        if (!paths_.is_folder(node) || rest == path(ref)) need_node_once(node);
        return;
      }
      size_t slash = rest.rfind('/');
      rest = rest.substr(0, slash == std::string_view::npos ? 0 : slash);
    }
  }

  void need_node_once(NodeId id) {
    const TreeNode& node = paths_.at(id);
    if (!node.is_implied) need_with_links(node.entry);
  }

  const PathTable& table_of(uint32_t layer) {
    auto [at, is_new] = tables_.try_emplace(layer);
    if (!is_new) return at->second;
    const LayerIndex& index = *tree_.layers[layer];
    for (const Entry& entry : index.entries) {
      if (entry.role != EntryRole::Normal || entry.type == EntryType::Directory) continue;
      at->second[index.path(entry)] = static_cast<uint32_t>(index.id_of(entry));
    }
    return at->second;
  }

  // What the link's target was when its layer was laid: in the same layer, else below. Itself for
  // nothing.
  EntryRef target_of(EntryRef link) {
    std::string_view target = tree_.layers[link.layer]->link_target(at(link));
    for (uint32_t layer = link.layer + 1; layer-- > 0;) {
      const PathTable& table = table_of(layer);
      auto found = table.find(target);
      if (found != table.end() && !(layer == link.layer && EntryId{found->second} == link.entry))
        return {layer, EntryId{found->second}};
    }
    return link;
  }

  // Every entry of a folder that stays, also where a later layer names it again.
  void keep_folders() {
    Paths folders;
    for (uint32_t i = 0; i < tree_.nodes.size(); ++i) {
      if (!keep_.nodes[i].is_kept || !paths_.is_folder(NodeId{i})) continue;
      kept_folders_.push_back(tree_.path(NodeId{i}));
    }
    for (const std::string& folder : kept_folders_) folders.insert(folder);
    for (uint32_t layer = 0; layer < tree_.layers.size(); ++layer) {
      const LayerIndex& index = *tree_.layers[layer];
      for (uint32_t i = 0; i < index.entries.size(); ++i) {
        const Entry& entry = index.entries[i];
        bool is_normal = entry.role == EntryRole::Normal && entry.type == EntryType::Directory;
        if (is_normal && folders.contains(index.path(entry))) plans_[layer].keeps[i] = true;
      }
    }
  }

  static void add_with_parents(std::string_view path, Paths& paths) {
    while (paths.insert(path).second && !path.empty()) {
      size_t slash = path.rfind('/');
      path = path.substr(0, slash == std::string_view::npos ? 0 : slash);
    }
  }

  void keep_whiteouts() {
    Paths below;  // of kept entries of lower layers, with their parents
    for (uint32_t layer = 0; layer < tree_.layers.size(); ++layer) {
      const LayerIndex& index = *tree_.layers[layer];
      for (uint32_t i = 0; i < index.entries.size(); ++i) {
        const Entry& entry = index.entries[i];
        if (entry.role != EntryRole::Normal && below.contains(index.path(entry)))
          plans_[layer].keeps[i] = true;
      }
      for (uint32_t i = 0; i < index.entries.size(); ++i) {
        const Entry& entry = index.entries[i];
        if (entry.role == EntryRole::Normal && plans_[layer].keeps[i])
          add_with_parents(index.path(entry), below);
      }
    }
  }

  const MergedTree& tree_;
  TreePaths paths_;
  const KeepSet& keep_;
  const NodeEdits& edits_;
  std::vector<LayerPlan> plans_;
  std::unordered_map<uint32_t, PathTable> tables_;
  std::vector<std::string> kept_folders_;
};

}  // namespace

std::vector<LayerPlan> plan_layers(const MergedTree& tree,
                                   const KeepSet& keep,
                                   const NodeEdits& edits) {
  return LayerPlanner(tree, keep, edits).run();
}

bool is_untouched(const LayerIndex& layer, const LayerPlan& plan) {
  return layer.dropped_bytes == 0 && !plan.has_changes() &&
         std::find(plan.keeps.begin(), plan.keeps.end(), false) == plan.keeps.end();
}

}  // namespace whittle
