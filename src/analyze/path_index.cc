#include "analyze/path_index.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/name_hash.h"

namespace whittle {

namespace {

constexpr size_t kMaxPaths = 40'000'000;

uint32_t hash_of(uint32_t parent, std::string_view name) {
  return static_cast<uint32_t>(hash_name(name, parent));
}

}  // namespace

Result<PathIndex> PathIndex::make(const std::vector<const LayerIndex*>& layers) {
  PathIndex index;
  size_t entries = 0;
  for (const LayerIndex* layer : layers) entries += layer->entries.size();
  index.nodes_.reserve(entries + entries / 8 + 1);
  size_t slots = index.table_.size();
  while (slots < entries + entries / 2) slots *= 2;
  index.table_.resize(slots);
  for (const LayerIndex* layer : layers) {
    std::vector<uint32_t>& ids = index.ids_.emplace_back();
    ids.reserve(layer->entries.size());
    for (const Entry& entry : layer->entries) {
      ids.push_back(index.intern(layer->path(entry)));
      if (index.nodes_.size() > kMaxPaths) {
        return Error(ErrorKind::Limit, fmt::format("the layers name over {} paths", kMaxPaths));
      }
    }
  }
  return index;
}

size_t PathIndex::slot_of(uint32_t parent_id, std::string_view wanted, uint32_t hash) const {
  size_t mask = table_.size() - 1;
  size_t slot = hash & mask;
  auto is_wanted = [&](Slot found) {
    uint32_t id = found.node - 1;
    return found.hash == hash && nodes_[id].parent == parent_id && name(id) == wanted;
  };
  while (table_[slot].node != 0 && !is_wanted(table_[slot])) slot = (slot + 1) & mask;
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

uint32_t PathIndex::intern(std::string_view path) {
  if (path.empty()) return kRoot;
  size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return child(kRoot, path, 0);
  return child(intern_folder(path.substr(0, slash)), path, slash + 1);
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
    uint32_t id = child(steps_.empty() ? kRoot : steps_.back().id, folder.substr(0, end), begin);
    steps_.push_back({end, id});
    begin = end + 1;
  }
  return steps_.back().id;
}

uint32_t PathIndex::child(uint32_t parent_id, std::string_view path, size_t name_begin) {
  std::string_view wanted = path.substr(name_begin);
  uint32_t hash = hash_of(parent_id, wanted);
  size_t slot = slot_of(parent_id, wanted, hash);
  if (table_[slot].node != 0) return table_[slot].node - 1;
  uint32_t id = static_cast<uint32_t>(nodes_.size());
  nodes_.push_back({path, static_cast<uint32_t>(name_begin), parent_id});
  table_[slot] = {hash, id + 1};
  if (nodes_.size() * 4 > table_.size() * 3) grow();
  return id;
}

void PathIndex::grow() {
  std::vector<Slot> old(table_.size() * 2);
  old.swap(table_);
  for (Slot moved : old) {
    if (moved.node == 0) continue;
    size_t slot = moved.hash & (table_.size() - 1);
    while (table_[slot].node != 0) slot = (slot + 1) & (table_.size() - 1);
    table_[slot] = moved;
  }
}

}  // namespace whittle
