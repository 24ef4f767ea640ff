// Packages.db, rpm's own "ndb": pages of slots, each leading to a blob (rpm,
// lib/backend/ndb/rpmpkg.c).
#include <string>

#include "packages/bytes.h"
#include "packages/cataloguers/rpm_databases.h"

namespace whittle {

namespace {

constexpr uint64_t kHeaderMagic = 0x506d7052;  // "RpmP"
constexpr uint64_t kSlotMagic = 0x746f6c53;    // "Slot"
constexpr uint64_t kBlobMagic = 0x53626c42;    // "BlbS"
constexpr uint64_t kPageBytes = 4096;
constexpr uint64_t kBlockBytes = 16;
constexpr uint64_t kSlotBytes = 16;
constexpr uint64_t kHeaderBytes = 32;
constexpr uint64_t kBlobHeaderBytes = 16;

Error damaged(const char* what) {
  return Error(ErrorKind::Invalid, std::string("Packages.db: ") + what);
}

}  // namespace

Status read_rpm_ndb(std::string_view database, const RpmHeaderSink& sink) {
  if (read_little(database, 0, 4) != kHeaderMagic) return damaged("not an rpm database");
  uint64_t slots_end =
      std::min<uint64_t>(read_little(database, 12, 4) * kPageBytes, database.size());
  uint64_t budget = database.size();  // blobs do not overlap
  for (uint64_t at = kHeaderBytes; at + kSlotBytes <= slots_end; at += kSlotBytes) {
    if (read_little(database, at, 4) != kSlotMagic) return damaged("a slot is damaged");
    uint64_t package = read_little(database, at + 4, 4);
    uint64_t offset = read_little(database, at + 8, 4) * kBlockBytes;
    if (package == 0) continue;  // free
    bool is_blob = offset != 0 && read_little(database, offset, 4) == kBlobMagic &&
                   read_little(database, offset + 4, 4) == package;
    uint64_t size = read_little(database, offset + 12, 4);
    std::string_view blob = slice(database, offset + kBlobHeaderBytes, size);
    if (!is_blob || blob.size() != size || size > budget) return damaged("a package is cut off");
    budget -= size;
    sink(blob);
  }
  return {};
}

}  // namespace whittle
