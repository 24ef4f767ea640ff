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

// 40 bytes: an image has hundreds of thousands of them.
struct TreeNode {
  const char* name_data = nullptr;  // into the layer's index
  NodeId parent = kNoNode;
  NodeId first_child = kNoNode;
  NodeId next_sibling = kNoNode;  // by name
  EntryRef entry;                 // where its attributes come from
  EntryRef content;  // a file's content: the entry itself, or the file its hard links lead to
  uint16_t name_size = 0;
  uint8_t state = 0;        // whoever builds the tree keeps notes here
  bool is_implied = false;  // a directory no entry names

  std::string_view name() const { return {name_data, name_size}; }
};

static_assert(sizeof(TreeNode) == 40);

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

  std::string path(NodeId node) const;  // "" for the root
  NodeId find(
      std::string_view path) const;  // kNoNode if absent; clean relative path, no link is followed
  uint64_t file_count() const;       // names of regular files; every hard link counts
  uint64_t content_bytes() const;    // content of them, every inode once
  uint64_t hidden_bytes() const;     // content of stored files that no name reaches
};

}  // namespace whittle
