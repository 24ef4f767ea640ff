#include "model/tree.h"

#include <algorithm>

namespace whittle {

namespace {

const Entry* stored_file(const MergedTree& tree, const TreeNode& node) {
  if (node.is_implied) return nullptr;
  EntryRef content = tree.content(node);
  const Entry& entry = tree.layers[content.layer]->at(content.entry);
  return entry.type == EntryType::File ? &entry : nullptr;
}

}  // namespace

EntryRef MergedTree::content(const TreeNode& node) const {
  bool is_link = !node.is_implied && !linked.empty() &&
                 layers[node.entry.layer]->at(node.entry.entry).type == EntryType::Hardlink;
  if (!is_link) return node.entry;
  NodeId id = id_of(node);
  auto found =
      std::lower_bound(linked.begin(), linked.end(), id, [](const LinkedName& name, NodeId wanted) {
        return name.node < wanted;
      });
  return found != linked.end() && found->node == id ? found->content : node.entry;
}

std::string MergedTree::path(NodeId node) const {
  std::vector<std::string_view> parts;
  size_t size = 0;
  for (NodeId id = node; id != kNoNode && at(id).parent != kNoNode; id = at(id).parent) {
    parts.push_back(name(id));
    size += parts.back().size() + 1;
  }
  std::string path;
  path.reserve(size);
  for (size_t i = parts.size(); i-- > 0;) {
    path.append(parts[i]);
    if (i > 0) path.push_back('/');
  }
  return path;
}

namespace {

constexpr int kLinearSiblings = 8;

// The node right behind the subtree of `id`, which lies before `end`.
uint32_t behind(const MergedTree& tree, NodeId id, uint32_t end) {
  NodeId next = tree.at(id).next_sibling;
  return next == kNoNode ? end : static_cast<uint32_t>(next);
}

// The child of `folder` of that name. The subtree of `folder` ends before `end`. A few siblings are
// looked at one by one; then the range is halved: nodes stand depth first, so the subtrees of
// siblings follow each other by name.
NodeId child(const MergedTree& tree, NodeId folder, std::string_view name, uint32_t end) {
  NodeId next = tree.at(folder).first_child;
  for (int i = 0; i < kLinearSiblings && next != kNoNode; ++i) {
    int order = tree.name(next).compare(name);
    if (order >= 0) return order == 0 ? next : kNoNode;
    next = tree.at(next).next_sibling;
  }
  if (next == kNoNode) return kNoNode;
  uint32_t begin = static_cast<uint32_t>(next);
  while (begin < end) {
    NodeId middle{begin + (end - begin) / 2};
    while (tree.at(middle).parent != folder) middle = tree.at(middle).parent;
    int order = tree.name(middle).compare(name);
    if (order == 0) return middle;
    if (order < 0) {
      begin = behind(tree, middle, end);
    } else {
      end = static_cast<uint32_t>(middle);
    }
  }
  return kNoNode;
}

}  // namespace

NodeId MergedTree::find(std::string_view wanted) const {
  if (nodes.empty()) return kNoNode;
  NodeId here{0};
  uint32_t end = static_cast<uint32_t>(nodes.size());
  while (!wanted.empty()) {
    std::string_view name = wanted.substr(0, wanted.find('/'));
    wanted.remove_prefix(std::min(wanted.size(), name.size() + 1));
    here = child(*this, here, name, end);
    if (here == kNoNode) return kNoNode;
    end = behind(*this, here, end);
  }
  return here;
}

uint64_t MergedTree::file_count() const {
  uint64_t count = 0;
  for (const TreeNode& node : nodes) count += stored_file(*this, node) != nullptr ? 1U : 0U;
  return count;
}

uint64_t MergedTree::content_bytes() const {
  std::vector<std::vector<bool>> seen;
  for (const LayerIndex* layer : layers) seen.emplace_back(layer->entries.size(), false);
  uint64_t bytes = 0;
  for (const TreeNode& node : nodes) {
    const Entry* file = stored_file(*this, node);
    if (file == nullptr) continue;
    EntryRef ref = content(node);
    auto mark = seen[ref.layer][static_cast<uint32_t>(ref.entry)];
    if (!mark) bytes += file->size_bytes;
    mark = true;
  }
  return bytes;
}

uint64_t MergedTree::hidden_bytes() const {
  uint64_t bytes = 0;
  for (size_t layer = 0; layer < layers.size(); ++layer) {
    std::span<const Entry> entries = layers[layer]->entries;
    for (size_t i = 0; i < entries.size(); ++i) {
      bool is_file = entries[i].type == EntryType::File && entries[i].role == EntryRole::Normal;
      if (is_file && loss[layer][i] != Loss::Kept) bytes += entries[i].size_bytes;
    }
  }
  return bytes;
}

}  // namespace whittle
