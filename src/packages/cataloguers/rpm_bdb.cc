// Packages, a Berkeley DB hash: pairs of key and value on hash pages, big values on chains of
// overflow pages (Berkeley DB 5.3, src/dbinc/db_page.h).
#include <string>

#include "packages/bytes.h"
#include "packages/cataloguers/rpm_databases.h"

namespace whittle {

namespace {

constexpr uint64_t kHashMagic = 0x061561;
constexpr uint64_t kUnsortedHashPage = 2;
constexpr uint64_t kOverflowPage = 7;
constexpr uint64_t kHashPage = 13;
constexpr uint64_t kItemHere = 1;
constexpr uint64_t kItemOffPage = 3;
constexpr uint64_t kPageHeaderBytes = 26;
constexpr uint64_t kMinHeaderBytes = 8 + 16;  // a header blob with one entry

Error damaged(const char* what) {
  return Error(ErrorKind::Invalid, std::string("Packages: ") + what);
}

class BdbReader {
 public:
  explicit BdbReader(std::string_view bytes) : bytes_(bytes) {
    is_big_ = read_big(bytes, 12, 4) == kHashMagic;
    page_bytes_ = number(bytes, 20, 4);
  }

  bool is_valid() const {
    return number(bytes_, 12, 4) == kHashMagic && page_bytes_ >= 512 && page_bytes_ <= 65536 &&
           (page_bytes_ & (page_bytes_ - 1)) == 0;
  }

  Status run(const RpmHeaderSink& sink) {
    uint64_t pages = bytes_.size() / page_bytes_;
    budget_ = pages;
    for (uint64_t i = 1; i < pages; ++i) {
      std::string_view page = page_of(i);
      uint64_t type = number(page, 25, 1);
      if (type != kHashPage && type != kUnsortedHashPage) continue;
      uint64_t items = std::min(number(page, 20, 2), (page_bytes_ - kPageHeaderBytes) / 2);
      for (uint64_t value = 1; value < items; value += 2) TRY(read_value(page, value, sink));
    }
    return {};
  }

 private:
  uint64_t number(std::string_view bytes, uint64_t at, unsigned size) const {
    return is_big_ ? read_big(bytes, at, size) : read_little(bytes, at, size);
  }

  std::string_view page_of(uint64_t index) const {
    return slice(bytes_, index * page_bytes_, page_bytes_);
  }

  uint64_t item_offset(std::string_view page, uint64_t item) const {
    return number(page, kPageHeaderBytes + 2 * item, 2);
  }

  Status read_value(std::string_view page, uint64_t item, const RpmHeaderSink& sink) {
    uint64_t at = item_offset(page, item);
    uint64_t kind = number(page, at, 1);
    if (kind == kItemHere) {  // items grow downwards: it ends where the one before it begins
      uint64_t end = item_offset(page, item - 1);
      std::string_view value = end > at + 1 ? slice(page, at + 1, end - at - 1) : "";
      if (value.size() >= kMinHeaderBytes) sink(value);  // else rpm's counter
      return {};
    }
    if (kind != kItemOffPage) return {};
    return read_overflow(number(page, at + 4, 4), number(page, at + 8, 4), sink);
  }

  Status read_overflow(uint64_t next, uint64_t size, const RpmHeaderSink& sink) {
    if (size > bytes_.size()) return damaged("a package is cut off");
    buffer_.clear();
    while (buffer_.size() < size) {
      std::string_view page = page_of(next);
      uint64_t here = number(page, 22, 2);
      bool is_overflow = page.size() == page_bytes_ && number(page, 25, 1) == kOverflowPage;
      if (!is_overflow || here == 0 || here > page_bytes_ - kPageHeaderBytes || budget_ == 0)
        return damaged("a package is cut off");
      --budget_;
      buffer_.append(page.substr(kPageHeaderBytes, std::min(here, size - buffer_.size())));
      next = number(page, 16, 4);
    }
    sink(buffer_);
    return {};
  }

  std::string_view bytes_;
  bool is_big_ = false;
  uint64_t page_bytes_ = 0;
  uint64_t budget_ = 0;  // overflow pages that may still be read: each belongs to one value
  std::string buffer_;
};

}  // namespace

Status read_rpm_bdb(std::string_view database, const RpmHeaderSink& sink) {
  BdbReader reader(database);
  if (!reader.is_valid()) return damaged("not a Berkeley DB hash");
  return reader.run(sink);
}

}  // namespace whittle
