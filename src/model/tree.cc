#include "model/tree.h"

#include <algorithm>

namespace whittle {

namespace {

const TreeNode& at(const MergedTree& tree, NodeId id) {
  return tree.nodes[static_cast<uint32_t>(id)];
}

const Entry* stored_file(const MergedTree& tree, const TreeNode& node) {
  if (node.is_implied) return nullptr;
  const Entry& entry =
      tree.layers[node.content.layer]->entries[static_cast<uint32_t>(node.content.entry)];
  return entry.type == EntryType::File ? &entry : nullptr;
}

}  // namespace

std::string MergedTree::path(NodeId node) const {
  std::vector<std::string_view> parts;
  size_t size = 0;
  for (NodeId id = node; id != kNoNode && at(*this, id).parent != kNoNode;
       id = at(*this, id).parent) {
    parts.push_back(at(*this, id).name());
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
  NodeId next = at(tree, id).next_sibling;
  return next == kNoNode ? end : static_cast<uint32_t>(next);
}

// The child of `folder` of that name. The subtree of `folder` ends before `end`. A few siblings are
// looked at one by one; then the range is halved: nodes stand depth first, so the subtrees of
// siblings follow each other by name.
NodeId child(const MergedTree& tree, NodeId folder, std::string_view name, uint32_t end) {
  NodeId next = at(tree, folder).first_child;
  for (int i = 0; i < kLinearSiblings && next != kNoNode; ++i) {
    int order = at(tree, next).name().compare(name);
    if (order >= 0) return order == 0 ? next : kNoNode;
    next = at(tree, next).next_sibling;
  }
  if (next == kNoNode) return kNoNode;
  uint32_t begin = static_cast<uint32_t>(next);
  while (begin < end) {
    NodeId middle{begin + (end - begin) / 2};
    while (at(tree, middle).parent != folder) middle = at(tree, middle).parent;
    int order = at(tree, middle).name().compare(name);
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
    auto mark = seen[node.content.layer][static_cast<uint32_t>(node.content.entry)];
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
