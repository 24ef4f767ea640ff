#include "image/sources/bolt.h"

#include <fmt/format.h>

#include <algorithm>

namespace whittle {

namespace {

constexpr size_t kHeaderBytes = 16;   // of a page: id, flags, count, overflow
constexpr size_t kElementBytes = 16;  // of a branch or leaf
constexpr size_t kBucketBytes = 16;   // root page, sequence
constexpr uint16_t kBranchPage = 0x01;
constexpr uint16_t kLeafPage = 0x02;
constexpr uint16_t kMetaPage = 0x04;
constexpr uint32_t kBucketFlag = 0x01;
constexpr uint32_t kMagic = 0xED0CDAED;
constexpr uint32_t kVersion = 2;
constexpr int kMaxDepth = 64;
constexpr uint64_t kMinPageBytes = 512;
constexpr uint64_t kMaxPageBytes = 1 << 20;

Error damaged(std::string_view what) {
  return Error(ErrorKind::Invalid, fmt::format("bolt: {}", what));
}

// Little-endian, as on every machine that runs containers. The caller has checked the length.
template <typename T>
T number_at(std::string_view bytes, size_t offset) {
  T value = 0;
  for (size_t i = 0; i < sizeof(T); ++i)
    value = static_cast<T>(value | static_cast<T>(static_cast<unsigned char>(bytes[offset + i]))
                                       << (8 * i));
  return value;
}

// FNV-1a, 64 bits.
uint64_t checksum(std::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  for (char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

struct Meta {
  uint64_t page_bytes = 0;
  uint64_t root = 0;
  uint64_t transaction = 0;
};

// The header of the file that begins at `offset`; nullopt if it is none, or was half written.
std::optional<Meta> read_meta(std::string_view bytes, uint64_t offset) {
  constexpr size_t kMetaBytes = 64;
  constexpr size_t kSummedBytes = 56;
  if (offset > bytes.size() || bytes.size() - offset < kHeaderBytes + kMetaBytes)
    return std::nullopt;
  std::string_view page = bytes.substr(offset);
  std::string_view meta = page.substr(kHeaderBytes);
  bool is_meta = (number_at<uint16_t>(page, 8) & kMetaPage) != 0 &&
                 number_at<uint32_t>(meta, 0) == kMagic &&
                 number_at<uint32_t>(meta, 4) == kVersion &&
                 number_at<uint64_t>(meta, kSummedBytes) == checksum(meta.substr(0, kSummedBytes));
  if (!is_meta) return std::nullopt;
  Meta found;
  found.page_bytes = number_at<uint32_t>(meta, 8);
  found.root = number_at<uint64_t>(meta, 16);
  found.transaction = number_at<uint64_t>(meta, 48);
  if (found.page_bytes < kMinPageBytes || found.page_bytes > kMaxPageBytes) return std::nullopt;
  return found;
}

Result<uint16_t> element_count(std::string_view page) {
  uint16_t count = number_at<uint16_t>(page, 10);
  if (kHeaderBytes + size_t{count} * kElementBytes > page.size())
    return damaged("a page has more elements than room");
  return count;
}

}  // namespace

Result<BoltFile> BoltFile::open(std::string_view bytes) {
  std::optional<Meta> newest = read_meta(bytes, 0);
  // The second header is a page further; without the first one its size has to be tried.
  for (uint64_t size = kMinPageBytes; size <= kMaxPageBytes; size *= 2) {
    if (newest && size != newest->page_bytes) continue;
    std::optional<Meta> second = read_meta(bytes, size);
    if (!second || second->page_bytes != size) continue;
    if (!newest || second->transaction > newest->transaction) newest = second;
    break;
  }
  if (!newest) return damaged("it has no valid header");
  BoltFile file;
  file.bytes_ = bytes;
  file.page_bytes_ = newest->page_bytes;
  file.root_.root = newest->root;
  return file;
}

// A page with what overflows it; at least a header.
Result<std::string_view> BoltFile::page(uint64_t id) const {
  if (id < 2 || id >= bytes_.size() / page_bytes_) return damaged("a page is outside of the file");
  std::string_view rest = bytes_.substr(id * page_bytes_);
  if (number_at<uint64_t>(rest, 0) != id) return damaged("a page has another number");
  uint64_t pages = uint64_t{number_at<uint32_t>(rest, 12)} + 1;
  return rest.substr(0, std::min<uint64_t>(rest.size(), pages * page_bytes_));
}

Result<BoltFile::Item> BoltFile::leaf_item(std::string_view page, size_t element) {
  size_t at = kHeaderBytes + element * kElementBytes;
  uint64_t key_at = at + uint64_t{number_at<uint32_t>(page, at + 4)};
  uint64_t key_bytes = number_at<uint32_t>(page, at + 8);
  uint64_t value_bytes = number_at<uint32_t>(page, at + 12);
  if (key_at + key_bytes + value_bytes > page.size()) return damaged("an item leaves its page");
  Item item;
  item.key = page.substr(key_at, key_bytes);
  item.value = page.substr(key_at + key_bytes, value_bytes);
  if ((number_at<uint32_t>(page, at) & kBucketFlag) == 0) return item;
  if (item.value.size() < kBucketBytes) return damaged("a bucket without a header");
  Bucket bucket;
  bucket.root = number_at<uint64_t>(item.value, 0);
  if (bucket.root == 0) bucket.inline_page = item.value.substr(kBucketBytes);
  item.bucket = bucket;
  return item;
}

Status BoltFile::visit_page(std::string_view page,
                            int depth,
                            uint64_t& budget,
                            bool& goes_on,
                            const std::function<bool(const Item&)>& visit) const {
  if (depth > kMaxDepth) return Error(ErrorKind::Limit, "bolt: pages are nested too deep");
  if (budget-- == 0) return Error(ErrorKind::Limit, "bolt: a page comes more than once");
  if (page.size() < kHeaderBytes) return damaged("a page without a header");
  uint16_t flags = number_at<uint16_t>(page, 8);
  TRY_ASSIGN(uint16_t count, element_count(page));
  for (size_t i = 0; i < count && goes_on; ++i) {
    if ((flags & kLeafPage) != 0) {
      TRY_ASSIGN(Item item, leaf_item(page, i));
      goes_on = visit(item);
    } else if ((flags & kBranchPage) != 0) {
      uint64_t child = number_at<uint64_t>(page, kHeaderBytes + i * kElementBytes + 8);
      TRY_ASSIGN(std::string_view inner, this->page(child));
      TRY(visit_page(inner, depth + 1, budget, goes_on, visit));
    } else {
      return damaged("a page is neither branch nor leaf");
    }
  }
  return {};
}

Status BoltFile::each(const Bucket& bucket, const std::function<bool(const Item&)>& visit) const {
  uint64_t budget = bytes_.size() / page_bytes_ + 1;
  bool goes_on = true;
  if (bucket.root == 0) return visit_page(bucket.inline_page, 0, budget, goes_on, visit);
  TRY_ASSIGN(std::string_view root, page(bucket.root));
  return visit_page(root, 0, budget, goes_on, visit);
}

Result<std::optional<BoltFile::Bucket>> BoltFile::bucket(const Bucket& parent,
                                                         std::string_view key) const {
  std::optional<Bucket> found;
  TRY(each(parent, [&](const Item& item) {
    if (item.key == key) found = item.bucket;
    return item.key < key;
  }));
  return found;
}

Result<std::optional<std::string_view>> BoltFile::value(const Bucket& parent,
                                                        std::string_view key) const {
  std::optional<std::string_view> found;
  TRY(each(parent, [&](const Item& item) {
    if (item.key == key && !item.bucket) found = item.value;
    return item.key < key;
  }));
  return found;
}

}  // namespace whittle
