// Inside of image: the mutable tree that layers are laid over each other in, and its compaction to
// a MergedTree.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/name_table.h"
#include "base/result.h"
#include "image/path_table.h"
#include "model/tree.h"

namespace whittle {

class Merger {
 public:
  explicit Merger(const std::vector<const LayerIndex*>& layers);
  Result<MergedTree> run();

 private:
  // TreeNode::state of a name of the tree, alive or not: a name that comes again takes its old
  // place.
  static constexpr uint8_t kTypeMask = 7;
  static constexpr uint8_t kAlive = 8;
  static constexpr uint8_t kLinked = 16;  // in the list of its parent's children
  // A folder whose children are in its list only, not in the table: most folders are never looked
  // into by another layer.
  static constexpr uint8_t kUnindexed = 32;
  // A folder whose list of children is not as it must be, the newest first: by name, all alive.
  static constexpr uint8_t kUnsorted = 64;
  static constexpr uint8_t kHardLink = 128;  // its content is in contents_
  enum class IfMissing { Create, GiveUp };

  TreeNode& at(NodeId id) { return tree_.nodes[static_cast<uint32_t>(id)]; }

  static EntryType type_of(const TreeNode& node) { return EntryType(node.state & kTypeMask); }

  static bool is_alive(const TreeNode& node) { return (node.state & kAlive) != 0; }

  static void set_type(TreeNode& node, EntryType type) {
    node.state = static_cast<uint8_t>((node.state & ~kTypeMask) | static_cast<uint8_t>(type));
  }

  std::string_view name_of(const TreeNode& node) const {
    return {names_[node.entry.layer] + node.name_begin, node.name_size};
  }

  EntryRef content_of(const TreeNode& node) const;
  const Entry& entry_of(EntryRef ref) const;
  std::string_view path_of(EntryRef ref) const;
  Error invalid(EntryRef ref, std::string_view why) const;

  Status apply_layer(uint32_t layer);
  Status apply_whiteout(EntryRef ref);
  Status apply_entry(EntryRef ref);
  Status apply_root(EntryRef ref);
  Result<NodeId> find_link_target(EntryRef ref);
  void place(NodeId id, EntryRef ref, NodeId link_target);
  void set_content(TreeNode& node, NodeId link_target);

  Result<NodeId> parent_folder(EntryRef ref, std::string_view folder);
  Result<NodeId> walk(EntryRef ref, NodeId here, std::string_view folder, IfMissing if_missing);
  bool replaces_link(EntryRef ref, std::string_view path);

  NodeId child(NodeId parent, std::string_view name);
  Result<NodeId> child_or_new(NodeId parent, std::string_view name, uint32_t layer);
  Result<NodeId> new_node(NodeId parent, std::string_view name, uint32_t layer);
  void link_to_parent(NodeId id);
  void index_children(NodeId folder);
  void add_to_table(NodeId id);
  NameTable::Place place_of(NodeId parent, std::string_view name) const;

  void remove(NodeId id, uint32_t killer, Loss loss);
  void remove_children(NodeId id, uint32_t killer, Loss loss);
  void end_name(TreeNode& node, uint32_t killer, Loss loss);
  void lose(EntryRef ref, uint32_t killer, Loss loss);
  uint32_t& names_of(EntryRef content);
  void compact();
  void sort_children(NodeId folder, std::vector<NodeId>& children);
  void list_linked(const std::vector<uint32_t>& numbers);
  uint32_t number_living(std::vector<uint32_t>& numbers);
  void move_to_places(std::vector<uint32_t>& numbers);

  MergedTree tree_;
  std::vector<const char*> names_;                   // of the layers
  std::unordered_map<uint32_t, EntryRef> contents_;  // by node, of hard links
  NameTable table_;
  // Nodes from this one on are of the layer at hand.
  NodeId first_of_layer_ = NodeId{0};
  // No name of the layer at hand came twice so far, by whatever way: a folder that it made has no
  // child that another entry of it would name.
  bool is_each_name_new_ = false;
  // [layer][entry]: living names of an inode; empty for a layer without hard links to its files,
  // where each has one.
  std::vector<std::vector<uint32_t>> links_;

  struct Folder {
    std::string_view path;
    NodeId node;
  };

  std::vector<Folder> cached_;  // the folders above the last entry, as long as none is removed
  bool has_unread_ = false;     // a layer whose entries nobody knows
  uint64_t steps_ = 0;
  PathTable layer_paths_;  // of the layer at hand, when a whiteout needs them
  uint32_t layer_paths_of_ = UINT32_MAX;
};

}  // namespace whittle
