// Inside of slim: where a path leads in a merged tree, and every link on the way.
#pragma once

#include <string_view>
#include <vector>

#include "model/tree.h"

namespace whittle {

struct PathWalk {
  NodeId end = kNoNode;       // what the path leads to, all links followed; kNoNode: nothing
  std::vector<NodeId> links;  // in the order they were met; also of a path that leads to nothing
};

// As a process in a container would: absolute targets begin at the tree's root, ".." never leaves
// it, and after 40 links it gives up (Linux: ELOOP). `from` is the folder of a relative path.
PathWalk walk_path(const MergedTree& tree, std::string_view path, NodeId from = NodeId{0});

// The child of that name; kNoNode if there is none.
NodeId child_of(const MergedTree& tree, NodeId folder, std::string_view name);

// Behind the last node below it: nodes stand depth first, so a subtree is a range.
uint32_t subtree_end(const MergedTree& tree, NodeId id);

inline const TreeNode& node_at(const MergedTree& tree, NodeId id) {
  return tree.nodes[static_cast<uint32_t>(id)];
}

// The entry a node has its attributes from; null for a folder that no entry names.
inline const Entry* entry_of(const MergedTree& tree, NodeId id) {
  const TreeNode& node = node_at(tree, id);
  return node.is_implied ? nullptr : &tree.layers[node.entry.layer]->at(node.entry.entry);
}

inline bool is_folder(const MergedTree& tree, NodeId id) {
  const Entry* entry = entry_of(tree, id);
  return entry == nullptr || entry->type == EntryType::Directory;
}

// The regular file whose content the node's name leads to; null for everything else.
inline const Entry* file_of(const MergedTree& tree, NodeId id) {
  const TreeNode& node = node_at(tree, id);
  if (node.is_implied) return nullptr;
  const Entry& content = tree.layers[node.content.layer]->at(node.content.entry);
  return content.type == EntryType::File ? &content : nullptr;
}

}  // namespace whittle
