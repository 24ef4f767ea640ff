// Paths of the merged tree as a program in the container sees them: links are followed, patterns
// are expanded. Immutable; look-ups are thread-safe.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>
#include <vector>

#include "model/tree.h"

namespace whittle {

inline constexpr NodeId kRootNode{0};

// Where a path leads.
struct PathWalk {
  NodeId end = kNoNode;       // all links followed; kNoNode: nowhere
  std::vector<NodeId> links;  // in the order they were met; also of a path that leads nowhere
};

class TreePaths {
 public:
  // Refers to the tree, which has a root or no node at all.
  explicit TreePaths(const MergedTree& tree);

  const MergedTree& tree() const { return tree_; }

  const TreeNode& at(NodeId node) const { return tree_.at(node); }

  std::string_view name(NodeId node) const { return tree_.name(node); }

  // What the node has its attributes from; null for a folder that no entry names.
  const Entry* entry(NodeId node) const;
  // The regular file whose content the node's name leads to; null for everything else.
  const Entry* file(NodeId node) const;

  bool is_folder(NodeId node) const;

  bool is_file(NodeId node) const { return file(node) != nullptr; }

  bool is_link(NodeId node) const;
  uint64_t size_of(NodeId node) const;              // of a file's content
  std::string_view link_target(NodeId node) const;  // "" for no link

  // By name.
  std::span<const NodeId> children(NodeId folder) const;
  // No link is followed; kNoNode if there is none.
  NodeId child(NodeId folder, std::string_view name) const;
  bool is_below(NodeId node, NodeId folder) const;  // or the folder itself
  // Behind the last node below it: nodes stand depth first, so what is in a folder is a range.
  uint32_t subtree_end(NodeId node) const;

  // As a process in a container would go: absolute paths and targets begin at the root, others at
  // `base`; ".." never leaves the root; after 40 links, or behind a file, it leads nowhere.
  PathWalk walk(std::string_view path, NodeId base = kRootNode) const;
  // The end of walk(). The links on the way are appended where it leads somewhere.
  NodeId resolve(std::string_view path, NodeId base, std::vector<NodeId>* links = nullptr) const;
  // The same for a pattern: "*" and "?" as in matches_name(), "**" as the last part everything
  // below.
  // At most `most` results, in the order of names.
  std::vector<NodeId> expand(std::string_view pattern,
                             NodeId base,
                             std::vector<NodeId>* links = nullptr,
                             size_t most = 200'000) const;
  // The longest beginning of the path that exists and ends at the end of a name.
  NodeId longest(std::string_view path, std::vector<NodeId>* links = nullptr) const;
  // Everything below, without the folder itself.
  void add_below(NodeId folder, std::vector<NodeId>& into) const;

 private:
  const Entry* content(NodeId node) const;
  bool go(std::string_view path, NodeId& node, std::vector<NodeId>& links, int& hops) const;

  const MergedTree& tree_;
  std::vector<uint32_t> begins_;  // by node: into children_; one more at the end
  std::vector<NodeId> children_;
};

// "*" stands for any bytes, "?" for one; of names, so neither for '/'.
bool matches_name(std::string_view pattern, std::string_view name);

template <size_t kCount>
bool matches_any(std::string_view name, const std::string_view (&patterns)[kCount]) {
  return std::any_of(std::begin(patterns), std::end(patterns), [&](std::string_view pattern) {
    return matches_name(pattern, name);
  });
}

}  // namespace whittle
