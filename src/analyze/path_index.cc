#include "analyze/path_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/last_slash.h"
#include "base/name_hash.h"

namespace whittle {

namespace {

constexpr size_t kMaxPaths = 40'000'000;
constexpr size_t kAtOnce = 16;

uint32_t hash_of(uint32_t parent, std::string_view name) {
  return static_cast<uint32_t>(hash_name(name, parent));
}

}  // namespace

Result<PathIndex> PathIndex::make(const std::vector<const LayerIndex*>& layers) {
  PathIndex index;
  size_t entries = 0;
  for (const LayerIndex* layer : layers) entries += layer->entries.size();
  index.nodes_.reserve(entries + entries / 8 + 1);
  index.table_.resize(std::max(index.table_.size(), entries + entries / 2));
  for (const LayerIndex* layer : layers) {
    std::vector<uint32_t>& ids = index.ids_.emplace_back();
    ids.resize(layer->entries.size());
    TRY(index.intern_all(*layer, ids));
  }
  return index;
}

size_t PathIndex::slot_of(uint32_t parent_id, std::string_view wanted, uint32_t hash) const {
  size_t slot = first_slot(hash);
  auto is_wanted = [&](Slot found) {
    uint32_t id = found.node - 1;
    return found.hash == hash && nodes_[id].parent == parent_id && name(id) == wanted;
  };
  while (table_[slot].node != 0 && !is_wanted(table_[slot])) {
    if (++slot == table_.size()) slot = 0;
  }
  return slot;
}

uint32_t PathIndex::find(std::string_view path) const {
  uint32_t here = kRoot;
  while (!path.empty()) {
    std::string_view wanted = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), wanted.size() + 1));
    uint32_t found = table_[slot_of(here, wanted, hash_of(here, wanted))].node;
    if (found == 0) return kNone;
    here = found - 1;
  }
  return here;
}

// Some entries at a time: while one is looked up, the memory that the next ones need is on its way.
Status PathIndex::intern_all(const LayerIndex& layer, std::vector<uint32_t>& ids) {
  std::array<Wanted, kAtOnce> wanted;
  for (size_t first = 0; first < ids.size(); first += kAtOnce) {
    size_t count = std::min(kAtOnce, ids.size() - first);
    if (nodes_.size() > kMaxPaths)
      return Error(ErrorKind::Limit, fmt::format("the layers name over {} paths", kMaxPaths));
    for (size_t i = 0; i < count; ++i) {
      wanted[i] = want(layer.path(layer.entries[first + i]));
      __builtin_prefetch(&table_[first_slot(wanted[i].hash)]);
    }
    for (size_t i = 0; i < count; ++i)
      ids[first + i] = wanted[i].path.empty() ? kRoot : child(wanted[i]);
  }
  return {};
}

PathIndex::Wanted PathIndex::want(std::string_view path) {
  size_t slash = last_slash(path);
  size_t begin = slash == std::string_view::npos ? 0 : slash + 1;
  uint32_t folder = begin == 0 ? kRoot : intern_folder(path.substr(0, slash));
  return {path, static_cast<uint32_t>(begin), folder, hash_of(folder, path.substr(begin))};
}

// Entries of one folder follow each other: only the parts that differ from the last folder are
// looked up.
uint32_t PathIndex::intern_folder(std::string_view folder) {
  if (folder == last_folder_ && !steps_.empty()) return steps_.back().id;
  size_t same = static_cast<size_t>(
      std::mismatch(folder.begin(), folder.end(), last_folder_.begin(), last_folder_.end()).first -
      folder.begin());
  auto is_shared = [&](const Step& step) {
    return step.end < same || (step.end == same && (same == folder.size() || folder[same] == '/'));
  };
  while (!steps_.empty() && !is_shared(steps_.back())) steps_.pop_back();
  last_folder_ = folder;
  size_t begin = steps_.empty() ? 0 : steps_.back().end + 1;
  while (begin < folder.size()) {
    size_t end = std::min(folder.find('/', begin), folder.size());
    uint32_t above = steps_.empty() ? kRoot : steps_.back().id;
    uint32_t hash = hash_of(above, folder.substr(begin, end - begin));
    uint32_t id = child({folder.substr(0, end), static_cast<uint32_t>(begin), above, hash});
    steps_.push_back({end, id});
    begin = end + 1;
  }
  return steps_.back().id;
}

uint32_t PathIndex::child(const Wanted& wanted) {
  std::string_view name = wanted.path.substr(wanted.name_begin);
  size_t slot = slot_of(wanted.folder, name, wanted.hash);
  if (table_[slot].node != 0) return table_[slot].node - 1;
  has_whiteout_names_ = has_whiteout_names_ || name.starts_with(".wh.");
  uint32_t id = static_cast<uint32_t>(nodes_.size());
  nodes_.push_back({wanted.path, wanted.name_begin, wanted.folder});
  table_[slot] = {wanted.hash, id + 1};
  if (nodes_.size() * 4 > table_.size() * 3) grow();
  return id;
}

void PathIndex::grow() {
  std::vector<Slot> old(table_.size() * 2);
  old.swap(table_);
  for (Slot moved : old) {
    if (moved.node == 0) continue;
    size_t slot = first_slot(moved.hash);
    while (table_[slot].node != 0) slot = slot + 1 == table_.size() ? 0 : slot + 1;
    table_[slot] = moved;
  }
}

}  // namespace whittle
