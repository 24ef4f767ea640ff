#include "image/index_file.h"

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
constexpr uint32_t kVersion = 3;
constexpr std::array<char, 8> kMagic = {'w', 'h', 'i', 't', 'i', 'd', 'x', '\n'};
constexpr uint64_t kMaxFileBytes = 4ULL << 30;
constexpr size_t kSections = 10;
constexpr size_t kPieceBytes = 128 * 1024;

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
  bytes[31] &= 0x3f;  // two bits are unused
  return static_cast<uint32_t>(XXH3_64bits(bytes.data(), bytes.size()));
}

// Calls `each` with every section's container, in the order of the file. The one list of what a
// file holds.
template <typename Index, typename Each>
bool for_sections(Index& index, Each each) {
  return each(index.diff_id) && each(index.blob_digest) && each(index.names) &&
         each(index.entries) && each(index.mtime_nanoseconds) && each(index.extras) &&
         each(index.xattrs) && each(index.kept) && each(index.kept_bytes) && each(index.odd_sizes);
}

template <typename Container>
size_t bytes_of(const Container& container) {
  return container.size() * sizeof(typename Container::value_type);
}

struct FreeState {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

using HashState = std::unique_ptr<XXH3_state_t, FreeState>;

HashState hash_of_header(const Header& header) {
  HashState state(XXH3_createState());
  XXH3_64bits_reset(state.get());
  XXH3_64bits_update(state.get(),
                     reinterpret_cast<const char*>(&header) + kCheckedFrom,
                     sizeof header - kCheckedFrom);
  return state;
}

bool read_exactly(int fd, void* into, size_t size, uint64_t offset) {
  char* at = static_cast<char*>(into);
  while (size > 0) {
    ssize_t n = ::pread(fd, at, size, static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    size -= static_cast<size_t>(n);
    offset += static_cast<uint64_t>(n);
  }
  return true;
}

// Appends by pieces, which stay in the processor's cache: to fill a section at once would write its
// memory twice.
template <typename Container>
bool read_section(int fd,
                  uint64_t offset,
                  uint64_t size,
                  std::vector<std::byte>& piece,
                  XXH3_state_t* hash,
                  Container& container) {
  using Element = typename Container::value_type;
  static_assert(std::is_trivially_copyable_v<Element> && kPieceBytes >= sizeof(Element));
  if (size % sizeof(Element) != 0) return false;
  container.reserve(size / sizeof(Element));
  constexpr uint64_t kMost = kPieceBytes / sizeof(Element) * sizeof(Element);
  while (size > 0) {
    uint64_t some = std::min(size, kMost);
    if (!read_exactly(fd, piece.data(), some, offset)) return false;
    XXH3_64bits_update(hash, piece.data(), some);
    const auto* first = reinterpret_cast<const Element*>(piece.data());
    container.insert(container.end(), first, first + some / sizeof(Element));
    offset += some;
    size -= some;
  }
  return true;
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
  bool has_times =
      index.mtime_nanoseconds.empty() || index.mtime_nanoseconds.size() == index.entries.size();
  if (!has_times || index.entries.size() >= UINT32_MAX) return false;
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

std::optional<Header> read_header(int fd) {
  struct stat info {};

  Header header;
  if (::fstat(fd, &info) != 0 || !read_exactly(fd, &header, sizeof header, 0)) return std::nullopt;
  bool is_ours = header.magic == kMagic && header.version == kVersion &&
                 header.layout == layout_mark() && header.compression <= 2 &&
                 header.has_hashes <= 1 && header.is_verified <= 1;
  if (!is_ours) return std::nullopt;
  uint64_t size = sizeof header;
  for (uint64_t section : header.sizes) {
    if (section > kMaxFileBytes) return std::nullopt;
    size += section;
  }
  if (info.st_size < 0 || size != static_cast<uint64_t>(info.st_size)) return std::nullopt;
  return header;
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
  HashState hash = hash_of_header(header);
  for_sections(index, [&](const auto& container) {
    XXH3_64bits_update(hash.get(), container.data(), bytes_of(container));
    return true;
  });
  header.checksum = XXH3_64bits_digest(hash.get());
  TRY(write_all(fd, {reinterpret_cast<const char*>(&header), sizeof header}));
  Status written;
  for_sections(index, [&](const auto& container) {
    written = write_all(fd, {reinterpret_cast<const char*>(container.data()), bytes_of(container)});
    return written.ok();
  });
  return written;
}

bool has_same_entries(const LayerIndex& a, const LayerIndex& b) {
  auto is_same = [](const Entry& x, const Entry& y) {
    Entry unhashed = x;
    unhashed.content_hash = y.content_hash;
    return std::memcmp(&unhashed, &y, sizeof y) == 0;
  };
  return a.diff_id == b.diff_id && a.tar_bytes == b.tar_bytes && a.names == b.names &&
         std::equal(
             a.entries.begin(), a.entries.end(), b.entries.begin(), b.entries.end(), is_same);
}

void add_from(const IndexFile& older, IndexFile& newer) {
  LayerIndex& index = newer.index;
  for (size_t i = 0; !index.has_hashes && older.index.has_hashes && i < index.entries.size(); ++i)
    index.entries[i].content_hash = older.index.entries[i].content_hash;
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
  std::erase_if(index.kept,
                [&](const KeptContent& kept) { return is_taken[static_cast<size_t>(kept.topic)]; });
  for (KeptContent kept : older.index.kept) {
    if (!is_taken[static_cast<size_t>(kept.topic)]) continue;
    std::string_view content =
        std::string_view(older.index.kept_bytes).substr(kept.offset, kept.size);
    kept.offset = index.kept_bytes.size();
    index.kept_bytes.append(content);
    index.kept.push_back(kept);
  }
  std::sort(index.kept.begin(), index.kept.end(), [](const KeptContent& a, const KeptContent& b) {
    return std::pair(a.entry, a.topic) < std::pair(b.entry, b.topic);
  });
}

std::optional<IndexFile> read_index(int fd) {
  std::optional<Header> header = read_header(fd);
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
  HashState hash = hash_of_header(*header);
  uint64_t offset = sizeof *header;
  size_t section = 0;
  std::vector<std::byte> piece(kPieceBytes);
  bool is_read = for_sections(index, [&](auto& container) {
    uint64_t size = header->sizes[section++];
    bool is_there = read_section(fd, offset, size, piece, hash.get(), container);
    offset += size;
    return is_there;
  });
  bool is_sound = is_read && XXH3_64bits_digest(hash.get()) == header->checksum &&
                  are_entries_sound(index) && are_extras_sound(index) && are_contents_sound(index);
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
