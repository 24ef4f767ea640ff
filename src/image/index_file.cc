#include "image/index_file.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <memory>
#include <type_traits>

#include "base/fs.h"

namespace whittle {

namespace {

// Changes with every change of the structures below or of what they mean.
constexpr uint32_t kVersion = 5;
constexpr std::array<char, 8> kMagic = {'w', 'h', 'i', 't', 'i', 'd', 'x', '\n'};
constexpr uint64_t kMaxFileBytes = 4ULL << 30;
constexpr size_t kSections = 11;
constexpr size_t kAlignment = 8;  // of every section: they are read where they lie

struct Header {
  std::array<char, 8> magic = kMagic;
  uint64_t checksum = 0;  // XXH3-64 of all behind it
  uint32_t version = kVersion;
  // Where fields lie in memory; differs between byte orders and between compilers' bit-fields.
  uint32_t layout = 0;
  std::array<uint32_t, kTopics> topic_versions{};
  std::array<uint8_t, kTopics> topic_sets{};
  uint8_t compression = 0;
  uint8_t has_hashes = 0;
  uint8_t is_verified = 0;
  uint8_t padding = 0;
  uint64_t blob_bytes = 0;
  uint64_t tar_bytes = 0;
  uint64_t dropped_bytes = 0;
  std::array<uint64_t, kSections> sizes{};  // of the sections, in bytes, in their order
};

static_assert(std::has_unique_object_representations_v<Header>);
static_assert(sizeof(Header) % kAlignment == 0);
constexpr size_t kCheckedFrom = offsetof(Header, version);

uint32_t layout_mark() {
  Entry entry;
  entry.size_bytes = 1;
  entry.set_mtime_seconds(-2);
  entry.mode = 0421;
  entry.type = EntryType::Fifo;
  entry.role = EntryRole::Opaque;
  entry.is_shadowed = true;
  std::array<unsigned char, sizeof(Entry)> bytes{};
  std::memcpy(bytes.data(), &entry, sizeof entry);
  bytes[23] &= 0x3f;  // two bits are unused
  return static_cast<uint32_t>(XXH3_64bits(bytes.data(), bytes.size()));
}

// Calls `each` with every section's container, in the order of the file. The one list of what a
// file holds.
template <typename Index, typename Each>
bool for_sections(Index& index, Each each) {
  return each(index.diff_id) && each(index.blob_digest) && each(index.names) &&
         each(index.entries) && each(index.mtime_nanoseconds) && each(index.content_hashes) &&
         each(index.extras) && each(index.xattrs) && each(index.kept) && each(index.kept_bytes) &&
         each(index.odd_sizes);
}

template <typename Container>
size_t bytes_of(const Container& container) {
  return container.size() * sizeof(typename Container::value_type);
}

size_t padding_of(uint64_t bytes) {
  return static_cast<size_t>((kAlignment - bytes % kAlignment) % kAlignment);
}

struct FreeState {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

using HashState = std::unique_ptr<XXH3_state_t, FreeState>;

// A whole file in memory, as long as the pointer lives. Files of the cache are replaced, never
// changed. nullptr for one that is empty or cannot be mapped.
std::shared_ptr<const void> map_file(int fd, size_t size) {
  if (size == 0) return nullptr;
  void* mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
  if (mapped == MAP_FAILED) return nullptr;
  return {mapped, [size](const void* at) { ::munmap(const_cast<void*>(at), size); }};
}

void take_section(std::string_view bytes,
                  const std::shared_ptr<const void>& /*file*/,
                  std::string& into) {
  into = bytes;
}

template <typename T>
void take_section(std::string_view bytes,
                  const std::shared_ptr<const void>& file,
                  Column<T>& into) {
  static_assert(alignof(T) <= kAlignment);
  static_cast<Column<T>&>(into) =
      Column<T>({reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)}, file);
}

bool fits(const LayerIndex& index, NameRef ref) {
  return ref.offset <= index.names.size() && ref.size <= index.names.size() - ref.offset;
}

bool are_extras_sound(const LayerIndex& index) {
  for (const EntryExtra& extra : index.extras) {
    if (!fits(index, extra.link_target) || extra.first_xattr > index.xattrs.size() ||
        extra.xattr_count > index.xattrs.size() - extra.first_xattr)
      return false;
  }
  return std::all_of(index.xattrs.begin(), index.xattrs.end(), [&](const Xattr& xattr) {
    return fits(index, xattr.name) && fits(index, xattr.value);
  });
}

bool are_entries_sound(const LayerIndex& index) {
  auto has_all_or_none = [&](const auto& column) {
    return column.empty() || column.size() == index.entries.size();
  };
  if (!has_all_or_none(index.mtime_nanoseconds) || !has_all_or_none(index.content_hashes) ||
      index.entries.size() >= UINT32_MAX)
    return false;
  return std::all_of(index.entries.begin(), index.entries.end(), [&](const Entry& entry) {
    return fits(index, entry.path) && entry.extra <= index.extras.size() &&
           entry.type <= EntryType::Fifo && entry.role <= EntryRole::Opaque;
  });
}

bool are_contents_sound(const LayerIndex& index) {
  auto is_entry = [&](EntryId id) { return static_cast<uint32_t>(id) < index.entries.size(); };
  bool is_kept_sound =
      std::all_of(index.kept.begin(), index.kept.end(), [&](const KeptContent& kept) {
        return is_entry(kept.entry) && static_cast<size_t>(kept.topic) < kTopics &&
               kept.offset <= index.kept_bytes.size() &&
               kept.size <= index.kept_bytes.size() - kept.offset;
      });
  return is_kept_sound && std::all_of(index.odd_sizes.begin(),
                                      index.odd_sizes.end(),
                                      [&](const OddSize& odd) { return is_entry(odd.entry); });
}

// The header of a whole file of this version.
std::optional<Header> read_header(std::string_view file) {
  Header header;
  if (file.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, file.data(), sizeof header);
  bool is_ours = header.magic == kMagic && header.version == kVersion &&
                 header.layout == layout_mark() && header.compression <= 2 &&
                 header.has_hashes <= 1 && header.is_verified <= 1;
  if (!is_ours) return std::nullopt;
  uint64_t size = sizeof header;
  for (uint64_t section : header.sizes) {
    if (section > kMaxFileBytes) return std::nullopt;
    size += section + padding_of(section);
  }
  bool is_whole = size == file.size() &&
                  XXH3_64bits(file.data() + kCheckedFrom, size - kCheckedFrom) == header.checksum;
  return is_whole ? std::optional(header) : std::nullopt;
}

}  // namespace

Status write_index(int fd, const LayerIndex& index, const KeptTopics& topics) {
  Header header;
  header.layout = layout_mark();
  header.topic_versions = topics.versions;
  header.topic_sets = topics.sets;
  header.compression = static_cast<uint8_t>(index.compression);
  header.has_hashes = index.has_hashes ? 1 : 0;
  header.is_verified = index.is_verified ? 1 : 0;
  header.blob_bytes = index.blob_bytes;
  header.tar_bytes = index.tar_bytes;
  header.dropped_bytes = index.dropped_bytes;
  size_t section = 0;
  for_sections(index, [&](const auto& container) {
    header.sizes[section++] = bytes_of(container);
    return true;
  });
  constexpr std::array<char, kAlignment> kPadding{};
  HashState hash(XXH3_createState());
  XXH3_64bits_reset(hash.get());
  XXH3_64bits_update(hash.get(),
                     reinterpret_cast<const char*>(&header) + kCheckedFrom,
                     sizeof header - kCheckedFrom);
  for_sections(index, [&](const auto& container) {
    XXH3_64bits_update(hash.get(), container.data(), bytes_of(container));
    XXH3_64bits_update(hash.get(), kPadding.data(), padding_of(bytes_of(container)));
    return true;
  });
  header.checksum = XXH3_64bits_digest(hash.get());
  TRY(write_all(fd, {reinterpret_cast<const char*>(&header), sizeof header}));
  Status written;
  for_sections(index, [&](const auto& container) {
    size_t bytes = bytes_of(container);
    written = write_all(fd, {reinterpret_cast<const char*>(container.data()), bytes});
    if (written.ok()) written = write_all(fd, {kPadding.data(), padding_of(bytes)});
    return written.ok();
  });
  return written;
}

bool has_same_entries(const LayerIndex& a, const LayerIndex& b) {
  auto is_same = [](const Entry& x, const Entry& y) { return std::memcmp(&x, &y, sizeof y) == 0; };
  return a.diff_id == b.diff_id && a.tar_bytes == b.tar_bytes && a.names == b.names &&
         std::equal(
             a.entries.begin(), a.entries.end(), b.entries.begin(), b.entries.end(), is_same);
}

void add_from(const IndexFile& older, IndexFile& newer) {
  LayerIndex& index = newer.index;
  if (!index.has_hashes && older.index.has_hashes)
    index.content_hashes = older.index.content_hashes;
  index.has_hashes = index.has_hashes || older.index.has_hashes;
  std::array<bool, kTopics> is_taken{};
  for (size_t id = 0; id < kTopics; ++id) {
    uint8_t sets = newer.topics.sets[id];
    bool is_absent = newer.topics.versions[id] == 0;
    bool is_less = newer.topics.versions[id] == older.topics.versions[id] &&
                   (older.topics.sets[id] & sets) == sets && older.topics.sets[id] != sets;
    if (older.topics.versions[id] == 0 || (!is_absent && !is_less)) continue;
    is_taken[id] = true;
    newer.topics.versions[id] = older.topics.versions[id];
    newer.topics.sets[id] = older.topics.sets[id];
  }
  std::vector<KeptContent> all;
  for (const KeptContent& kept : index.kept) {
    if (!is_taken[static_cast<size_t>(kept.topic)]) all.push_back(kept);
  }
  for (KeptContent kept : older.index.kept) {
    if (!is_taken[static_cast<size_t>(kept.topic)]) continue;
    std::string_view content =
        std::string_view(older.index.kept_bytes).substr(kept.offset, kept.size);
    kept.offset = index.kept_bytes.size();
    index.kept_bytes.append(content);
    all.push_back(kept);
  }
  std::sort(all.begin(), all.end(), [](const KeptContent& a, const KeptContent& b) {
    return std::pair(a.entry, a.topic) < std::pair(b.entry, b.topic);
  });
  index.kept = {};
  index.kept.append(all);
}

std::optional<IndexFile> read_index(int fd) {
  struct stat info {};

  if (::fstat(fd, &info) != 0 || info.st_size < 0) return std::nullopt;
  auto size = static_cast<size_t>(info.st_size);
  std::shared_ptr<const void> mapped = map_file(fd, size);
  if (mapped == nullptr) return std::nullopt;
  std::string_view bytes(static_cast<const char*>(mapped.get()), size);
  std::optional<Header> header = read_header(bytes);
  if (!header) return std::nullopt;
  IndexFile file;
  file.topics = {header->topic_versions, header->topic_sets};
  LayerIndex& index = file.index;
  index.compression = static_cast<Compression>(header->compression);
  index.has_hashes = header->has_hashes != 0;
  index.is_verified = header->is_verified != 0;
  index.blob_bytes = header->blob_bytes;
  index.tar_bytes = header->tar_bytes;
  index.dropped_bytes = header->dropped_bytes;
  bytes.remove_prefix(sizeof *header);
  size_t section = 0;
  bool is_sound = for_sections(index, [&](auto& container) {
    uint64_t section_bytes = header->sizes[section++];
    using Element = typename std::remove_reference_t<decltype(container)>::value_type;
    if (section_bytes % sizeof(Element) != 0) return false;
    take_section(bytes.substr(0, section_bytes), mapped, container);
    bytes.remove_prefix(section_bytes + padding_of(section_bytes));
    return true;
  });
  is_sound =
      is_sound && are_entries_sound(index) && are_extras_sound(index) && are_contents_sound(index);
  if (!is_sound) return std::nullopt;
  index.has_shadowed = std::any_of(index.entries.begin(),
                                   index.entries.end(),
                                   [](const Entry& entry) { return entry.is_shadowed; });
  return file;
}

bool seal_index(std::string& file) {
  if (file.size() < sizeof(Header)) return false;
  uint64_t checksum = XXH3_64bits(file.data() + kCheckedFrom, file.size() - kCheckedFrom);
  std::memcpy(file.data() + offsetof(Header, checksum), &checksum, sizeof checksum);
  return true;
}

}  // namespace whittle
