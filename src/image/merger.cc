#include "image/merger.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/last_slash.h"
#include "base/strings.h"

namespace whittle {

namespace {

constexpr size_t kMaxNodes = 10'000'000;       // names of the tree, folders that no entry names too
constexpr uint64_t kMaxSteps = 1'000'000'000;  // path components looked up
constexpr int kMaxLinkHops = 40;               // as Linux
constexpr size_t kMaxFollowedLinkBytes = 4'096;  // as Linux (PATH_MAX)
constexpr size_t kMaxLayers = UINT16_MAX;
constexpr NodeId kRoot{0};
static_assert(kMaxNodes < NameTable::kMaxNumbers);
constexpr size_t kFirstSlots = 1 << 16;

// "a/b/c" to "a/b" and "c".
std::string_view folder_of(std::string_view path) {
  size_t slash = last_slash(path);
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view base_of(std::string_view path) {
  return path.substr(last_slash(path) + 1);
}

}  // namespace

Merger::Merger(const std::vector<const LayerIndex*>& layers)
    : table_(kFirstSlots), links_(layers.size()) {
  tree_.layers = layers;
  size_t entries = 0;
  for (const LayerIndex* layer : layers) {
    entries += layer->entries.size();
    has_unread_ = has_unread_ || layer->is_unread;
    names_.push_back(layer->names.data());
    tree_.loss.emplace_back(layer->entries.size(), Loss::Kept);
    tree_.killer.emplace_back(layer->entries.size(), 0);
  }
  size_t names = std::min(entries + 1, kMaxNodes);
  tree_.nodes.reserve(names);  // pages that no name comes to are never touched
  TreeNode& root = tree_.nodes.emplace_back();
  root.is_implied = true;
  root.state = kAlive | kLinked | static_cast<uint8_t>(EntryType::Directory);
}

EntryRef Merger::content_of(const TreeNode& node) const {
  if ((node.state & kHardLink) == 0) return node.entry;
  return contents_.at(static_cast<uint32_t>(tree_.id_of(node)));
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
  std::span<const Entry> entries = tree_.layers[layer]->entries;
  cached_.clear();
  first_of_layer_ = NodeId{static_cast<uint32_t>(tree_.nodes.size())};
  is_each_name_new_ = !tree_.layers[layer]->has_shadowed;
  for (int pass = layer == 0 ? 1 : 0; pass < 2; ++pass) {
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
  TRY_ASSIGN(NodeId folder,
             walk(ref, kRoot, is_opaque ? path : folder_of(path), IfMissing::GiveUp));
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
  TreeNode& root = at(kRoot);
  if (!root.is_implied) lose(root.entry, ref.layer, Loss::Replaced);
  root.entry = ref;
  root.is_implied = false;
  return {};
}

Status Merger::apply_entry(EntryRef ref) {
  std::string_view path = path_of(ref);
  if (path.empty()) return apply_root(ref);
  size_t slash = last_slash(path);
  std::string_view name = path.substr(slash + 1);  // npos + 1 is 0
  std::string_view above = path.substr(0, slash == std::string_view::npos ? 0 : slash);
  TRY_ASSIGN(NodeId folder, parent_folder(ref, above));
  NodeId target = kNoNode;
  if (entry_of(ref).type == EntryType::Hardlink) {
    TRY_ASSIGN(target, find_link_target(ref));
    if (target != kNoNode && target == child(folder, name))
      return invalid(ref, "is a hard link to itself");
  }
  TRY_ASSIGN(NodeId id, child_or_new(folder, name, ref.layer));
  bool is_folder = entry_of(ref).type == EntryType::Directory;
  if (is_alive(at(id)) && is_folder && type_of(at(id)) == EntryType::Directory) {
    if (!at(id).is_implied) lose(at(id).entry, ref.layer, Loss::Replaced);
  } else if (is_alive(at(id))) {
    remove(id, ref.layer, Loss::Replaced);
  }
  if (target != kNoNode && !is_alive(at(target)))
    return invalid(ref, "replaces what it is a hard link to");
  place(id, ref, target);
  return {};
}

void Merger::place(NodeId id, EntryRef ref, NodeId link_target) {
  TreeNode& node = at(id);
  const Entry& entry = entry_of(ref);
  node.entry = ref;
  node.name_begin = entry.path.offset + entry.path.size - node.name_size;
  set_type(node, link_target == kNoNode ? entry.type : type_of(at(link_target)));
  set_content(node, link_target);
  node.is_implied = false;
  node.state |= kAlive;
  link_to_parent(id);
  if (link_target != kNoNode) {
    ++names_of(content_of(node));
  } else if (!links_[ref.layer].empty()) {
    names_of(ref) = 1;
  }
}

void Merger::set_content(TreeNode& node, NodeId link_target) {
  uint32_t id = static_cast<uint32_t>(tree_.id_of(node));
  if (link_target != kNoNode) {
    contents_[id] = content_of(at(link_target));
    node.state |= kHardLink;
  } else if ((node.state & kHardLink) != 0) {
    contents_.erase(id);
    node.state &= static_cast<uint8_t>(~kHardLink);
  }
}

uint32_t& Merger::names_of(EntryRef content) {
  std::vector<uint32_t>& links = links_[content.layer];
  if (links.empty()) links.resize(tree_.layers[content.layer]->entries.size(), 1);
  return links[static_cast<uint32_t>(content.entry)];
}

// The name a hard link leads to: below its folder, links followed there but not at the end.
Result<NodeId> Merger::find_link_target(EntryRef ref) {
  std::string_view path = tree_.layers[ref.layer]->link_target(entry_of(ref));
  TRY_ASSIGN(NodeId folder, walk(ref, kRoot, folder_of(path), IfMissing::GiveUp));
  NodeId target = folder == kNoNode || path.empty() ? kNoNode : child(folder, base_of(path));
  if (target == kNoNode && has_unread_) return kNoNode;
  if (target == kNoNode)
    return invalid(
        ref,
        fmt::format("is a hard link to `{}`, which is not there", printable(path.substr(0, 200))));
  if (type_of(at(target)) == EntryType::Directory)
    return invalid(ref, "is a hard link to a folder");
  return target;
}

// walk() with a memory: entries of one folder, and of folders beside it, follow each other.
Result<NodeId> Merger::parent_folder(EntryRef ref, std::string_view folder) {
  std::string_view last = cached_.empty() ? std::string_view() : cached_.back().path;
  if (!cached_.empty() && folder == last) return cached_.back().node;
  size_t common = static_cast<size_t>(
      std::mismatch(folder.begin(), folder.end(), last.begin(), last.end()).first - folder.begin());
  auto is_above = [&](std::string_view path) {
    return path.size() <= common && (path.size() == folder.size() || folder[path.size()] == '/');
  };
  while (!cached_.empty() && !is_above(cached_.back().path)) cached_.pop_back();
  size_t begin = cached_.empty() ? 0 : cached_.back().path.size() + 1;
  NodeId here = cached_.empty() ? kRoot : cached_.back().node;
  while (begin <= folder.size()) {
    size_t end = std::min(folder.find('/', begin), folder.size());
    TRY_ASSIGN(here, walk(ref, here, folder.substr(begin, end - begin), IfMissing::Create));
    cached_.push_back({folder.substr(0, end), here});
    begin = end + 1;
  }
  return here;
}

// The folder of that path from `here` on. Symbolic links are followed inside the tree, as an engine
// that unpacks onto the lower layers does. With GiveUp: kNoNode when there is no such folder below
// the layer at hand.
Result<NodeId> Merger::walk(EntryRef ref,
                            NodeId here,
                            std::string_view folder,
                            IfMissing if_missing) {
  if (folder.empty()) return here;
  if (folder.find('/') == std::string_view::npos) {  // the quick way for what is most common
    NodeId next = child(here, folder);
    if (++steps_ <= kMaxSteps && next != kNoNode && type_of(at(next)) == EntryType::Directory)
      return next;
  }

  struct Rest {
    std::string_view path;
    uint32_t layer;  // in whose names it lies
  };

  std::vector<Rest> pending = {{folder, ref.layer}};  // still to walk, the next one last
  int hops = 0;
  while (!pending.empty()) {
    std::string_view& rest = pending.back().path;
    uint32_t layer = pending.back().layer;
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
      is_each_name_new_ = false;
      TRY_ASSIGN(next, child_or_new(here, name, layer));
      TreeNode& node = at(next);
      set_content(node, kNoNode);
      node.is_implied = true;
      node.state |= kAlive;
      set_type(node, EntryType::Directory);
      link_to_parent(next);
    }
    if (type_of(at(next)) == EntryType::Directory) {
      here = next;
    } else if (type_of(at(next)) == EntryType::Symlink) {
      is_each_name_new_ = false;
      bool is_whiteout = entry_of(ref).role != EntryRole::Normal;
      if (is_whiteout && is_original && replaces_link(ref, prefix)) return kNoNode;
      EntryRef link = content_of(at(next));
      std::string_view target = tree_.layers[link.layer]->link_target(entry_of(link));
      bool is_endless = ++hops > kMaxLinkHops || target.size() > kMaxFollowedLinkBytes;
      if (is_endless && if_missing == IfMissing::GiveUp) return kNoNode;
      if (is_endless) return invalid(ref, "is below a cycle of symbolic links");
      if (target.starts_with('/')) here = kRoot;
      pending.push_back({target, link.layer});
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
  const LayerIndex& layer = *tree_.layers[ref.layer];
  if (layer_paths_of_ != ref.layer) {
    layer_paths_ = PathTable(layer);
    for (uint32_t i = 0; i < layer.entries.size(); ++i) {
      if (layer.entries[i].role == EntryRole::Normal) layer_paths_.add(layer, i);
    }
    layer_paths_of_ = ref.layer;
  }
  return layer_paths_.holds(layer, path);
}

NameTable::Place Merger::place_of(NodeId parent, std::string_view name) const {
  return table_.find(NameTable::hash(static_cast<uint32_t>(parent), name), [&](uint32_t number) {
    const TreeNode& node = tree_.nodes[number];
    return node.parent == parent && name_of(node) == name;
  });
}

NodeId Merger::child(NodeId parent, std::string_view name) {
  index_children(parent);
  uint32_t found = table_.at(place_of(parent, name));
  return found != NameTable::kNone && is_alive(tree_.nodes[found]) ? NodeId{found} : kNoNode;
}

// The place of a name, which may be dead; the caller brings it to life.
Result<NodeId> Merger::child_or_new(NodeId parent, std::string_view name, uint32_t layer) {
  bool is_surely_new =
      is_each_name_new_ && parent >= first_of_layer_ && (at(parent).state & kUnindexed) != 0;
  if (is_surely_new) return new_node(parent, name, layer);
  index_children(parent);
  uint32_t known = table_.at(place_of(parent, name));
  if (known != NameTable::kNone) return NodeId{known};
  TRY_ASSIGN(NodeId id, new_node(parent, name, layer));
  add_to_table(id);
  return id;
}

// `name` lies in the names of the layer.
Result<NodeId> Merger::new_node(NodeId parent, std::string_view name, uint32_t layer) {
  if (tree_.nodes.size() >= kMaxNodes) {
    return Error(ErrorKind::Limit, fmt::format("the image has more than {} names", kMaxNodes));
  }
  if (name.size() > UINT16_MAX) return Error(ErrorKind::Limit, "a name of more than 65535 bytes");
  NodeId id{static_cast<uint32_t>(tree_.nodes.size())};
  TreeNode& node = tree_.nodes.emplace_back();
  node.parent = parent;
  node.entry.layer = layer;
  node.name_begin = static_cast<uint32_t>(name.data() - names_[layer]);
  node.name_size = static_cast<uint16_t>(name.size());
  node.state = kUnindexed;
  return id;
}

void Merger::index_children(NodeId folder) {
  if ((at(folder).state & kUnindexed) == 0) return;
  at(folder).state &= static_cast<uint8_t>(~kUnindexed);
  NodeId next = at(folder).first_child;
  for (; next != kNoNode; next = at(next).next_sibling) add_to_table(next);
}

void Merger::add_to_table(NodeId id) {
  if (table_.is_crowded()) {
    table_.grow([&](uint32_t number) {
      const TreeNode& node = tree_.nodes[number];
      return NameTable::hash(static_cast<uint32_t>(node.parent), name_of(node));
    });
  }
  table_.put(place_of(at(id).parent, name_of(at(id))), static_cast<uint32_t>(id));
}

void Merger::link_to_parent(NodeId id) {
  TreeNode& node = at(id);
  if ((node.state & kLinked) != 0) return;
  TreeNode& folder = at(node.parent);
  bool is_in_order =
      folder.first_child == kNoNode || name_of(at(folder.first_child)) < name_of(node);
  if (!is_in_order) folder.state |= kUnsorted;
  node.next_sibling = std::exchange(folder.first_child, id);
  node.state |= kLinked;
}

void Merger::lose(EntryRef ref, uint32_t killer, Loss loss) {
  tree_.loss[ref.layer][static_cast<uint32_t>(ref.entry)] =
      ref.layer == killer ? Loss::Shadowed : loss;
  tree_.killer[ref.layer][static_cast<uint32_t>(ref.entry)] = static_cast<uint16_t>(killer);
}

// One name goes; its content goes with the last name.
void Merger::end_name(TreeNode& node, uint32_t killer, Loss loss) {
  node.state &= static_cast<uint8_t>(~kAlive);
  at(node.parent).state |= kUnsorted;
  if (node.is_implied) return;
  if (type_of(node) == EntryType::Directory) {
    lose(node.entry, killer, loss);
    return;
  }
  EntryRef content = content_of(node);
  if (node.entry != content) lose(node.entry, killer, loss);
  bool has_others = !links_[content.layer].empty() && --names_of(content) > 0;
  if (!has_others) lose(content, killer, loss);
}

void Merger::remove(NodeId id, uint32_t killer, Loss loss) {
  remove_children(id, killer, loss);
  end_name(at(id), killer, loss);
  cached_.clear();
}

void Merger::remove_children(NodeId id, uint32_t killer, Loss loss) {
  std::vector<NodeId> pending = {id};
  while (!pending.empty()) {
    TreeNode& folder = at(pending.back());
    pending.pop_back();
    NodeId next = std::exchange(folder.first_child, kNoNode);
    while (next != kNoNode) {
      TreeNode& node = at(next);
      node.state &= static_cast<uint8_t>(~kLinked);
      if (node.first_child != kNoNode) pending.push_back(next);
      if (is_alive(node)) end_name(node, killer, loss);
      next = node.next_sibling;
    }
  }
  cached_.clear();
}

}  // namespace whittle
