#include "model/tree_paths.h"

#include <algorithm>

namespace whittle {

namespace {

constexpr int kMaxHops = 40;  // as Linux
constexpr size_t kMaxPatternBytes = 4096;

uint32_t index(NodeId node) {
  return static_cast<uint32_t>(node);
}

}  // namespace

TreePaths::TreePaths(const MergedTree& tree) : tree_(tree) {
  begins_.assign(tree.nodes.size() + 1, 0);
  children_.reserve(tree.nodes.size());
  for (uint32_t i = 0; i < tree.nodes.size(); ++i) {
    begins_[i] = static_cast<uint32_t>(children_.size());
    for (NodeId child = tree.nodes[i].first_child; child != kNoNode; child = at(child).next_sibling)
      children_.push_back(child);
  }
  begins_[tree.nodes.size()] = static_cast<uint32_t>(children_.size());
}

const Entry* TreePaths::content(NodeId node) const {
  if (at(node).is_implied) return nullptr;
  EntryRef found = tree_.content(node);
  return &tree_.layers[found.layer]->at(found.entry);
}

const Entry* TreePaths::entry(NodeId node) const {
  const TreeNode& found = at(node);
  return found.is_implied ? nullptr : &tree_.layers[found.entry.layer]->at(found.entry.entry);
}

const Entry* TreePaths::file(NodeId node) const {
  const Entry* entry = content(node);
  return entry != nullptr && entry->type == EntryType::File ? entry : nullptr;
}

bool TreePaths::is_folder(NodeId node) const {
  const Entry* entry = content(node);
  return entry == nullptr || entry->type == EntryType::Directory;
}

bool TreePaths::is_link(NodeId node) const {
  const Entry* entry = content(node);
  return entry != nullptr && entry->type == EntryType::Symlink;
}

uint64_t TreePaths::size_of(NodeId node) const {
  return is_file(node) ? content(node)->size_bytes : 0;
}

std::string_view TreePaths::link_target(NodeId node) const {
  if (!is_link(node)) return {};
  return tree_.layers[tree_.content(node).layer]->link_target(*content(node));
}

std::span<const NodeId> TreePaths::children(NodeId folder) const {
  uint32_t begin = begins_[index(folder)];
  return std::span(children_).subspan(begin, begins_[index(folder) + 1] - begin);
}

NodeId TreePaths::child(NodeId folder, std::string_view name) const {
  std::span<const NodeId> all = children(folder);
  auto found =
      std::lower_bound(all.begin(), all.end(), name, [&](NodeId node, std::string_view wanted) {
        return tree_.name(node) < wanted;
      });
  return found != all.end() && tree_.name(*found) == name ? *found : kNoNode;
}

bool TreePaths::is_below(NodeId node, NodeId folder) const {
  while (node != folder && node != kRootNode && node != kNoNode) node = at(node).parent;
  return node == folder;
}

uint32_t TreePaths::subtree_end(NodeId node) const {
  for (NodeId here = node; here != kNoNode; here = at(here).parent) {
    if (at(here).next_sibling != kNoNode) return index(at(here).next_sibling);
  }
  return static_cast<uint32_t>(tree_.nodes.size());
}

// Moves `node` along the path; every link is followed, the last part's too.
bool TreePaths::go(std::string_view path,
                   NodeId& node,
                   std::vector<NodeId>& links,
                   int& hops) const {
  if (path.starts_with('/')) node = kRootNode;
  while (!path.empty()) {
    size_t slash = path.find('/');
    std::string_view name = path.substr(0, slash);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    if (name.empty()) continue;
    if (!is_folder(node)) return false;  // Linux: ENOTDIR, also for "." and ".."
    if (name == ".") continue;
    if (name == "..") {
      if (node != kRootNode) node = at(node).parent;
      continue;
    }
    NodeId next = child(node, name);
    if (next == kNoNode) return false;
    if (is_link(next)) {
      if (--hops < 0) return false;
      links.push_back(next);
      if (!go(link_target(next), node, links, hops)) return false;
    } else {
      node = next;
    }
  }
  return true;
}

PathWalk TreePaths::walk(std::string_view path, NodeId base) const {
  PathWalk walk;
  if (tree_.nodes.empty() || path.size() > kMaxPatternBytes) return walk;
  int hops = kMaxHops;
  NodeId node = base;
  if (go(path, node, walk.links, hops)) walk.end = node;
  return walk;
}

NodeId TreePaths::resolve(std::string_view path, NodeId base, std::vector<NodeId>* links) const {
  PathWalk found = walk(path, base);
  if (links != nullptr && found.end != kNoNode)
    links->insert(links->end(), found.links.begin(), found.links.end());
  return found.end;
}

void TreePaths::add_below(NodeId folder, std::vector<NodeId>& into) const {
  std::vector<NodeId> open(children(folder).rbegin(), children(folder).rend());
  while (!open.empty()) {
    NodeId node = open.back();
    open.pop_back();
    into.push_back(node);
    open.insert(open.end(), children(node).rbegin(), children(node).rend());
  }
}

std::vector<NodeId> TreePaths::expand(std::string_view pattern,
                                      NodeId base,
                                      std::vector<NodeId>* links,
                                      size_t most) const {
  std::vector<NodeId> found;
  size_t star = pattern.find('*');
  if (star == std::string_view::npos) {
    NodeId node = resolve(pattern, base, links);
    if (node != kNoNode) found.push_back(node);
    return found;
  }
  if (pattern.size() > kMaxPatternBytes || tree_.nodes.empty()) return found;
  size_t begin = pattern.rfind('/', star);
  std::string_view before = begin == std::string_view::npos ? "" : pattern.substr(0, begin + 1);
  std::string_view rest = begin == std::string_view::npos ? pattern : pattern.substr(begin + 1);
  NodeId folder = before.empty() ? base : resolve(before, base, links);
  if (folder == kNoNode || !is_folder(folder)) return found;
  size_t slash = rest.find('/');
  std::string_view name = rest.substr(0, slash);
  std::string_view deeper =
      slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  if (name == "**") {
    add_below(folder, found);
    if (found.size() > most) found.resize(most);
    return found;
  }
  for (NodeId child : children(folder)) {
    bool is_hidden = tree_.name(child).starts_with('.') && !name.starts_with('.');
    if (is_hidden || !matches_name(name, tree_.name(child))) continue;
    NodeId node = resolve(tree_.name(child), folder, links);
    if (node == kNoNode || found.size() >= most) continue;
    if (deeper.empty()) {
      found.push_back(node);
    } else if (is_folder(node)) {
      std::vector<NodeId> more = expand(deeper, node, links, most - found.size());
      found.insert(found.end(), more.begin(), more.end());
    }
  }
  return found;
}

NodeId TreePaths::longest(std::string_view path, std::vector<NodeId>* links) const {
  NodeId folder = kRootNode;
  std::vector<NodeId> passed;
  int hops = kMaxHops;
  size_t at_byte = 0;
  while (at_byte < path.size()) {
    size_t begin = path.find_first_not_of('/', at_byte);
    if (begin == std::string_view::npos || !is_folder(folder)) break;
    size_t end = std::min(path.find('/', begin), path.size());
    std::string_view part = path.substr(begin, end - begin);
    NodeId next = folder;
    if (go(part, next, passed, hops) && part != "..") {
      folder = next;
      at_byte = end;
      continue;
    }
    // The name ends within this part: the longest child that it begins with.
    NodeId best = kNoNode;
    for (NodeId node : children(folder)) {
      if (part.starts_with(tree_.name(node)) &&
          (best == kNoNode || tree_.name(node).size() > tree_.name(best).size()))
        best = node;
    }
    if (best == kNoNode) return kNoNode;
    next = folder;
    if (!go(tree_.name(best), next, passed, hops)) return kNoNode;
    folder = next;
    break;
  }
  if (folder == kRootNode) return kNoNode;
  if (links != nullptr) links->insert(links->end(), passed.begin(), passed.end());
  return folder;
}

bool matches_name(std::string_view pattern, std::string_view name) {
  size_t p = 0;
  size_t n = 0;
  size_t star = std::string_view::npos;
  size_t mark = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = n;
    } else if (p < pattern.size() && (pattern[p] == name[n] || pattern[p] == '?')) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace whittle
