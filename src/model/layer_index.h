// What one layer holds, in flat vectors: the compact index that one pass over its bytes yields.
// Depends on nothing but the layer's bytes, so it can be stored and shared by diff id.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/image.h"

namespace whittle {

enum class EntryType : uint8_t { File, Directory, Symlink, Hardlink, CharDevice, BlockDevice, Fifo };

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

struct Entry {
  NameRef path;         // clean, relative, without leading or trailing '/'; "" is the root
  NameRef link_target;  // symlink: as written; hard link: clean path of the target
  uint64_t size_bytes = 0;        // of the file's content (logical); 0 for everything but files
  int64_t mtime_seconds = 0;
  uint32_t mtime_nanoseconds = 0;
  uint32_t mode = 0;              // permission bits with setuid, setgid, sticky
  uint32_t uid = 0;
  uint32_t gid = 0;
  uint32_t device_major = 0;
  uint32_t device_minor = 0;
  uint32_t first_xattr = 0;       // into LayerIndex::xattrs
  uint16_t xattr_count = 0;
  EntryType type = EntryType::File;
  EntryRole role = EntryRole::Normal;
  bool is_shadowed = false;       // the same path comes again later in this layer
  uint64_t content_hash = 0;      // XXH3-64 of a file's content when the index has hashes, else 0
  // Where a file's stored bytes begin in the uncompressed tar, in blocks of 512 bytes; kNoBlock for
  // everything but files and for files of a folder.
  uint32_t data_block = kNoBlock;
};

// Content of a file that was wanted beyond the pass (ContentRule in image/read.h).
struct KeptContent {
  EntryId entry{};
  uint64_t offset = 0;  // into LayerIndex::kept_bytes
  uint64_t size = 0;
};

// A size that a header states for an entry that has no content (links, folders, whiteouts). Nobody
// but the dive-compatible figures counts it.
struct OddSize {
  EntryId entry{};
  uint64_t bytes = 0;
};

struct LayerIndex {
  Digest diff_id;                 // computed
  Digest blob_digest;             // computed, "" when the source has no stored form
  Compression compression = Compression::None;
  uint64_t blob_bytes = 0;        // bytes read from the source
  uint64_t tar_bytes = 0;         // decompressed
  std::string names;              // all names, back to back
  std::vector<Entry> entries;     // in the order of the archive
  std::vector<Xattr> xattrs;
  bool has_hashes = false;        // content_hash of all files is filled
  // From a table of contents (estargz, zstd:chunked) or a store's own records instead of the layer's
  // bytes: no digest was checked, tar_bytes and data_block are unknown.
  bool is_listed = false;
  std::vector<KeptContent> kept;  // by entry
  std::string kept_bytes;
  std::vector<OddSize> odd_sizes;   // by entry
  uint64_t dropped_bytes = 0;     // sizes stated by entries that are no part of the layer (AUFS book-keeping)

  std::string_view name(NameRef ref) const { return std::string_view(names).substr(ref.offset, ref.size); }
  std::string_view path(const Entry& entry) const { return name(entry.path); }
};

}  // namespace whittle
