#include "tui/timeline.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace whittle::tui {

namespace {

// The bounds of image/merger.cc.
constexpr size_t kMaxPaths = 10'000'000;
constexpr uint64_t kMaxSteps = 1'000'000'000;
constexpr int kMaxLinkHops = 40;
constexpr size_t kMaxFollowedLinkBytes = 4'096;

std::string_view folder_of(std::string_view path) {
  size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view base_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

size_t hash_of(PathId parent, std::string_view name) {
  constexpr size_t kGolden = 0x9E3779B97F4A7C15;
  size_t hash = std::hash<std::string_view>()(name) ^ (static_cast<size_t>(parent) + 1) * kGolden;
  return hash ^ hash >> 29;
}

}  // namespace

Timeline::Timeline() : nodes_(1), table_(1024, 0) {
  versions_.push_back({});
  versions_[0].state = Version::State::Implied;
  nodes_[0].newest = 0;
}

// Whiteouts act on lower layers only, so they go first wherever they stand in the archive.
void Timeline::add_layer(std::shared_ptr<const LayerIndex> layer) {
  auto number = static_cast<uint32_t>(layers_.size());
  layers_.push_back(std::move(layer));
  std::span<const Entry> entries = layers_.back()->entries;
  cached_path_ = kNoPath;
  for (uint32_t i = 0; i < entries.size(); ++i) {
    if (entries[i].role != EntryRole::Normal) apply_whiteout({number, EntryId{i}});
  }
  for (uint32_t i = 0; i < entries.size(); ++i) {
    if (entries[i].role == EntryRole::Normal) apply_entry({number, EntryId{i}});
  }
}

const Version* Timeline::version_at(PathId id, uint32_t layer) const {
  uint32_t index = node(id).newest;
  while (index != kNoVersion && versions_[index].layer > layer) index = versions_[index].older;
  return index == kNoVersion ? nullptr : &versions_[index];
}

const Version* Timeline::at(PathId id, uint32_t layer) const {
  const Version* version = version_at(id, layer);
  return version != nullptr && version->is_there() ? version : nullptr;
}

std::vector<Version> Timeline::versions(PathId id) const {
  std::vector<Version> list;
  for (uint32_t i = node(id).newest; i != kNoVersion; i = versions_[i].older) {
    list.push_back(versions_[i]);
  }
  std::reverse(list.begin(), list.end());
  return list;
}

const Entry& Timeline::entry_of(EntryRef ref) const {
  return layers_[ref.layer]->entries[static_cast<uint32_t>(ref.entry)];
}

uint64_t Timeline::own_bytes(const Version& version) const {
  bool is_own = version.state == Version::State::Present && version.entry == version.content;
  return is_own ? entry_of(version.entry).size_bytes : 0;
}

std::string Timeline::path(PathId id) const {
  std::vector<std::string_view> parts;
  size_t size = 0;
  for (; id != kRootPath; id = node(id).parent) {
    parts.push_back(node(id).name);
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

PathId Timeline::find(std::string_view path) const {
  PathId here = kRootPath;
  while (!path.empty() && here != kNoPath) {
    std::string_view name = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), name.size() + 1));
    if (name.empty()) continue;
    uint32_t found = table_[slot_of(here, name)];
    here = found == 0 ? kNoPath : PathId{found - 1};
  }
  return here;
}

const Version* Timeline::newest(PathId id) const {
  uint32_t index = node(id).newest;
  return index != kNoVersion && versions_[index].is_there() ? &versions_[index] : nullptr;
}

// One version a layer: what the path was in between does not count.
void Timeline::set(PathId id, const Version& version) {
  uint32_t newest = node(id).newest;
  if (newest != kNoVersion && versions_[newest].layer == version.layer) {
    uint32_t older = versions_[newest].older;
    bool is_rebuilt =
        older != kNoVersion && versions_[older].is_there() && version.is_there() &&
        (versions_[newest].state == Version::State::Gone || versions_[newest].is_rebuilt);
    versions_[newest] = version;
    versions_[newest].older = older;
    versions_[newest].is_rebuilt = is_rebuilt;
    return;
  }
  at(id).newest = static_cast<uint32_t>(versions_.size());
  versions_.push_back(version);
  versions_.back().older = newest;
}

void Timeline::apply_whiteout(EntryRef ref) {
  const Entry& entry = entry_of(ref);
  std::string_view path = layers_[ref.layer]->path(entry);
  bool is_opaque = entry.role == EntryRole::Opaque;
  PathId folder = walk(ref, is_opaque ? path : folder_of(path), IfMissing::GiveUp);
  if (folder == kNoPath) return;
  if (is_opaque) {
    remove_children(folder, ref.layer);
    return;
  }
  PathId victim = child(folder, base_of(path));
  if (victim != kNoPath) remove(victim, ref.layer);
}

void Timeline::apply_entry(EntryRef ref) {
  const Entry& entry = entry_of(ref);
  std::string_view path = layers_[ref.layer]->path(entry);
  Version version;
  version.layer = ref.layer;
  version.entry = version.content = ref;
  version.type = entry.type;
  version.state = Version::State::Present;
  if (path.empty()) {
    if (entry.type == EntryType::Directory) set(kRootPath, version);
    return;
  }
  std::string_view folder_path = folder_of(path);
  PathId folder = cached_path_;
  if (folder_path.empty()) {
    folder = kRootPath;
  } else if (cached_path_ == kNoPath || cached_folder_ != folder_path) {
    folder = walk(ref, folder_path, IfMissing::Create);
    cached_folder_ = folder_path;
    cached_path_ = folder;
  }
  if (folder == kNoPath) return;
  PathId id = child_or_new(folder, base_of(path));
  if (id == kNoPath) return;
  if (entry.type == EntryType::Hardlink && !find_link_target(ref, id, version)) return;
  place(id, ref, version);
}

void Timeline::place(PathId id, EntryRef ref, const Version& version) {
  const Version* now = newest(id);
  bool keeps_children =
      now != nullptr && now->type == EntryType::Directory && version.type == EntryType::Directory;
  if (now != nullptr && !keeps_children) {
    if (now->type == EntryType::Directory) remove_children(id, ref.layer);
    cached_path_ = kNoPath;
  }
  set(id, version);
}

// Fills in what the link leads to; false if that is nothing an engine would link to.
bool Timeline::find_link_target(EntryRef ref, PathId own, Version& version) {
  std::string_view path = layers_[ref.layer]->link_target(entry_of(ref));
  PathId folder = path.empty() ? kNoPath : walk(ref, folder_of(path), IfMissing::GiveUp);
  PathId target = folder == kNoPath ? kNoPath : child(folder, base_of(path));
  if (target == kNoPath || target == own) return false;
  const Version* found = newest(target);
  if (found->type == EntryType::Directory) return false;
  version.content = found->content;
  version.type = found->type;
  return true;
}

PathId Timeline::enter(PathId here, std::string_view name, uint32_t layer, IfMissing if_missing) {
  PathId next = child(here, name);
  if (next != kNoPath || if_missing == IfMissing::GiveUp) return next;
  next = child_or_new(here, name);
  if (next == kNoPath) return next;
  Version version;
  version.layer = layer;
  version.state = Version::State::Implied;
  set(next, version);
  return next;
}

// The folder of that path; symbolic links are followed inside the tree. kNoPath when there is none.
PathId Timeline::walk(EntryRef ref, std::string_view folder, IfMissing if_missing) {
  PathId here = kRootPath;
  std::vector<std::string_view> pending;  // paths still to walk, the next one last
  if (!folder.empty()) pending.push_back(folder);
  int hops = 0;
  while (!pending.empty()) {
    std::string_view& rest = pending.back();
    size_t slash = rest.find('/');
    std::string_view name = rest.substr(0, slash);
    bool is_original = pending.size() == 1 && hops == 0;
    if (slash == std::string_view::npos) {
      pending.pop_back();
    } else {
      rest.remove_prefix(slash + 1);
    }
    if (++steps_ > kMaxSteps) return kNoPath;
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      if (here != kRootPath) here = node(here).parent;
      continue;
    }
    PathId next = enter(here, name, ref.layer, if_missing);
    if (next == kNoPath) return kNoPath;
    const Version& version = versions_[node(next).newest];
    if (version.type == EntryType::Directory) {
      here = next;
      continue;
    }
    if (version.type != EntryType::Symlink) return kNoPath;
    bool is_whiteout = entry_of(ref).role != EntryRole::Normal;
    if (is_whiteout && is_original) {
      auto end = static_cast<size_t>(name.data() - folder.data()) + name.size();
      if (replaces_link(ref, folder.substr(0, end))) return kNoPath;
    }
    const LayerIndex& linking = *layers_[version.content.layer];
    std::string_view target = linking.link_target(entry_of(version.content));
    if (++hops > kMaxLinkHops || target.size() > kMaxFollowedLinkBytes) return kNoPath;
    if (target.starts_with('/')) here = kRootPath;
    pending.push_back(target);
  }
  return here;
}

// True if the whiteout's own layer has an entry of that path: then the lower link goes, and nothing
// behind it is meant.
bool Timeline::replaces_link(EntryRef ref, std::string_view path) {
  if (layer_paths_of_ != ref.layer) {
    layer_paths_.clear();
    for (const Entry& entry : layers_[ref.layer]->entries) {
      if (entry.role == EntryRole::Normal) layer_paths_.insert(layers_[ref.layer]->path(entry));
    }
    layer_paths_of_ = ref.layer;
  }
  return layer_paths_.contains(path);
}

size_t Timeline::slot_of(PathId parent, std::string_view name) const {
  size_t mask = table_.size() - 1;
  size_t slot = hash_of(parent, name) & mask;
  while (table_[slot] != 0) {
    const PathNode& known = nodes_[table_[slot] - 1];
    if (known.parent == parent && known.name == name) break;
    slot = (slot + 1) & mask;
  }
  return slot;
}

PathId Timeline::child(PathId parent, std::string_view name) const {
  uint32_t found = table_[slot_of(parent, name)];
  return found != 0 && newest(PathId{found - 1}) != nullptr ? PathId{found - 1} : kNoPath;
}

PathId Timeline::child_or_new(PathId parent, std::string_view name) {
  size_t slot = slot_of(parent, name);
  if (table_[slot] != 0) return PathId{table_[slot] - 1};
  if (nodes_.size() >= kMaxPaths) return kNoPath;
  PathId id{static_cast<uint32_t>(nodes_.size())};
  PathNode& added = nodes_.emplace_back();
  added.parent = parent;
  added.name = name;
  added.next_sibling = std::exchange(at(parent).first_child, id);
  table_[slot] = static_cast<uint32_t>(id) + 1;
  if (nodes_.size() * 2 > table_.size()) grow_table();
  return id;
}

void Timeline::grow_table() {
  std::fill(table_.begin(), table_.end(), 0U);
  table_.resize(table_.size() * 2, 0);
  for (uint32_t i = 1; i < nodes_.size(); ++i) {
    table_[slot_of(nodes_[i].parent, nodes_[i].name)] = i + 1;
  }
}

void Timeline::remove(PathId id, uint32_t layer) {
  remove_children(id, layer);
  Version gone;
  gone.layer = layer;
  set(id, gone);
}

void Timeline::remove_children(PathId id, uint32_t layer) {
  Version gone;
  gone.layer = layer;
  std::vector<PathId> pending = {id};
  while (!pending.empty()) {
    PathId folder = pending.back();
    pending.pop_back();
    for (PathId next = node(folder).first_child; next != kNoPath; next = node(next).next_sibling) {
      if (newest(next) == nullptr) continue;
      pending.push_back(next);
      set(next, gone);
    }
  }
  cached_path_ = kNoPath;
}

}  // namespace whittle::tui
