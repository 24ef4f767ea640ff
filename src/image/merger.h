// Inside of image: the mutable tree that layers are laid over each other in, and its compaction to
// a MergedTree.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "model/tree.h"

namespace whittle {

class Merger {
 public:
  explicit Merger(const std::vector<const LayerIndex*>& layers);
  Result<MergedTree> run();

 private:
  // A name of the tree, alive or not: a name that comes again takes its old place.
  struct Node {
    NodeId parent = kNoNode;
    NodeId first_child = kNoNode;
    NodeId next_sibling = kNoNode;
    std::string_view name;
    EntryRef entry;
    EntryRef content;
    EntryType type = EntryType::Directory;
    bool is_implied = true;
    bool is_alive = true;
    bool is_linked = true;  // in the list of its parent's children
  };
  enum class IfMissing { Create, GiveUp };

  Node& at(NodeId id) { return nodes_[static_cast<uint32_t>(id)]; }

  const Entry& entry_of(EntryRef ref) const;
  std::string_view path_of(EntryRef ref) const;
  Error invalid(EntryRef ref, std::string_view why) const;

  Status apply_layer(uint32_t layer);
  Status apply_whiteout(EntryRef ref);
  Status apply_entry(EntryRef ref);
  Status apply_root(EntryRef ref);
  Result<NodeId> find_link_target(EntryRef ref);
  void place(NodeId id, EntryRef ref, NodeId link_target);

  Result<NodeId> parent_folder(EntryRef ref, std::string_view folder);
  Result<NodeId> walk(EntryRef ref, std::string_view folder, IfMissing if_missing);
  bool replaces_link(EntryRef ref, std::string_view path);

  NodeId child(NodeId parent, std::string_view name) const;
  Result<NodeId> child_or_new(NodeId parent, std::string_view name);
  void link_to_parent(NodeId id);
  void grow_table();
  size_t slot_of(NodeId parent, std::string_view name) const;

  void remove(NodeId id, uint32_t killer, Loss loss);
  void remove_children(NodeId id, uint32_t killer, Loss loss);
  void end_name(Node& node, uint32_t killer, Loss loss);
  void lose(EntryRef ref, uint32_t killer, Loss loss);
  void compact();

  MergedTree tree_;
  std::vector<Node> nodes_;
  std::vector<uint32_t> table_;               // open-addressed: node + 1
  std::vector<std::vector<uint32_t>> links_;  // [layer][entry]: living names of an inode
  std::string_view cached_folder_;
  NodeId cached_node_ = kNoNode;
  uint64_t steps_ = 0;
  std::unordered_set<std::string_view>
      layer_paths_;  // of the layer at hand, when a whiteout needs them
  uint32_t layer_paths_of_ = UINT32_MAX;
};

}  // namespace whittle
