// The end of a merge: the mutable tree becomes the finished one.
#include <algorithm>
#include <utility>

#include "image/merger.h"

namespace whittle {

namespace {

constexpr NodeId kRoot{0};
constexpr uint32_t kNoNumber = UINT32_MAX;

}  // namespace

// The living nodes, depth first, siblings by name. What only the building needs is let go before.
void Merger::compact() {
  table_ = std::vector<uint32_t>();
  links_ = std::vector<std::vector<uint32_t>>();
  layer_paths_ = PathTable();
  std::vector<uint32_t> numbers(tree_.nodes.size(), kNoNumber);
  std::vector<TreeNode> living = living_in_order(numbers);
  auto renumber = [&](NodeId& id) {
    if (id != kNoNode) id = NodeId{numbers[static_cast<uint32_t>(id)]};
  };
  for (TreeNode& node : living) {
    renumber(node.parent);
    renumber(node.first_child);
    renumber(node.next_sibling);
    node.state = 0;
  }
  tree_.nodes = std::move(living);
  if (tree_.nodes.capacity() / 2 > tree_.nodes.size()) tree_.nodes.shrink_to_fit();
}

// Turns the list around, for it has the newest first, and most layers are written in the order of
// their names. Leaves the dead out.
void Merger::sort_children(NodeId folder, std::vector<NodeId>& children) {
  NodeId next = at(folder).first_child;
  if (next == kNoNode) return;
  if ((at(folder).state & kUnsorted) == 0) {
    NodeId last = kNoNode;
    while (next != kNoNode) {
      NodeId before = std::exchange(at(next).next_sibling, last);
      last = std::exchange(next, before);
    }
    at(folder).first_child = last;
    return;
  }
  children.clear();
  for (; next != kNoNode; next = at(next).next_sibling) {
    if (is_alive(at(next))) children.push_back(next);
  }
  std::sort(children.begin(), children.end(), [&](NodeId a, NodeId b) {
    return at(a).name() < at(b).name();
  });
  next = kNoNode;
  for (size_t i = children.size(); i-- > 0;) {
    at(children[i]).next_sibling = next;
    next = children[i];
  }
  at(folder).first_child = next;
}

// Copies of the living, depth first, siblings by name; their places go to `numbers`.
std::vector<TreeNode> Merger::living_in_order(std::vector<uint32_t>& numbers) {
  std::vector<TreeNode> living;
  living.reserve(tree_.nodes.size());
  std::vector<NodeId> children;
  NodeId here = kRoot;
  while (here != kNoNode) {
    numbers[static_cast<uint32_t>(here)] = static_cast<uint32_t>(living.size());
    sort_children(here, children);
    living.push_back(at(here));
    NodeId next = at(here).first_child;
    while (next == kNoNode && here != kNoNode) {
      next = at(here).next_sibling;
      if (next == kNoNode) here = at(here).parent;
    }
    here = next;
  }
  return living;
}

}  // namespace whittle
