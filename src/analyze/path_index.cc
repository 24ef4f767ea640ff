#include "analyze/path_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/last_slash.h"

namespace whittle {

namespace {

constexpr size_t kMaxPaths = 10'000'000;  // as many as a merged tree may have
static_assert(kMaxPaths < NameTable::kMaxNumbers);
constexpr size_t kAtOnce = 16;

}  // namespace

PathIndex::PathIndex(const std::vector<const LayerIndex*>& layers, size_t entries)
    : layers_(layers), nodes_(1), implied_(1), table_(std::max<size_t>(1024, entries * 3 / 2)) {
  nodes_[kRoot].entry = kImplied;
  nodes_.reserve(std::min(entries + 1, kMaxPaths));
}

Result<PathIndex> PathIndex::make(const std::vector<const LayerIndex*>& layers) {
  size_t entries = 0;
  std::vector<uint32_t> first_entries;
  for (const LayerIndex* layer : layers) {
    first_entries.push_back(static_cast<uint32_t>(entries));
    entries += layer->entries.size();
    if (entries > kMaxEntries) return Error(ErrorKind::Limit, "the layers have too many entries");
  }
  PathIndex index(layers, std::min(entries, kMaxPaths));
  index.first_entries_ = std::move(first_entries);
  for (size_t layer = 0; layer < layers.size(); ++layer) {
    index.intern_all(layer);
    if (index.nodes_.size() > kMaxPaths)
      return Error(ErrorKind::Limit, fmt::format("the layers name over {} paths", kMaxPaths));
  }
  if (!index.has_hard_links_ && !index.has_whiteout_names_) index.table_ = NameTable(0);
  return index;
}

EntryRef PathIndex::entry(uint32_t number) const {
  auto behind = std::upper_bound(first_entries_.begin(), first_entries_.end(), number);
  auto layer = static_cast<uint32_t>(behind - first_entries_.begin() - 1);
  return {layer, EntryId{number - first_entries_[layer]}};
}

std::string_view PathIndex::path(uint32_t id) const {
  uint32_t from = nodes_[id].entry;
  if ((from & kImplied) != 0) return implied_[from & ~kImplied];
  EntryRef ref = entry(from);
  return layers_[ref.layer]->path(layers_[ref.layer]->at(ref.entry));
}

std::string_view PathIndex::name(uint32_t id) const {
  std::string_view whole = path(id);
  return whole.substr(last_slash(whole) + 1);  // npos + 1 is 0
}

NameTable::Place PathIndex::place_of(uint32_t folder,
                                     std::string_view wanted,
                                     uint64_t hash) const {
  return table_.find(
      hash, [&](uint32_t id) { return nodes_[id].parent == folder && name(id) == wanted; });
}

uint32_t PathIndex::find(std::string_view path) const {
  uint32_t here = kRoot;
  while (!path.empty()) {
    std::string_view wanted = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), wanted.size() + 1));
    here = table_.at(place_of(here, wanted, NameTable::hash(here, wanted)));
    if (here == NameTable::kNone) return kNone;
  }
  return here;
}

// Some entries at a time: while one is looked up, the memory that the next ones need is on its way.
void PathIndex::intern_all(size_t layer) {
  const LayerIndex& index = *layers_[layer];
  std::vector<uint32_t>& ids = ids_.emplace_back(index.entries.size());
  std::array<Wanted, kAtOnce> wanted;
  for (size_t first = 0; first < ids.size() && nodes_.size() <= kMaxPaths; first += kAtOnce) {
    size_t count = std::min(kAtOnce, ids.size() - first);
    for (size_t i = 0; i < count; ++i) {
      wanted[i] = want(static_cast<uint32_t>(first_entries_[layer] + first + i),
                       index.path(index.entries[first + i]));
      has_hard_links_ = has_hard_links_ || index.entries[first + i].type == EntryType::Hardlink;
      table_.prefetch(wanted[i].hash);
    }
    for (size_t i = 0; i < count; ++i)
      ids[first + i] = wanted[i].path.empty() ? kRoot : child(wanted[i]);
  }
}

PathIndex::Wanted PathIndex::want(uint32_t entry, std::string_view path) {
  size_t slash = last_slash(path);
  uint32_t folder = slash == std::string_view::npos ? kRoot : intern_folder(path.substr(0, slash));
  std::string_view name = path.substr(slash + 1);
  return {path, name, entry, folder, NameTable::hash(folder, name)};
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
    std::string_view name = folder.substr(begin, end - begin);
    uint64_t hash = NameTable::hash(above, name);
    uint32_t id = child({folder.substr(0, end), name, kImplied, above, hash});
    steps_.push_back({end, id});
    begin = end + 1;
  }
  return steps_.back().id;
}

uint32_t PathIndex::child(const Wanted& wanted) {
  NameTable::Place place = place_of(wanted.folder, wanted.name, wanted.hash);
  uint32_t known = table_.at(place);
  if (known != NameTable::kNone) return known;
  if (nodes_.size() > kMaxPaths) return kRoot;  // make() fails then
  has_whiteout_names_ = has_whiteout_names_ || wanted.name.starts_with(".wh.");
  uint32_t id = static_cast<uint32_t>(nodes_.size());
  uint32_t from = wanted.entry;
  if (from == kImplied) {
    from |= static_cast<uint32_t>(implied_.size());
    implied_.push_back(wanted.path);
  }
  nodes_.push_back({from, wanted.folder});
  table_.put(place, id);
  if (table_.is_crowded())
    table_.grow([&](uint32_t number) { return NameTable::hash(parent(number), name(number)); });
  return id;
}

}  // namespace whittle
