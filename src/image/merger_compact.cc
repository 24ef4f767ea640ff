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
  table_ = NameTable(0);
  links_ = std::vector<std::vector<uint32_t>>();
  layer_paths_ = PathTable();
  std::vector<uint32_t> numbers(tree_.nodes.size(), kNoNumber);
  uint32_t living = number_living(numbers);
  list_linked(numbers);
  auto renumber = [&](NodeId& id) {
    if (id != kNoNode) id = NodeId{numbers[static_cast<uint32_t>(id)]};
  };
  for (size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] == kNoNumber) continue;
    TreeNode& node = tree_.nodes[i];
    renumber(node.parent);
    renumber(node.first_child);
    renumber(node.next_sibling);
    node.state = 0;
  }
  move_to_places(numbers);
  tree_.nodes.resize(living);
  if (tree_.nodes.capacity() / 2 > tree_.nodes.size()) tree_.nodes.shrink_to_fit();
}

void Merger::list_linked(const std::vector<uint32_t>& numbers) {
  for (const auto& [node, content] : contents_) {
    if (numbers[node] != kNoNumber) tree_.linked.push_back({NodeId{numbers[node]}, content});
  }
  std::sort(tree_.linked.begin(), tree_.linked.end(), [](const LinkedName& a, const auto& b) {
    return a.node < b.node;
  });
  contents_ = {};
}

// Every swap brings one node to its place, so that no second copy of all is needed.
void Merger::move_to_places(std::vector<uint32_t>& numbers) {
  for (uint32_t i = 0; i < numbers.size(); ++i) {
    while (numbers[i] != kNoNumber && numbers[i] != i) {
      uint32_t place = numbers[i];
      std::swap(tree_.nodes[i], tree_.nodes[place]);
      std::swap(numbers[i], numbers[place]);
    }
  }
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
    return name_of(at(a)) < name_of(at(b));
  });
  next = kNoNode;
  for (size_t i = children.size(); i-- > 0;) {
    at(children[i]).next_sibling = next;
    next = children[i];
  }
  at(folder).first_child = next;
}

// The places of the living, depth first, siblings by name. Returns how many there are.
uint32_t Merger::number_living(std::vector<uint32_t>& numbers) {
  uint32_t count = 0;
  std::vector<NodeId> children;
  NodeId here = kRoot;
  while (here != kNoNode) {
    numbers[static_cast<uint32_t>(here)] = count++;
    sort_children(here, children);
    NodeId next = at(here).first_child;
    while (next == kNoNode && here != kNoNode) {
      next = at(here).next_sibling;
      if (next == kNoNode) here = at(here).parent;
    }
    here = next;
  }
  return count;
}

}  // namespace whittle
