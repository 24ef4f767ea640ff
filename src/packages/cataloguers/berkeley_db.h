// A Berkeley DB file, hash or b-tree, in either byte order, to the pairs in it: as rpm had its
// packages and their indexes. No duplicates, checksums or encryption, which rpm never had.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace whittle {

// Of "Berkeley DB 5.3", src/dbinc/db_page.h.
namespace bdb {

enum PageType : uint8_t {
  kUnsortedHashPage = 2,
  kInternalPage = 3,
  kLeafPage = 5,
  kOverflowPage = 7,
  kHashPage = 13,
};

inline constexpr uint8_t kItemHere = 1;
inline constexpr uint8_t kItemOffPage = 3;
inline constexpr uint64_t kPageHeaderBytes = 26;
inline constexpr uint64_t kMetaBytes = 512;

}  // namespace bdb

class BerkeleyDb {
 public:
  enum class Kind : uint8_t { Other, Hash, Btree };

  // Called once a pair; the bytes are only valid during the call.
  using Sink = std::function<void(std::string_view key, std::string_view value)>;

  // `bytes` must outlive it.
  explicit BerkeleyDb(std::string_view bytes);

  // Other: it is no such file.
  Kind kind() const { return kind_; }

  uint64_t page_bytes() const { return page_bytes_; }

  bool is_big_endian() const { return is_big_; }

  // In the file's byte order; 0 for what lies outside.
  uint64_t number(std::string_view bytes, uint64_t at, unsigned size) const;

  // In the order of the pages, not of the keys. Invalid at the first damage, after the pairs before
  // it. Takes time linear in the size of the file, whatever its links say.
  Status each_pair(const Sink& sink) const;

 private:
  std::string_view bytes_;
  Kind kind_ = Kind::Other;
  bool is_big_ = false;
  uint64_t page_bytes_ = 0;
};

}  // namespace whittle
