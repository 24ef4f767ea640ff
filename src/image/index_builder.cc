#include "image/index_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "base/fs.h"
#include "base/last_slash.h"
#include "base/name_hash.h"
#include "base/strings.h"
#include "image/path_table.h"

namespace whittle {

namespace {

struct NameHash {
  size_t operator()(std::string_view name) const { return hash_name(name, 0); }
};

constexpr std::string_view kWhiteoutPrefix = ".wh.";
constexpr std::string_view kOpaqueName = ".wh..wh..opq";
constexpr std::string_view kBookKeepingPrefix = ".wh..wh.";
constexpr std::string_view kNoNameBytes("/\0", 2);
constexpr size_t kAtOnce = 16;
constexpr uint64_t kMaxExpectedEntries = 1 << 20;
constexpr uint64_t kTarBytesOfEntry = 4096;  // fewer on average in few layers
constexpr uint64_t kNameBytesOfEntry = 96;   // more on average in few layers

EntryType entry_type(TarType type) {
  switch (type) {
    case TarType::File:
      return EntryType::File;
    case TarType::Directory:
      return EntryType::Directory;
    case TarType::Symlink:
      return EntryType::Symlink;
    case TarType::Hardlink:
      return EntryType::Hardlink;
    case TarType::CharDevice:
      return EntryType::CharDevice;
    case TarType::BlockDevice:
      return EntryType::BlockDevice;
    case TarType::Fifo:
      return EntryType::Fifo;
  }
  return EntryType::File;
}

Error bad_path(std::string_view path, std::string_view why) {
  constexpr size_t kShown = 200;
  return Error(ErrorKind::Invalid,
               fmt::format("entry `{}` {}", printable(path.substr(0, kShown)), why));
}

// Doubling would hold up to three times the elements while it copies.
template <typename Container>
void grow_by_half(Container& container, size_t more) {
  size_t wanted = container.size() + more;
  if (wanted > container.capacity()) container.reserve(wanted + container.size() / 2);
}

// Of a clean path; 0 for what is in the root.
size_t folder_size(std::string_view path) {
  size_t slash = last_slash(path);
  return slash == std::string_view::npos ? 0 : slash;
}

// AUFS keeps its own files under such names; they were never part of an image.
bool is_book_keeping(std::string_view path) {
  size_t at = 0;
  while ((at = path.find(kBookKeepingPrefix, at)) != std::string_view::npos) {
    bool begins_part = at == 0 || path[at - 1] == '/';
    if (begins_part && path.substr(at) != kOpaqueName) return true;
    at += kBookKeepingPrefix.size();
  }
  return false;
}

}  // namespace

bool is_indexed(const TarEntry& entry) {
  bool may_be_left_out = entry.path.find(kBookKeepingPrefix) != std::string::npos;
  return !may_be_left_out || !is_book_keeping(clean_path(entry.path));
}

void IndexBuilder::expect(uint64_t tar_bytes) {
  uint64_t entries = std::min(tar_bytes / kTarBytesOfEntry, kMaxExpectedEntries);
  index_.entries.reserve(entries);
  index_.names.reserve(entries * kNameBytesOfEntry);
}

Result<NameRef> IndexBuilder::add_bytes(std::string_view bytes) {
  if (bytes.size() > UINT32_MAX - index_.names.size()) {
    return Error(ErrorKind::Limit, "the names of one layer take more than 4 GiB");
  }
  NameRef ref{static_cast<uint32_t>(index_.names.size()), static_cast<uint32_t>(bytes.size())};
  index_.names.append(bytes);
  return ref;
}

// Whether the path is that of the last entry's folder, as it stands in the index, and a plain name:
// nearly all are. Only the name is left to be looked at then.
bool IndexBuilder::is_beside_last(std::string_view path) const {
  size_t begin = last_folder_.size + size_t{1};
  if (last_folder_.size == 0 || path.size() <= begin || path[begin - 1] != '/') return false;
  std::string_view name = path.substr(begin);
  bool is_plain = name != "." && name != ".." && !name.starts_with(kBookKeepingPrefix) &&
                  name.find_first_of(kNoNameBytes) == std::string_view::npos;
  return is_plain && path.starts_with(index_.name(last_folder_));
}

// Takes "./", "//" and leading and trailing "/" away; ".." is refused, for no builder of images
// writes it.
Result<NameRef> IndexBuilder::add_clean_path(std::string_view path) {
  if (path.find('\0') != std::string_view::npos) return bad_path(path, "has a NUL in its name");
  TextColumn& names = index_.names;
  size_t begin = names.size();
  if (path.size() > UINT32_MAX - begin) return add_bytes(path);
  size_t at = 0;
  while (at < path.size()) {
    size_t end = std::min(path.find('/', at), path.size());
    std::string_view part = path.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == "..") return bad_path(path, "leaves the root of the image");
    if (names.size() > begin) names.push_back('/');
    names.append(part);
  }
  return NameRef{static_cast<uint32_t>(begin), static_cast<uint32_t>(names.size() - begin)};
}

Result<Entry*> IndexBuilder::add(const TarEntry& source, uint64_t stated_bytes) {
  size_t names_before = index_.names.size();
  bool is_beside = is_beside_last(source.path);
  TRY_ASSIGN(NameRef path, is_beside ? add_bytes(source.path) : add_clean_path(source.path));
  if (!is_beside && is_book_keeping(index_.name(path))) {
    index_.names.resize(names_before);
    last_folder_ = {};
    index_.dropped_bytes += std::min(stated_bytes, UINT64_MAX - index_.dropped_bytes);
    return nullptr;
  }
  if (path.size == 0 && source.type != TarType::Directory)
    return bad_path(source.path, "is no path");
  if (!is_beside) last_folder_.size = static_cast<uint32_t>(folder_size(index_.name(path)));
  last_folder_.offset = path.offset;
  grow_by_half(index_.entries, 1);
  Entry& entry = index_.entries.emplace_back();
  entry.path = path;
  entry.type = entry_type(source.type);
  entry.size_bytes = source.type == TarType::File ? source.size_bytes : 0;
  set_mtime(source, entry);
  entry.mode = source.mode & 07777;
  entry.uid = source.uid;
  entry.gid = source.gid;
  if (source.device_major != 0 || source.device_minor != 0)
    index_.extra_of(entry).device = {source.device_major, source.device_minor};
  TRY(apply_whiteout(entry, last_folder_.size));
  if (entry.role == EntryRole::Normal) TRY(add_link_target(source, entry));
  if (stated_bytes != entry.size_bytes)
    index_.odd_sizes.push_back({index_.id_of(entry), stated_bytes});
  if (source.xattrs.empty()) return &entry;
  if (source.xattrs.size() > UINT32_MAX - index_.xattrs.size())
    return bad_path(source.path, "has too many extended attributes");
  EntryExtra& extra = index_.extra_of(entry);
  extra.first_xattr = static_cast<uint32_t>(index_.xattrs.size());
  extra.xattr_count = static_cast<uint32_t>(source.xattrs.size());
  for (const TarXattr& xattr : source.xattrs) {
    TRY_ASSIGN(NameRef name, add_bytes(xattr.name));
    TRY_ASSIGN(NameRef value, add_bytes(xattr.value));
    index_.xattrs.push_back({name, value});
  }
  return &entry;
}

void IndexBuilder::set_mtime(const TarEntry& source, Entry& entry) {
  entry.set_mtime_seconds(source.mtime_seconds);
  size_t count = index_.entries.size();
  if (source.mtime_nanoseconds == 0 && index_.mtime_nanoseconds.empty()) return;
  index_.mtime_nanoseconds.resize(count, 0);
  index_.mtime_nanoseconds.edit().back() = source.mtime_nanoseconds;
}

// Turns ".wh.NAME" into the role Whiteout of NAME, ".wh..wh..opq" into the role Opaque of its
// folder.
Status IndexBuilder::apply_whiteout(Entry& entry, uint32_t folder_bytes) {
  std::string_view path = index_.path(entry);
  size_t base = folder_bytes == 0 ? 0 : folder_bytes + size_t{1};
  std::string_view name = path.substr(base);
  if (!name.starts_with(kWhiteoutPrefix)) return {};
  if (name == kOpaqueName) {
    entry.role = EntryRole::Opaque;
    entry.path.size = folder_bytes;
  } else {
    std::string_view target = name.substr(kWhiteoutPrefix.size());
    if (target.empty() || target == "." || target == "..")
      return bad_path(path, "is a whiteout of nothing");
    entry.role = EntryRole::Whiteout;
    entry.path.size -= static_cast<uint32_t>(kWhiteoutPrefix.size());
    index_.names.erase(entry.path.offset + base, kWhiteoutPrefix.size());
  }
  entry.type = EntryType::File;
  entry.size_bytes = 0;
  return {};
}

Status IndexBuilder::add_link_target(const TarEntry& source, Entry& entry) {
  if (entry.type != EntryType::Symlink && entry.type != EntryType::Hardlink) return {};
  NameRef target;
  if (entry.type == EntryType::Symlink) {
    if (source.link_target.find('\0') != std::string::npos) {
      return bad_path(source.path, "has a NUL in its link target");
    }
    TRY_ASSIGN(target, add_bytes(source.link_target));
  } else {
    TRY_ASSIGN(target, add_clean_path(source.link_target));
  }
  index_.extra_of(entry).link_target = target;
  return {};
}

void IndexBuilder::keep(const Entry& entry, TopicId topic, std::string_view content) {
  index_.kept.push_back({index_.id_of(entry), topic, {}, index_.kept_bytes.size(), content.size()});
  index_.kept_bytes.append(content);
}

void IndexBuilder::set_content_hash(uint64_t hash) {
  index_.content_hashes.resize(index_.entries.size(), 0);
  index_.content_hashes.edit().back() = hash;
}

bool IndexBuilder::append(IndexBuilder& tail) {
  LayerIndex other = std::exchange(tail.index_, LayerIndex());
  if (other.names.size() > UINT32_MAX - index_.names.size()) return false;
  uint32_t entries = static_cast<uint32_t>(index_.entries.size());
  uint32_t names = static_cast<uint32_t>(index_.names.size());
  uint32_t extras = static_cast<uint32_t>(index_.extras.size());
  uint32_t xattrs = static_cast<uint32_t>(index_.xattrs.size());
  auto id_behind = [&](EntryId id) { return EntryId{entries + static_cast<uint32_t>(id)}; };
  index_.names += other.names;
  index_.entries.reserve(entries + other.entries.size());
  for (Entry entry : other.entries) {
    entry.path.offset += names;
    if (entry.extra != 0) entry.extra += extras;
    index_.entries.push_back(entry);
  }
  for (EntryExtra extra : other.extras) {
    if (extra.link_target.size > 0) extra.link_target.offset += names;
    if (extra.xattr_count > 0) extra.first_xattr += xattrs;
    index_.extras.push_back(extra);
  }
  for (Xattr xattr : other.xattrs) {
    xattr.name.offset += names;
    xattr.value.offset += names;
    index_.xattrs.push_back(xattr);
  }
  if (!index_.mtime_nanoseconds.empty() || !other.mtime_nanoseconds.empty()) {
    index_.mtime_nanoseconds.resize(entries, 0);
    other.mtime_nanoseconds.resize(other.entries.size(), 0);
    index_.mtime_nanoseconds.append(other.mtime_nanoseconds);
  }
  if (!index_.content_hashes.empty() || !other.content_hashes.empty()) {
    index_.content_hashes.resize(entries, 0);
    index_.content_hashes.append(other.content_hashes);
  }
  for (KeptContent kept : other.kept) {
    kept.entry = id_behind(kept.entry);
    kept.offset += index_.kept_bytes.size();
    index_.kept.push_back(kept);
  }
  index_.kept_bytes += other.kept_bytes;
  for (const OddSize& odd : other.odd_sizes)
    index_.odd_sizes.push_back({id_behind(odd.entry), odd.bytes});
  index_.dropped_bytes += std::min(other.dropped_bytes, UINT64_MAX - index_.dropped_bytes);
  return true;
}

LayerIndex IndexBuilder::finish() {
  if (!index_.content_hashes.empty()) index_.content_hashes.resize(index_.entries.size(), 0);
  mark_shadowed();
  return std::move(index_);
}

// Whether the names of each folder come in order, as those who walk over folders write them: then
// no path comes twice. Folders may be left and come back to.
bool IndexBuilder::is_each_folder_in_order() const {
  std::unordered_map<std::string_view, std::string_view, NameHash> last_names;  // by folder
  std::string_view folder;
  std::string_view* last = nullptr;  // of the folder
  for (const Entry& entry : index_.entries) {
    if (entry.role != EntryRole::Normal) continue;
    std::string_view path = index_.path(entry);
    size_t slash = last_slash(path);
    std::string_view above = path.substr(0, slash == std::string_view::npos ? 0 : slash);
    std::string_view name = path.substr(slash + 1);  // npos + 1 is 0
    bool is_first = false;
    if (last == nullptr || above != folder) {
      auto [found, is_new] = last_names.try_emplace(above);
      folder = above;
      last = &found->second;
      is_first = is_new;
    }
    if (!is_first && name <= *last) return false;
    *last = name;
  }
  return true;
}

// From the last entry to the first: whose path was seen already is shadowed. Whiteouts act on other
// layers and neither shadow nor are shadowed.
void IndexBuilder::mark_shadowed() {
  if (is_each_folder_in_order()) return;
  PathTable table(index_);
  std::span<Entry> entries = index_.entries.edit();
  std::array<uint64_t, kAtOnce> prepared;
  for (size_t end = index_.entries.size(); end > 0;) {
    size_t begin = end - std::min(end, kAtOnce);
    for (size_t i = begin; i < end; ++i)
      prepared[i - begin] = table.prepare(index_, static_cast<uint32_t>(i));
    for (size_t i = end; i-- > begin;) {
      Entry& entry = entries[i];
      if (entry.role != EntryRole::Normal) continue;
      entry.is_shadowed = !table.add(index_, static_cast<uint32_t>(i), prepared[i - begin]);
      index_.has_shadowed = index_.has_shadowed || entry.is_shadowed;
    }
    end = begin;
  }
}

}  // namespace whittle
