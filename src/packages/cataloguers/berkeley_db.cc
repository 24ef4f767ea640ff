#include "packages/cataloguers/berkeley_db.h"

#include <algorithm>
#include <optional>

#include "packages/bytes.h"

namespace whittle {

namespace {

using bdb::kHashPage;
using bdb::kItemHere;
using bdb::kItemOffPage;
using bdb::kLeafPage;
using bdb::kOverflowPage;
using bdb::kPageHeaderBytes;
using bdb::kUnsortedHashPage;

constexpr uint64_t kHashMagic = 0x061561;
constexpr uint64_t kBtreeMagic = 0x053162;
constexpr uint64_t kDeleted = 0x80;

Error damaged(const char* what) {
  return Error(ErrorKind::Invalid, what);
}

class PairReader {
 public:
  PairReader(const BerkeleyDb& file, std::string_view bytes)
      : file_(file), bytes_(bytes), page_bytes_(file.page_bytes()) {
    budget_ = bytes.size() / page_bytes_;
  }

  Status run(const BerkeleyDb::Sink& sink) {
    bool is_hash = file_.kind() == BerkeleyDb::Kind::Hash;
    for (uint64_t i = 1; i < bytes_.size() / page_bytes_; ++i) {
      page_ = slice(bytes_, i * page_bytes_, page_bytes_);
      uint64_t type = file_.number(page_, 25, 1);
      bool has_pairs = is_hash ? type == kHashPage || type == kUnsortedHashPage : type == kLeafPage;
      if (!has_pairs) continue;
      uint64_t items = std::min(file_.number(page_, 20, 2), (page_bytes_ - kPageHeaderBytes) / 2);
      for (uint64_t item = 0; item + 1 < items; item += 2) {
        is_deleted_ = false;
        TRY_ASSIGN(std::string_view key, read_item(item, is_hash, key_));
        TRY_ASSIGN(std::string_view value, read_item(item + 1, is_hash, value_));
        if (!is_deleted_) sink(key, value);
      }
    }
    return {};
  }

 private:
  uint64_t offset_of(uint64_t item) const {
    return file_.number(page_, kPageHeaderBytes + 2 * item, 2);
  }

  Result<std::string_view> read_item(uint64_t item, bool is_hash, std::string& buffer) {
    return is_hash ? read_hash_item(item, buffer) : read_leaf_item(item, buffer);
  }

  // Its kind and its bytes; items grow downwards, so it ends where the one before it begins.
  Result<std::string_view> read_hash_item(uint64_t item, std::string& buffer) {
    uint64_t at = offset_of(item);
    uint64_t end = item == 0 ? page_bytes_ : offset_of(item - 1);
    uint64_t kind = file_.number(page_, at, 1);
    if (at < kPageHeaderBytes || end <= at || end > page_bytes_)
      return damaged("an item is damaged");
    if (kind == kItemHere) return slice(page_, at + 1, end - at - 1);
    if (kind == kItemOffPage) return read_chain(at, buffer);
    return damaged("an item is of another kind");
  }

  // Its length, its kind and its bytes.
  Result<std::string_view> read_leaf_item(uint64_t item, std::string& buffer) {
    uint64_t at = offset_of(item);
    uint64_t size = file_.number(page_, at, 2);
    uint64_t kind = file_.number(page_, at + 2, 1);
    if ((kind & kDeleted) != 0) is_deleted_ = true;
    kind &= ~kDeleted;
    if (at < kPageHeaderBytes || at + 3 > page_bytes_) return damaged("an item is damaged");
    if (kind == kItemOffPage) return read_chain(at, buffer);
    if (kind != kItemHere) return damaged("an item is of another kind");
    std::string_view bytes = slice(page_, at + 3, size);
    if (bytes.size() != size) return damaged("an item is cut off");
    return bytes;
  }

  // Of both kinds of pages: four bytes, the first page, the length.
  Result<std::string_view> read_chain(uint64_t at, std::string& buffer) {
    uint64_t next = file_.number(page_, at + 4, 4);
    uint64_t size = file_.number(page_, at + 8, 4);
    if (size > bytes_.size()) return damaged("a value is cut off");
    buffer.clear();
    while (buffer.size() < size) {
      std::string_view page = slice(bytes_, next * page_bytes_, page_bytes_);
      uint64_t here = file_.number(page, 22, 2);
      bool is_overflow = page.size() == page_bytes_ && file_.number(page, 25, 1) == kOverflowPage;
      if (!is_overflow || here == 0 || here > page_bytes_ - kPageHeaderBytes || budget_ == 0)
        return damaged("a value is cut off");
      --budget_;
      buffer.append(page.substr(kPageHeaderBytes, std::min(here, size - buffer.size())));
      next = file_.number(page, 16, 4);
    }
    return std::string_view(buffer);
  }

  const BerkeleyDb& file_;
  std::string_view bytes_;
  uint64_t page_bytes_ = 0;
  uint64_t budget_ = 0;  // overflow pages that may still be read: each belongs to one item
  std::string_view page_;
  bool is_deleted_ = false;
  std::string key_;
  std::string value_;
};

}  // namespace

BerkeleyDb::BerkeleyDb(std::string_view bytes) : bytes_(bytes) {
  for (bool is_big : {false, true}) {
    is_big_ = is_big;
    uint64_t magic = number(bytes, 12, 4);
    kind_ = magic == kHashMagic ? Kind::Hash : magic == kBtreeMagic ? Kind::Btree : Kind::Other;
    if (kind_ != Kind::Other) break;
  }
  page_bytes_ = number(bytes, 20, 4);
  bool is_valid =
      page_bytes_ >= 512 && page_bytes_ <= 65536 && (page_bytes_ & (page_bytes_ - 1)) == 0;
  if (!is_valid) kind_ = Kind::Other;
}

uint64_t BerkeleyDb::number(std::string_view bytes, uint64_t at, unsigned size) const {
  return is_big_ ? read_big(bytes, at, size) : read_little(bytes, at, size);
}

Status BerkeleyDb::each_pair(const Sink& sink) const {
  if (kind_ == Kind::Other) return damaged("not a Berkeley DB");
  return PairReader(*this, bytes_).run(sink);
}

}  // namespace whittle
