#include "packages/zip.h"

#include <algorithm>

#include "packages/bytes.h"
#include "packages/inflate.h"

namespace whittle {

namespace {

constexpr std::string_view kEnd{"PK\5\6", 4};
constexpr std::string_view kDirectory{"PK\1\2", 4};
constexpr std::string_view kLocal{"PK\3\4", 4};
constexpr uint64_t kEndBytes = 22;
constexpr uint64_t kDirectoryBytes = 46;
constexpr uint64_t kLocalBytes = 30;
constexpr uint64_t kMaxCommentBytes = 65'535;
constexpr uint16_t kStored = 0;
constexpr uint16_t kDeflated = 8;
constexpr uint64_t kEncrypted = 1;

}  // namespace

std::vector<ZipEntry> list_zip(std::string_view bytes, size_t max_entries) {
  std::vector<ZipEntry> entries;
  if (bytes.size() < kEndBytes) return entries;
  uint64_t tail_bytes = std::min<uint64_t>(bytes.size(), kEndBytes + kMaxCommentBytes);
  size_t end = bytes.rfind(kEnd);
  if (end == std::string_view::npos || end < bytes.size() - tail_bytes) return entries;
  uint64_t directory_bytes = read_little(bytes, end + 12, 4);
  uint64_t stated_at = read_little(bytes, end + 16, 4);
  if (directory_bytes > end) return entries;
  // A program in front of the archive (a jar that can be started) moves all that is stated.
  uint64_t at = end - directory_bytes;
  if (stated_at > at) return entries;
  uint64_t moved = at - stated_at;
  while (entries.size() < max_entries && slice(bytes, at, 4) == kDirectory) {
    uint64_t name_bytes = read_little(bytes, at + 28, 2);
    ZipEntry entry;
    entry.name = slice(bytes, at + kDirectoryBytes, name_bytes);
    entry.method = static_cast<uint16_t>(read_little(bytes, at + 10, 2));
    entry.packed_bytes = read_little(bytes, at + 20, 4);
    entry.plain_bytes = read_little(bytes, at + 24, 4);
    entry.header_at = read_little(bytes, at + 42, 4) + moved;
    bool is_encrypted = (read_little(bytes, at + 8, 2) & kEncrypted) != 0;
    if (!is_encrypted) entries.push_back(entry);
    at += kDirectoryBytes + name_bytes + read_little(bytes, at + 30, 2) +
          read_little(bytes, at + 32, 2);
  }
  return entries;
}

std::optional<std::string_view> read_zip_entry(std::string_view bytes,
                                               const ZipEntry& entry,
                                               uint64_t max_bytes,
                                               std::string& plain) {
  if (entry.plain_bytes > max_bytes || slice(bytes, entry.header_at, 4) != kLocal)
    return std::nullopt;
  uint64_t begin = entry.header_at + kLocalBytes + read_little(bytes, entry.header_at + 26, 2) +
                   read_little(bytes, entry.header_at + 28, 2);
  std::string_view packed = slice(bytes, begin, entry.packed_bytes);
  if (packed.size() != entry.packed_bytes) return std::nullopt;
  if (entry.method == kStored) return packed;
  if (entry.method != kDeflated) return std::nullopt;
  std::optional<std::string> inflated = inflate_raw(packed, entry.plain_bytes);
  if (!inflated) return std::nullopt;
  plain = std::move(*inflated);
  return plain;
}

}  // namespace whittle
