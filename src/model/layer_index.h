// What one layer holds, in flat vectors: the compact index that one pass over its bytes yields.
// Depends on nothing but the layer's bytes, so it can be stored and shared by diff id.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/column.h"
#include "model/image.h"

namespace whittle {

enum class EntryType : uint8_t {
  File,
  Directory,
  Symlink,
  Hardlink,
  CharDevice,
  BlockDevice,
  Fifo
};

// What an entry means for the layers below (OCI image-spec v1.1, layer.md, Whiteouts).
enum class EntryRole : uint8_t {
  Normal,
  Whiteout,  // `path` is the path that is removed (without ".wh.")
  Opaque,    // `path` is the directory whose lower content is hidden
};

// A range of bytes in LayerIndex::names.
struct NameRef {
  uint32_t offset = 0;
  uint32_t size = 0;
};

enum class EntryId : uint32_t {};
inline constexpr uint32_t kNoBlock = UINT32_MAX;

struct Xattr {
  NameRef name;
  NameRef value;  // binary
};

struct DeviceNumber {
  uint32_t major = 0;
  uint32_t minor = 0;
  bool operator==(const DeviceNumber&) const = default;
};

// What few entries have: reached through the index (link_target(), xattrs_of(), device_of()).
struct EntryExtra {
  NameRef link_target;  // symlink: as written; hard link: clean path of the target
  DeviceNumber device;
  uint32_t first_xattr = 0;  // into LayerIndex::xattrs
  uint32_t xattr_count = 0;
};

inline constexpr int64_t kMaxMtimeSeconds = (int64_t{1} << 43) - 1;

// 40 bytes: an image has hundreds of thousands of them.
struct Entry {
  NameRef path;             // clean, relative, without leading or trailing '/'; "" is the root
  uint64_t size_bytes = 0;  // of the file's content (logical); 0 for everything but files
  int64_t mtime_seconds : 44 = 0;  // its nanoseconds: LayerIndex
  uint32_t mode : 12 = 0;          // permission bits with setuid, setgid, sticky
  EntryType type : 3 = EntryType::File;
  EntryRole role : 2 = EntryRole::Normal;
  bool is_shadowed : 1 = false;  // the same path comes again later in this layer
  uint32_t uid = 0;
  uint32_t gid = 0;
  // Where a file's stored bytes begin in the uncompressed tar, in blocks of 512 bytes; kNoBlock for
  // everything but files and for files of a folder.
  uint32_t data_block = kNoBlock;
  uint32_t extra = 0;  // 1 + index into LayerIndex::extras; 0 for none

  // Times beyond 278,000 years from 1970 are cut to that.
  void set_mtime_seconds(int64_t seconds) {
    int64_t since = std::min(seconds < 0 ? ~seconds : seconds, kMaxMtimeSeconds);
    mtime_seconds = since & kMaxMtimeSeconds;  // the mask tells the compiler that it fits
    if (seconds < 0) mtime_seconds = ~mtime_seconds;
  }
};

static_assert(sizeof(Entry) == 40);

// Under which somebody looks at contents. The numbers stand in the files of the cache.
enum class TopicId : uint8_t {
  Packages = 0,  // what package managers and programs say of themselves
  Secrets = 1,   // what should not be in an image
  Needs = 2,     // what else a program needs to run
  Checks = 3,    // lines of configuration that checks judge
};
inline constexpr size_t kTopics = 4;

// Content of a file that was wanted beyond the pass (model/content_topic.h).
struct KeptContent {
  EntryId entry{};
  TopicId topic = TopicId::Packages;
  std::array<uint8_t, 3> padding{};  // written to the cache
  uint64_t offset = 0;               // into LayerIndex::kept_bytes
  uint64_t size = 0;
};

// A size that a header states for an entry that has no content (links, folders, whiteouts). Nobody
// but the dive-compatible figures counts it.
struct OddSize {
  EntryId entry{};
  uint64_t bytes = 0;
};

struct LayerIndex {
  Digest diff_id;      // computed when is_verified, else as the image states it
  Digest blob_digest;  // likewise; "" when the source has no stored form
  Compression compression = Compression::None;
  uint64_t blob_bytes = 0;             // bytes read from the source
  uint64_t tar_bytes = 0;              // decompressed
  TextColumn names;                    // all names, back to back
  Column<Entry> entries;               // in the order of the archive
  Column<uint32_t> mtime_nanoseconds;  // by entry; empty when all are 0
  Column<uint64_t> content_hashes;     // XXH3-64 of files, by entry; empty when none was hashed
  Column<EntryExtra> extras;
  Column<Xattr> xattrs;
  bool has_hashes = false;    // content_hashes has all files
  bool is_verified = false;   // the diff id is that of the bytes it was made from
  bool has_shadowed = false;  // of any entry
  bool is_unread = false;     // the layer could not be read: nothing is known of its entries
  // From a table of contents (estargz, zstd:chunked) or a store's own records instead of the
  // layer's bytes: no digest was checked, tar_bytes and data_block are unknown.
  bool is_listed = false;
  Column<KeptContent> kept;  // by entry, then by topic
  TextColumn kept_bytes;
  Column<OddSize> odd_sizes;  // by entry
  uint64_t dropped_bytes =
      0;  // sizes stated by entries that are no part of the layer (AUFS book-keeping)

  // What is kept of a file under a topic.
  std::optional<std::string_view> kept_content(EntryId entry, TopicId topic) const {
    auto at = std::lower_bound(
        kept.begin(), kept.end(), std::pair(entry, topic), [](const KeptContent& a, const auto& b) {
          return std::pair(a.entry, a.topic) < b;
        });
    if (at == kept.end() || at->entry != entry || at->topic != topic) return std::nullopt;
    return std::string_view(kept_bytes).substr(at->offset, at->size);
  }

  std::string_view name(NameRef ref) const {
    return std::string_view(names).substr(ref.offset, ref.size);
  }

  std::string_view path(const Entry& entry) const { return name(entry.path); }

  // Those below take an entry of this index.
  EntryId id_of(const Entry& entry) const {
    return EntryId{static_cast<uint32_t>(&entry - entries.data())};
  }

  const Entry& at(EntryId id) const { return entries[static_cast<uint32_t>(id)]; }

  // "" for everything but links.
  std::string_view link_target(const Entry& entry) const {
    return entry.extra == 0 ? std::string_view() : name(extras[entry.extra - 1].link_target);
  }

  std::span<const Xattr> xattrs_of(const Entry& entry) const {
    if (entry.extra == 0) return {};
    const EntryExtra& extra = extras[entry.extra - 1];
    return std::span<const Xattr>(xattrs).subspan(extra.first_xattr, extra.xattr_count);
  }

  // 0:0 for everything but devices.
  DeviceNumber device_of(const Entry& entry) const {
    return entry.extra == 0 ? DeviceNumber() : extras[entry.extra - 1].device;
  }

  uint32_t mtime_nanoseconds_of(const Entry& entry) const {
    return mtime_nanoseconds.empty() ? 0 : mtime_nanoseconds[static_cast<uint32_t>(id_of(entry))];
  }

  // 0 for everything but files that were hashed.
  uint64_t content_hash_of(const Entry& entry) const {
    return content_hashes.empty() ? 0 : content_hashes[static_cast<uint32_t>(id_of(entry))];
  }

  // The entry's extra, made when it has none. Valid until the next call.
  EntryExtra& extra_of(Entry& entry) {
    if (entry.extra == 0) {
      extras.emplace_back();
      entry.extra = static_cast<uint32_t>(extras.size());
    }
    return extras.edit()[entry.extra - 1];
  }
};

}  // namespace whittle
