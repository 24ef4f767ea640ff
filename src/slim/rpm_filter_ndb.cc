// Packages.db, rpm's own "ndb": a header, pages of slots, blobs in blocks of 16 bytes (rpm 4.20,
// lib/backend/ndb/rpmpkg.cc).
#include <algorithm>
#include <vector>

#include "packages/bytes.h"
#include "slim/rpm_filters.h"

namespace whittle {

namespace {

constexpr uint64_t kHeaderMagic = 0x506d7052;  // "RpmP"
constexpr uint64_t kSlotMagic = 0x746f6c53;    // "Slot"
constexpr uint64_t kHeadMagic = 0x53626c42;    // "BlbS"
constexpr uint64_t kTailMagic = 0x45626c42;    // "BlbE"
constexpr uint64_t kHeaderBytes = 32;
constexpr uint64_t kSlotPagesAt = 12;
constexpr uint64_t kPageBytes = 4096;
constexpr uint64_t kSlotBytes = 16;
constexpr uint64_t kBlockBytes = 16;
constexpr uint64_t kHeadBytes = 16;
constexpr uint64_t kTailBytes = 12;

struct Blob {
  uint32_t package = 0;
  uint64_t block = 0;
  std::string_view bytes;  // with head, padding and tail
  std::string_view header;
};

// Nullopt unless all of its parts say the same of its size.
std::optional<Blob> blob_of(std::string_view database, std::string_view slot) {
  Blob blob;
  blob.package = static_cast<uint32_t>(read_little(slot, 4, 4));
  blob.block = read_little(slot, 8, 4);
  uint64_t size = read_little(slot, 12, 4) * kBlockBytes;
  blob.bytes = slice(database, blob.block * kBlockBytes, size);
  uint64_t header_bytes = read_little(blob.bytes, 12, 4);
  uint64_t whole = kHeadBytes + header_bytes + kTailBytes;
  uint64_t tail = size - std::min(size, kTailBytes);
  bool is_whole = blob.bytes.size() == size && read_little(blob.bytes, 0, 4) == kHeadMagic &&
                  read_little(blob.bytes, 4, 4) == blob.package && blob.package != 0 &&
                  (whole + kBlockBytes - 1) / kBlockBytes * kBlockBytes == size &&
                  read_little(blob.bytes, tail + 4, 4) == header_bytes &&
                  read_little(blob.bytes, tail + 8, 4) == kTailMagic;
  if (!is_whole) return std::nullopt;
  blob.header = slice(blob.bytes, kHeadBytes, header_bytes);
  return blob;
}

// In the order they stand in, each in a place and with a number of its own.
std::optional<std::vector<Blob>> read_blobs(std::string_view database) {
  uint64_t slots_end = read_little(database, kSlotPagesAt, 4) * kPageBytes;
  bool is_one = read_little(database, 0, 4) == kHeaderMagic && read_little(database, 4, 4) == 0 &&
                slots_end >= kPageBytes && slots_end <= database.size();
  if (!is_one) return std::nullopt;
  std::vector<Blob> blobs;
  for (uint64_t at = kHeaderBytes; at < slots_end; at += kSlotBytes) {
    std::string_view slot = slice(database, at, kSlotBytes);
    if (read_little(slot, 0, 4) != kSlotMagic) return std::nullopt;
    if (read_little(slot, 8, 4) == 0) continue;  // free
    std::optional<Blob> blob = blob_of(database, slot);
    if (!blob) return std::nullopt;
    blobs.push_back(*blob);
  }
  std::sort(
      blobs.begin(), blobs.end(), [](const Blob& a, const Blob& b) { return a.block < b.block; });
  RpmNumbers seen;
  uint64_t end = slots_end;
  for (const Blob& blob : blobs) {
    if (blob.block * kBlockBytes < end || !seen.insert(blob.package).second) return std::nullopt;
    end = blob.block * kBlockBytes + blob.bytes.size();
  }
  return blobs;
}

void append_little(std::string& out, uint64_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8)
    out.push_back(static_cast<char>(value >> shift & 0xff));
}

}  // namespace

std::optional<RpmNumbers> staying_in_rpm_ndb(std::string_view database, const RpmStays& stays) {
  std::optional<std::vector<Blob>> blobs = read_blobs(database);
  if (!blobs) return std::nullopt;
  RpmNumbers staying;
  for (const Blob& blob : *blobs) {
    if (stays(blob.header)) staying.insert(blob.package);
  }
  return staying;
}

// A blob has no word of where it stands. The generation and the next number stay as they are: an
// index is good for the same generation.
std::optional<std::string> filter_rpm_ndb(std::string_view database, const RpmNumbers& staying) {
  std::optional<std::vector<Blob>> blobs = read_blobs(database);
  if (!blobs) return std::nullopt;
  std::erase_if(*blobs, [&](const Blob& blob) { return !staying.contains(blob.package); });
  uint64_t slots = (kPageBytes - kHeaderBytes) / kSlotBytes;
  while (slots < blobs->size()) slots += kPageBytes / kSlotBytes;
  uint64_t slots_end = kHeaderBytes + slots * kSlotBytes;
  std::string out(database.substr(0, kHeaderBytes));
  std::string pages;
  append_little(pages, slots_end / kPageBytes);
  out.replace(kSlotPagesAt, pages.size(), pages);
  uint64_t block = slots_end / kBlockBytes;
  for (uint64_t i = 0; i < slots; ++i) {
    bool is_used = i < blobs->size();
    uint64_t blocks = is_used ? (*blobs)[i].bytes.size() / kBlockBytes : 0;
    append_little(out, kSlotMagic);
    append_little(out, is_used ? (*blobs)[i].package : 0);
    append_little(out, is_used ? block : 0);
    append_little(out, blocks);
    block += blocks;
  }
  for (const Blob& blob : *blobs) out += blob.bytes;
  return out;
}

}  // namespace whittle
