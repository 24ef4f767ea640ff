#include "slim/path_walk.h"

#include <string>

namespace whittle {

namespace {

constexpr int kMaxLinks = 40;
constexpr size_t kMaxPathBytes = 64 * 1024;

}  // namespace

NodeId child_of(const MergedTree& tree, NodeId folder, std::string_view name) {
  std::string path = tree.path(folder);
  if (!path.empty()) path.push_back('/');
  return tree.find(path.append(name));
}

uint32_t subtree_end(const MergedTree& tree, NodeId id) {
  for (NodeId here = id; here != kNoNode; here = node_at(tree, here).parent) {
    NodeId next = node_at(tree, here).next_sibling;
    if (next != kNoNode) return static_cast<uint32_t>(next);
  }
  return static_cast<uint32_t>(tree.nodes.size());
}

PathWalk walk_path(const MergedTree& tree, std::string_view path, NodeId from) {
  PathWalk walk;
  if (tree.nodes.empty()) return walk;
  std::string rest(path);
  NodeId here = rest.starts_with('/') ? NodeId{0} : from;
  while (!rest.empty()) {
    size_t slash = rest.find('/');
    std::string part = rest.substr(0, slash);
    rest.erase(0, slash == std::string::npos ? rest.size() : slash + 1);
    if (part.empty() || part == ".") continue;
    if (!is_folder(tree, here)) return walk;
    if (part == "..") {
      if (node_at(tree, here).parent != kNoNode) here = node_at(tree, here).parent;
      continue;
    }
    NodeId next = child_of(tree, here, part);
    if (next == kNoNode) return walk;
    const Entry* entry = entry_of(tree, next);
    if (entry == nullptr || entry->type != EntryType::Symlink) {
      here = next;
      continue;
    }
    walk.links.push_back(next);
    std::string target(tree.layers[node_at(tree, next).entry.layer]->link_target(*entry));
    if (walk.links.size() > kMaxLinks || target.size() + rest.size() > kMaxPathBytes) return walk;
    if (target.starts_with('/')) here = NodeId{0};
    rest = rest.empty() ? target : target + "/" + rest;
  }
  walk.end = here;
  return walk;
}

}  // namespace whittle
