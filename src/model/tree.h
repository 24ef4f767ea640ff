// The merged tree: what a container sees of the layers laid over each other, and what happened to
// everything else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/layer_index.h"

namespace whittle {

enum class NodeId : uint32_t {};
inline constexpr NodeId kNoNode{UINT32_MAX};

// An entry of a layer of the image.
struct EntryRef {
  uint32_t layer = 0;
  EntryId entry{};
  bool operator==(const EntryRef&) const = default;
};

// 28 bytes: an image has hundreds of thousands of them.
struct TreeNode {
  EntryRef entry;  // where its attributes come from; of an implied one, only the layer counts
  uint32_t name_begin = 0;  // in the names of the entry's layer
  NodeId parent = kNoNode;
  NodeId first_child = kNoNode;
  NodeId next_sibling = kNoNode;  // by name
  uint16_t name_size = 0;
  uint8_t state = 0;        // whoever builds the tree keeps notes here
  bool is_implied = false;  // a directory no entry names
};

static_assert(sizeof(TreeNode) == 28);

// A name whose entry is a hard link to a file of the tree.
struct LinkedName {
  NodeId node{};
  EntryRef content;  // the file that all its links lead to
};

// Why the content of an entry is in no file of the merged tree.
enum class Loss : uint8_t {
  Kept,
  Deleted,
  Replaced,
  Shadowed /* in its own layer */,
  Hidden /* by an opaque directory */
};

// Refers to the layer indexes it was made from: they must outlive it.
struct MergedTree {
  std::vector<const LayerIndex*> layers;
  std::vector<TreeNode> nodes;  // nodes[0] is the root; depth first, siblings by name (bytes)
  std::vector<std::vector<Loss>> loss;  // [layer][entry]
  std::vector<std::vector<uint16_t>>
      killer;  // [layer][entry]: the layer that ended it; only where loss is not Kept
  std::vector<LinkedName> linked;  // by node

  const TreeNode& at(NodeId node) const { return nodes[static_cast<uint32_t>(node)]; }

  // Those below take a node of this tree itself, not a copy.
  NodeId id_of(const TreeNode& node) const {
    return NodeId{static_cast<uint32_t>(&node - nodes.data())};
  }

  // "" for the root.
  std::string_view name(const TreeNode& node) const {
    if (node.name_size == 0) return {};
    return layers[node.entry.layer]->name({node.name_begin, node.name_size});
  }

  std::string_view name(NodeId node) const { return name(at(node)); }

  // A file's content: that of the entry itself, or of the file its hard links lead to.
  EntryRef content(const TreeNode& node) const;

  EntryRef content(NodeId node) const { return content(at(node)); }

  std::string path(NodeId node) const;  // "" for the root
  NodeId find(
      std::string_view path) const;  // kNoNode if absent; clean relative path, no link is followed
  uint64_t file_count() const;       // names of regular files; every hard link counts
  uint64_t content_bytes() const;    // content of them, every inode once
  uint64_t hidden_bytes() const;     // content of stored files that no name reaches
};

}  // namespace whittle
