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

NodeId MergedTree::find(std::string_view wanted) const {
  if (nodes.empty()) return kNoNode;
  NodeId here{0};
  while (!wanted.empty()) {
    std::string_view name = wanted.substr(0, wanted.find('/'));
    wanted.remove_prefix(std::min(wanted.size(), name.size() + 1));
    NodeId next = at(*this, here).first_child;
    while (next != kNoNode && at(*this, next).name() < name) next = at(*this, next).next_sibling;
    if (next == kNoNode || at(*this, next).name() != name) return kNoNode;
    here = next;
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
    const std::vector<Entry>& entries = layers[layer]->entries;
    for (size_t i = 0; i < entries.size(); ++i) {
      bool is_file = entries[i].type == EntryType::File && entries[i].role == EntryRole::Normal;
      if (is_file && loss[layer][i] != Loss::Kept) bytes += entries[i].size_bytes;
    }
  }
  return bytes;
}

}  // namespace whittle
