// tar: what one member is, and the streaming reader and writer of archives.
// Formats: POSIX.1-2017 pax (ustar and pax interchange), GNU tar manual "Basic Tar Format" and
// "Storing Sparse Files", star(5) for SCHILY.*, libarchive's tar(5) for LIBARCHIVE.*.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "codec/byte_source.h"

namespace whittle {

enum class TarType : uint8_t { File, Directory, Symlink, Hardlink, CharDevice, BlockDevice, Fifo };

struct TarXattr {
  std::string name;   // "security.capability"
  std::string value;  // binary
  bool operator==(const TarXattr&) const = default;
};

// One member. Names are bytes as the archive has them: neither cleaned nor checked for "..".
struct TarEntry {
  TarType type = TarType::File;
  std::string path;
  std::string link_target;
  uint64_t size_bytes =
      0;              // of the content (a sparse file at full size); 0 for everything but files
  uint32_t mode = 0;  // permission bits with setuid, setgid, sticky
  uint32_t uid = 0;
  uint32_t gid = 0;
  int64_t mtime_seconds = 0;
  uint32_t mtime_nanoseconds = 0;
  uint32_t device_major = 0;
  uint32_t device_minor = 0;
  std::vector<TarXattr> xattrs;
};

// A stretch of a sparse file that is stored; everything between is zero.
struct SparseExtent {
  uint64_t offset = 0;
  uint64_t size = 0;
};

// PAX records, a later one of the same key in place of an earlier one; sparse maps of format 0.0
// are kept in order.
struct PaxRecords {
  std::map<std::string, std::string, std::less<>> values;
  std::vector<uint64_t> sparse_numbers;  // GNU.sparse.offset and .numbytes in turn
};

// A window on a stream that hands out bytes without copying them: those of a source that can be
// looked at, or else what a buffer has of it.
class TarInput {
 public:
  explicit TarInput(ByteSource& source);
  // The next `count` bytes (at most kBlockBytes * 2), fewer at the end of the stream. Valid until
  // the next call.
  Result<std::string_view> take(size_t count);
  // 1..max bytes, whatever is at hand; empty at the end.
  Result<std::string_view> take_some(uint64_t max);
  // Passes over `count` bytes; returns how many there were.
  Result<uint64_t> skip(uint64_t count);

  uint64_t position() const { return position_; }

  // Those of the `count` bytes behind the next `ahead` ones that lie in memory already; nothing is
  // read for it.
  std::string_view peek(uint64_t ahead, size_t count) const {
    uint64_t at_hand = end_ - begin_;
    if (ahead >= at_hand) return {};
    return std::string_view(data_ + begin_ + ahead, std::min<uint64_t>(count, at_hand - ahead));
  }

  // Gives back to the source what was not taken; an error if what was could not be read.
  Status settle();

 private:
  Status refill(size_t count);
  Result<bool> look(size_t count);

  ByteSource& source_;
  std::vector<std::byte> buffer_;
  size_t window_;  // how much is read at once: little behind a skip, more the longer none comes
  // Bytes [begin_, end_) there are at hand: the buffer's, or the source's, which has passed over
  // none of them yet.
  const char* data_ = nullptr;
  bool is_looking_ = false;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool is_ended_ = false;
  uint64_t position_ = 0;
};

// Reads the members of an archive in order. Errors are Invalid (damage, truncation), Limit, or
// Unsupported (multi-volume archives and other rarities). Not thread-safe.
class TarReader {
 public:
  // Both must outlive the reader.
  TarReader(ByteSource& source, const Limits& limits);

  // Goes to the next member, over what is left of the last one's content; false at the end of the
  // archive, which is a zero block, or the end of the stream between two members.
  Result<bool> next();

  const TarEntry& entry() const { return entry_; }

  // The next piece of the member's content; empty at its end. Holes come as zeros. Valid until the
  // next call.
  Result<std::string_view> read_content();

  // Where the member's stored bytes begin in the stream, and how many there are.
  uint64_t data_offset() const { return data_offset_; }

  uint64_t stored_bytes() const { return stored_bytes_; }

  bool is_sparse() const { return is_sparse_; }

  // The size that the headers state, also for a member that has no content.
  uint64_t stated_bytes() const { return stated_bytes_; }

  // An error if what was read so far was not what the source has (ByteSource::look).
  Status settle() { return input_.settle(); }

  // Goes to the end of the stream, whatever follows the archive.
  Status drain();

  // Goes over what is left of the last member; returns where the next one's headers begin.
  Result<uint64_t> leave();

  // Whether something that was read is of effect on all members to come.
  bool has_globals() const { return !global_.values.empty() || !global_.sparse_numbers.empty(); }

  // Header blocks read so far; Limits::max_entries counts them.
  uint64_t headers() const { return entries_; }

 private:
  struct Header;

  Result<bool> read_header(Header& header);
  Result<bool> finish_archive();
  Result<bool> apply_extension(const Header& header);
  Result<std::string> read_text(uint64_t size, uint64_t Limits::*limit);
  Status fill_entry(const Header& header);
  void fill_names(const Header& header);
  Status fill_numbers(const Header& header);
  Status apply_pax();
  Status apply_owner_and_time();
  Status apply_xattr(std::string_view key, std::string_view value);

  // Of the member's own records and those for all; few archives have any.
  bool has_pax() const { return has_local_ || !global_.values.empty(); }

  std::optional<std::string_view> pax(std::string_view key) const;
  Result<std::optional<uint64_t>> pax_number(std::string_view key) const;
  Status apply_pax_size(const Header& header);
  Status set_size(const Header& header);
  Status start_old_sparse(std::string_view header_block);
  Status start_pax_sparse();
  Status read_sparse_map_1_0();
  Status check_sparse_map(uint64_t real_size);
  Status leave_member();
  Error invalid(std::string_view what) const;

  const Limits& limits_;
  TarInput input_;
  TarEntry entry_;
  PaxRecords global_;
  PaxRecords local_;
  bool has_local_ = false;
  std::optional<std::string> gnu_path_;
  std::optional<std::string> gnu_link_;
  uint64_t entries_ = 0;
  uint64_t data_offset_ = 0;
  uint64_t stored_bytes_ = 0;
  uint64_t stated_bytes_ = 0;
  uint64_t stored_left_ = 0;  // of the member's bytes, not read yet
  uint64_t padding_ = 0;      // zeros behind them
  uint64_t content_at_ = 0;   // read position in the logical content
  bool is_sparse_ = false;
  std::vector<SparseExtent> extents_;
  size_t extent_ = 0;
};

inline constexpr size_t kTarBlockBytes = 512;

// Headers of one member as bytes: a ustar header, with a PAX header before it where ustar has no
// room (long names, big numbers, fractional times, xattrs). Same member, same bytes. The content
// (size_bytes) and tar_padding() zeros follow. The order of xattrs is kept.
std::string tar_header(const TarEntry& entry);

// One block only: a size that ustar has no room for is base-256, as GNU tar writes it. For names of
// at most 100 bytes.
std::string tar_block(const TarEntry& entry);

// Zeros from the end of `size` bytes to the next block.
inline size_t tar_padding(uint64_t size) {
  return static_cast<size_t>((kTarBlockBytes - size % kTarBlockBytes) % kTarBlockBytes);
}

// The end of an archive: two zero blocks.
inline std::string tar_end() {
  return std::string(2 * kTarBlockBytes, '\0');
}

}  // namespace whittle
