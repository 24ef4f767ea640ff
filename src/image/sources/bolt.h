// Inside of sources: reading bbolt databases (go.etcd.io/bbolt: page.go, bucket.go, db.go), the one
// file that containerd keeps its image names in. Read-only, bounded, not a database: lookups walk
// the pages in memory.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace whittle {

// Refers to the bytes it was opened from, which must outlive it and its buckets. Thread-safe.
class BoltFile {
 public:
  // A place in the file: a tree of pages, or a page within a value.
  struct Bucket {
    uint64_t root = 0;
    std::string_view inline_page;  // of small buckets, in place of root
  };

  // What a bucket holds under a key: bytes, or another bucket.
  struct Item {
    std::string_view key;
    std::string_view value;
    std::optional<Bucket> bucket;
  };

  // Invalid for a file that is none, or is damaged.
  static Result<BoltFile> open(std::string_view bytes);

  const Bucket& root() const { return root_; }

  // All items of a bucket in the order of their keys. Ends early when `visit` returns false.
  // Errors: Invalid for damage, Limit for more pages than the file can have.
  Status each(const Bucket& bucket, const std::function<bool(const Item&)>& visit) const;
  // The bucket under a key; nullopt if there is none.
  Result<std::optional<Bucket>> bucket(const Bucket& parent, std::string_view key) const;
  // The bytes under a key; nullopt if there are none.
  Result<std::optional<std::string_view>> value(const Bucket& parent, std::string_view key) const;

 private:
  BoltFile() = default;
  Result<std::string_view> page(uint64_t id) const;
  Status visit_page(std::string_view page,
                    int depth,
                    uint64_t& budget,
                    bool& goes_on,
                    const std::function<bool(const Item&)>& visit) const;
  static Result<Item> leaf_item(std::string_view page, size_t element);

  std::string_view bytes_;
  uint64_t page_bytes_ = 0;
  Bucket root_;
};

}  // namespace whittle
