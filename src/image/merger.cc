#include "image/merger.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/name_hash.h"
#include "base/strings.h"

namespace whittle {

namespace {

constexpr size_t kMaxNodes = 10'000'000;       // names of the tree, folders that no entry names too
constexpr uint64_t kMaxSteps = 1'000'000'000;  // path components looked up
constexpr int kMaxLinkHops = 40;               // as Linux
constexpr size_t kMaxFollowedLinkBytes = 4'096;  // as Linux (PATH_MAX)
constexpr size_t kMaxLayers = UINT16_MAX;
constexpr NodeId kRoot{0};

// "a/b/c" to "a/b" and "c".
std::string_view folder_of(std::string_view path) {
  size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view base_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

Merger::Merger(const std::vector<const LayerIndex*>& layers) : nodes_(1), table_(1024, 0) {
  tree_.layers = layers;
  for (const LayerIndex* layer : layers) {
    tree_.loss.emplace_back(layer->entries.size(), Loss::Kept);
    tree_.killer.emplace_back(layer->entries.size(), 0);
    links_.emplace_back(layer->entries.size(), 0);
  }
}

const Entry& Merger::entry_of(EntryRef ref) const {
  return tree_.layers[ref.layer]->entries[static_cast<uint32_t>(ref.entry)];
}

std::string_view Merger::path_of(EntryRef ref) const {
  return tree_.layers[ref.layer]->path(entry_of(ref));
}

Error Merger::invalid(EntryRef ref, std::string_view why) const {
  constexpr size_t kShown = 200;
  return Error(
      ErrorKind::Invalid,
      fmt::format(
          "layer {}: `{}` {}", ref.layer + 1, printable(path_of(ref).substr(0, kShown)), why));
}

Result<MergedTree> Merger::run() {
  if (tree_.layers.size() > kMaxLayers) return Error(ErrorKind::Limit, "too many layers");
  for (uint32_t layer = 0; layer < tree_.layers.size(); ++layer) TRY(apply_layer(layer));
  compact();
  return std::move(tree_);
}

// Whiteouts act on lower layers only, so they go first wherever they stand in the archive.
Status Merger::apply_layer(uint32_t layer) {
  const std::vector<Entry>& entries = tree_.layers[layer]->entries;
  cached_node_ = kNoNode;
  for (int pass = 0; pass < 2; ++pass) {
    for (uint32_t i = 0; i < entries.size(); ++i) {
      EntryRef ref{layer, EntryId{i}};
      bool is_normal = entries[i].role == EntryRole::Normal;
      if (pass == 0 && !is_normal) TRY(apply_whiteout(ref));
      if (pass == 1 && is_normal) TRY(apply_entry(ref));
    }
  }
  return {};
}

Status Merger::apply_whiteout(EntryRef ref) {
  std::string_view path = path_of(ref);
  bool is_opaque = entry_of(ref).role == EntryRole::Opaque;
  TRY_ASSIGN(NodeId folder, walk(ref, is_opaque ? path : folder_of(path), IfMissing::GiveUp));
  if (folder == kNoNode) return {};
  if (is_opaque) {
    remove_children(folder, ref.layer, Loss::Hidden);
    return {};
  }
  NodeId victim = child(folder, base_of(path));
  if (victim != kNoNode) remove(victim, ref.layer, Loss::Deleted);
  return {};
}

Status Merger::apply_root(EntryRef ref) {
  Node& root = at(kRoot);
  if (!root.is_implied) lose(root.entry, ref.layer, Loss::Replaced);
  root.entry = root.content = ref;
  root.is_implied = false;
  return {};
}

Status Merger::apply_entry(EntryRef ref) {
  std::string_view path = path_of(ref);
  if (path.empty()) return apply_root(ref);
  TRY_ASSIGN(NodeId folder, parent_folder(ref, folder_of(path)));
  NodeId target = kNoNode;
  if (entry_of(ref).type == EntryType::Hardlink) {
    TRY_ASSIGN(target, find_link_target(ref));
    if (target == child(folder, base_of(path))) return invalid(ref, "is a hard link to itself");
  }
  TRY_ASSIGN(NodeId id, child_or_new(folder, base_of(path)));
  bool is_folder = entry_of(ref).type == EntryType::Directory;
  if (at(id).is_alive && is_folder && at(id).type == EntryType::Directory) {
    if (!at(id).is_implied) lose(at(id).entry, ref.layer, Loss::Replaced);
  } else if (at(id).is_alive) {
    remove(id, ref.layer, Loss::Replaced);
  }
  if (target != kNoNode && !at(target).is_alive)
    return invalid(ref, "replaces what it is a hard link to");
  place(id, ref, target);
  return {};
}

void Merger::place(NodeId id, EntryRef ref, NodeId link_target) {
  Node& node = at(id);
  node.entry = ref;
  node.content = link_target == kNoNode ? ref : at(link_target).content;
  node.type = link_target == kNoNode ? entry_of(ref).type : at(link_target).type;
  node.is_implied = false;
  node.is_alive = true;
  link_to_parent(id);
  if (node.type != EntryType::Directory) {
    ++links_[node.content.layer][static_cast<uint32_t>(node.content.entry)];
  }
}

// The name a hard link leads to: below its folder, links followed there but not at the end.
Result<NodeId> Merger::find_link_target(EntryRef ref) {
  std::string_view path = tree_.layers[ref.layer]->link_target(entry_of(ref));
  TRY_ASSIGN(NodeId folder, walk(ref, folder_of(path), IfMissing::GiveUp));
  NodeId target = folder == kNoNode || path.empty() ? kNoNode : child(folder, base_of(path));
  if (target == kNoNode)
    return invalid(
        ref,
        fmt::format("is a hard link to `{}`, which is not there", printable(path.substr(0, 200))));
  if (at(target).type == EntryType::Directory) return invalid(ref, "is a hard link to a folder");
  return target;
}

// walk() with a memory: entries of one folder follow each other.
Result<NodeId> Merger::parent_folder(EntryRef ref, std::string_view folder) {
  if (folder.empty()) return kRoot;
  if (cached_node_ != kNoNode && cached_folder_ == folder) return cached_node_;
  TRY_ASSIGN(NodeId node, walk(ref, folder, IfMissing::Create));
  cached_folder_ = folder;
  cached_node_ = node;
  return node;
}

// The folder of that path. Symbolic links are followed inside the tree, as an engine that unpacks
// onto the lower layers does. With GiveUp: kNoNode when there is no such folder below the layer at
// hand.
Result<NodeId> Merger::walk(EntryRef ref, std::string_view folder, IfMissing if_missing) {
  NodeId here = kRoot;
  if (folder.empty()) return here;
  std::vector<std::string_view> pending = {folder};  // paths still to walk, the next one last
  int hops = 0;
  while (!pending.empty()) {
    std::string_view& rest = pending.back();
    size_t slash = rest.find('/');
    std::string_view name = rest.substr(0, slash);
    bool is_original = pending.size() == 1 && hops == 0;
    std::string_view prefix(
        folder.data(),
        is_original ? static_cast<size_t>(name.data() - folder.data()) + name.size() : 0);
    if (slash == std::string_view::npos) {
      pending.pop_back();
    } else {
      rest.remove_prefix(slash + 1);
    }
    if (++steps_ > kMaxSteps)
      return Error(ErrorKind::Limit, "the layers' paths take too long to resolve");
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      if (here != kRoot) here = at(here).parent;
      continue;
    }
    NodeId next = child(here, name);
    if (next == kNoNode) {
      if (if_missing == IfMissing::GiveUp) return kNoNode;
      TRY_ASSIGN(next, child_or_new(here, name));
      Node& node = at(next);
      node.is_alive = node.is_implied = true;
      node.type = EntryType::Directory;
      link_to_parent(next);
    }
    if (at(next).type == EntryType::Directory) {
      here = next;
    } else if (at(next).type == EntryType::Symlink) {
      bool is_whiteout = entry_of(ref).role != EntryRole::Normal;
      if (is_whiteout && is_original && replaces_link(ref, prefix)) return kNoNode;
      std::string_view target =
          tree_.layers[at(next).content.layer]->link_target(entry_of(at(next).content));
      bool is_endless = ++hops > kMaxLinkHops || target.size() > kMaxFollowedLinkBytes;
      if (is_endless && if_missing == IfMissing::GiveUp) return kNoNode;
      if (is_endless) return invalid(ref, "is below a cycle of symbolic links");
      if (target.starts_with('/')) here = kRoot;
      pending.push_back(target);
    } else if (if_missing == IfMissing::GiveUp) {
      return kNoNode;
    } else {
      return invalid(ref, "is below something that is not a folder");
    }
  }
  return here;
}

// True if the whiteout's own layer has an entry of that path: then the lower link goes, and nothing
// behind it is meant.
bool Merger::replaces_link(EntryRef ref, std::string_view path) {
  if (layer_paths_of_ != ref.layer) {
    layer_paths_.clear();
    for (const Entry& entry : tree_.layers[ref.layer]->entries) {
      if (entry.role == EntryRole::Normal)
        layer_paths_.insert(tree_.layers[ref.layer]->path(entry));
    }
    layer_paths_of_ = ref.layer;
  }
  return layer_paths_.contains(path);
}

size_t Merger::slot_of(NodeId parent, std::string_view name) const {
  size_t mask = table_.size() - 1;
  size_t slot = hash_name(name, static_cast<uint32_t>(parent)) & mask;
  while (table_[slot] != 0) {
    const Node& node = nodes_[table_[slot] - 1];
    if (node.parent == parent && node.name == name) break;
    slot = (slot + 1) & mask;
  }
  return slot;
}

NodeId Merger::child(NodeId parent, std::string_view name) const {
  uint32_t found = table_[slot_of(parent, name)];
  return found != 0 && nodes_[found - 1].is_alive ? NodeId{found - 1} : kNoNode;
}

// The place of a name, which may be dead; the caller brings it to life.
Result<NodeId> Merger::child_or_new(NodeId parent, std::string_view name) {
  size_t slot = slot_of(parent, name);
  if (table_[slot] != 0) {
    NodeId known{table_[slot] - 1};
    at(known).name = name;
    return known;
  }
  if (nodes_.size() >= kMaxNodes) {
    return Error(ErrorKind::Limit, fmt::format("the image has more than {} names", kMaxNodes));
  }
  if (name.size() > UINT16_MAX) return Error(ErrorKind::Limit, "a name of more than 65535 bytes");
  NodeId id{static_cast<uint32_t>(nodes_.size())};
  Node& node = nodes_.emplace_back();
  node.parent = parent;
  node.name = name;
  node.is_alive = node.is_linked = false;
  table_[slot] = static_cast<uint32_t>(id) + 1;
  if (nodes_.size() * 2 > table_.size()) grow_table();
  return id;
}

void Merger::link_to_parent(NodeId id) {
  Node& node = at(id);
  if (node.is_linked) return;
  node.next_sibling = std::exchange(at(node.parent).first_child, id);
  node.is_linked = true;
}

void Merger::grow_table() {
  std::fill(table_.begin(), table_.end(), 0U);
  table_.resize(table_.size() * 2, 0);
  for (uint32_t i = 1; i < nodes_.size(); ++i)
    table_[slot_of(nodes_[i].parent, nodes_[i].name)] = i + 1;
}

void Merger::lose(EntryRef ref, uint32_t killer, Loss loss) {
  tree_.loss[ref.layer][static_cast<uint32_t>(ref.entry)] =
      ref.layer == killer ? Loss::Shadowed : loss;
  tree_.killer[ref.layer][static_cast<uint32_t>(ref.entry)] = static_cast<uint16_t>(killer);
}

// One name goes; its content goes with the last name.
void Merger::end_name(Node& node, uint32_t killer, Loss loss) {
  node.is_alive = false;
  if (node.is_implied) return;
  if (node.type == EntryType::Directory) {
    lose(node.entry, killer, loss);
    return;
  }
  if (node.entry != node.content) lose(node.entry, killer, loss);
  uint32_t& names = links_[node.content.layer][static_cast<uint32_t>(node.content.entry)];
  if (--names == 0) lose(node.content, killer, loss);
}

void Merger::remove(NodeId id, uint32_t killer, Loss loss) {
  remove_children(id, killer, loss);
  end_name(at(id), killer, loss);
  cached_node_ = kNoNode;
}

void Merger::remove_children(NodeId id, uint32_t killer, Loss loss) {
  std::vector<NodeId> pending = {id};
  while (!pending.empty()) {
    Node& folder = at(pending.back());
    pending.pop_back();
    NodeId next = std::exchange(folder.first_child, kNoNode);
    while (next != kNoNode) {
      Node& node = at(next);
      node.is_linked = false;
      if (node.first_child != kNoNode) pending.push_back(next);
      if (node.is_alive) end_name(node, killer, loss);
      next = node.next_sibling;
    }
  }
  cached_node_ = kNoNode;
}

// The living nodes, depth first, siblings by name.
void Merger::compact() {
  struct Step {
    NodeId from;
    NodeId parent;  // in the result
  };

  std::vector<TreeNode>& out = tree_.nodes;
  out.reserve(nodes_.size());
  std::vector<NodeId> children;
  std::vector<Step> pending = {{kRoot, kNoNode}};
  std::vector<NodeId> last_child;  // [result node]: the child that was written last
  while (!pending.empty()) {
    Step step = pending.back();
    pending.pop_back();
    const Node& node = at(step.from);
    NodeId id{static_cast<uint32_t>(out.size())};
    TreeNode& written = out.emplace_back();
    written.parent = step.parent;
    written.name_data = node.name.data();
    written.name_size = static_cast<uint16_t>(node.name.size());
    written.entry = node.entry;
    written.content = node.content;
    written.is_implied = node.is_implied;
    last_child.push_back(kNoNode);
    if (step.parent != kNoNode) {
      NodeId& last = last_child[static_cast<uint32_t>(step.parent)];
      NodeId& link = last == kNoNode ? out[static_cast<uint32_t>(step.parent)].first_child
                                     : out[static_cast<uint32_t>(last)].next_sibling;
      link = id;
      last = id;
    }
    children.clear();
    for (NodeId next = node.first_child; next != kNoNode; next = at(next).next_sibling) {
      if (at(next).is_alive) children.push_back(next);
    }
    std::sort(children.begin(), children.end(), [&](NodeId a, NodeId b) {
      return at(a).name > at(b).name;
    });
    for (NodeId next : children) pending.push_back({next, id});
  }
}

}  // namespace whittle
