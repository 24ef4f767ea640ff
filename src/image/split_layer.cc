#include "image/split_layer.h"

#include "codec/tar.h"
#include "codec/tar_fields.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxSearchBytes = 4 << 20;
constexpr size_t kMagicOffset = 257;

// The next block that looks like a header, at or after `from`.
std::optional<uint64_t> find_header(const ByteSource& tar, uint64_t from) {
  uint64_t at = from / kTarBlockBytes * kTarBlockBytes;
  std::unique_ptr<ByteSource> source = tar.from(at);
  if (source == nullptr) return std::nullopt;
  TarInput input(*source);
  for (uint64_t end = at + kMaxSearchBytes; at < end; at += kTarBlockBytes) {
    Result<std::string_view> block = input.take(kTarBlockBytes);
    if (!block.ok() || block->size() < kTarBlockBytes) return std::nullopt;
    if (block->substr(kMagicOffset, 5) == "ustar" && tar_checksum_matches(*block)) return at;
  }
  return std::nullopt;
}

}  // namespace

// The header that is found may be the member's that extension headers describe, so the place is
// behind that member.
std::optional<uint64_t> find_member(const ByteSource& tar, uint64_t from, const Limits& limits) {
  std::optional<uint64_t> header = find_header(tar, from);
  if (!header) return std::nullopt;
  std::unique_ptr<ByteSource> source = tar.from(*header);
  TarReader reader(*source, limits);
  Result<bool> is_there = reader.next();
  if (!is_there.ok() || !*is_there) return std::nullopt;
  Result<uint64_t> read = reader.leave();
  if (!read.ok()) return std::nullopt;
  return *header + *read;
}

}  // namespace whittle
