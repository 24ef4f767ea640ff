// Format: Berkeley DB 5.3, src/dbinc/db_page.h; the hash of a key: src/hash/hash_func.c,
// __ham_func5; the size from which on an item has pages of its own: src/dbinc/btree.h and hash.h.
#include "slim/berkeley_writer.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "packages/bytes.h"
#include "packages/cataloguers/berkeley_db.h"

namespace whittle {

namespace {

using bdb::kHashPage;
using bdb::kInternalPage;
using bdb::kItemHere;
using bdb::kItemOffPage;
using bdb::kLeafPage;
using bdb::kMetaBytes;
using bdb::kOverflowPage;
using bdb::kPageHeaderBytes;
using bdb::kUnsortedHashPage;

// Where things are on the first page: of all kinds, of a hash, of a b-tree.
constexpr uint64_t kVersionAt = 16;
constexpr uint64_t kEncryptionAt = 24;
constexpr uint64_t kMetaFlagsAt = 26;
constexpr uint64_t kFreeListAt = 28;
constexpr uint64_t kLastPageAt = 32;
constexpr uint64_t kKeyCountAt = 40;
constexpr uint64_t kRecordCountAt = 44;
constexpr uint64_t kFlagsAt = 48;
constexpr uint64_t kMaxBucketAt = 72;
constexpr uint64_t kHighMaskAt = 76;
constexpr uint64_t kLowMaskAt = 80;
constexpr uint64_t kPairsAt = 88;
constexpr uint64_t kHashCheckAt = 92;
constexpr uint64_t kSparesAt = 96;
constexpr unsigned kSpares = 32;
constexpr uint64_t kMinKeysAt = 76;
constexpr uint64_t kRootAt = 88;

constexpr uint64_t kOffPageBytes = 12;    // an item whose bytes are on pages of their own
constexpr uint64_t kSeparatorBytes = 12;  // before the key of an item of an internal page
constexpr uint64_t kSortedHashVersion = 9;
constexpr uint64_t kMaxPageBytes = 32768;
constexpr std::string_view kHashCheck("%$sniglet^&\0", 12);

uint32_t hash_of(std::string_view key) {
  uint32_t hash = 0;
  for (char c : key) hash = hash * 16777619U ^ static_cast<unsigned char>(c);
  return hash;
}

uint64_t aligned(uint64_t size) {
  return (size + 3) & ~uint64_t{3};
}

class Writer {
 public:
  Writer(std::string_view model, std::vector<BerkeleyPair> pairs)
      : model_(model), file_(model), page_bytes_(file_.page_bytes()), pairs_(std::move(pairs)) {}

  bool is_writable() {
    uint64_t version = meta(kVersionAt);
    bool is_hash = file_.kind() == BerkeleyDb::Kind::Hash;
    bool is_known = is_hash ? version >= 8 && version <= 10 && has_usual_hash()
                            : file_.kind() == BerkeleyDb::Kind::Btree && version >= 8 &&
                                  version <= 10 && largest_leaf_item() > kOffPageBytes;
    bool is_plain =
        meta(kEncryptionAt, 1) == 0 && meta(kMetaFlagsAt, 1) == 0 && meta(kFlagsAt) == 0;
    return model_.size() >= kMetaBytes && is_known && is_plain && page_bytes_ <= kMaxPageBytes;
  }

  std::optional<std::string> run() {
    std::sort(pairs_.begin(), pairs_.end(), [](const BerkeleyPair& a, const BerkeleyPair& b) {
      return a.key < b.key;
    });
    auto same = std::adjacent_find(
        pairs_.begin(), pairs_.end(), [](const BerkeleyPair& a, const BerkeleyPair& b) {
          return a.key == b.key;
        });
    if (same != pairs_.end()) return std::nullopt;
    out_.assign(model_.substr(0, kMetaBytes));
    out_.resize(page_bytes_, '\0');
    if (file_.kind() == BerkeleyDb::Kind::Hash) {
      write_hash();
    } else if (!write_tree()) {
      return std::nullopt;
    }
    uint64_t last = out_.size() / page_bytes_ - 1;
    if (last > std::numeric_limits<uint32_t>::max()) return std::nullopt;
    set(kFreeListAt, 0);
    set(kLastPageAt, last);
    for (uint64_t at : {kKeyCountAt, kRecordCountAt})
      if (meta(at) != 0) set(at, pairs_.size());
    return std::move(out_);
  }

 private:
  // A page while it is filled: items from its end downwards.
  struct Page {
    uint64_t at = 0;  // in out_
    uint64_t items = 0;
    uint64_t free_end = 0;
  };

  uint64_t meta(uint64_t at, unsigned size = 4) const { return file_.number(model_, at, size); }

  bool has_usual_hash() const { return meta(kHashCheckAt) == hash_of(kHashCheck); }

  void set(uint64_t at, uint64_t value, unsigned size = 4) {
    for (unsigned i = 0; i < size; ++i) {
      unsigned shift = 8 * (file_.is_big_endian() ? size - 1 - i : i);
      out_[at + i] = static_cast<char>(value >> shift & 0xff);
    }
  }

  Page add_page(uint8_t type, uint8_t level = 0) {
    Page page{out_.size(), 0, page_bytes_};
    out_.resize(out_.size() + page_bytes_, '\0');
    set(page.at + 4, 1);  // "not logged"
    set(page.at + 8, page.at / page_bytes_);
    set(page.at + 22, page_bytes_, 2);
    out_[page.at + 24] = static_cast<char>(level);
    out_[page.at + 25] = static_cast<char>(type);
    return page;
  }

  uint64_t number_of(const Page& page) const { return page.at / page_bytes_; }

  void link(const Page& first, const Page& second) {
    set(first.at + 16, number_of(second));
    set(second.at + 12, number_of(first));
  }

  uint64_t room(const Page& page) const {
    return page.free_end - kPageHeaderBytes - 2 * page.items;
  }

  void put(Page& page, std::string_view item, uint64_t alignment_bytes) {
    page.free_end -= item.size() + alignment_bytes;
    out_.replace(page.at + page.free_end, item.size(), item);
    set(page.at + kPageHeaderBytes + 2 * page.items, page.free_end, 2);
    ++page.items;
    set(page.at + 20, page.items, 2);
    set(page.at + 22, page.free_end, 2);
  }

  // The first of the pages that hold the bytes.
  uint64_t add_chain(std::string_view bytes) {
    std::optional<Page> before;
    uint64_t first = 0;
    while (!bytes.empty() || first == 0) {
      Page page = add_page(kOverflowPage);
      std::string_view here = bytes.substr(0, page_bytes_ - kPageHeaderBytes);
      bytes.remove_prefix(here.size());
      out_.replace(page.at + kPageHeaderBytes, here.size(), here);
      set(page.at + 20, 1, 2);  // one item leads here
      set(page.at + 22, here.size(), 2);
      if (before) link(*before, page);
      if (first == 0) first = number_of(page);
      before = page;
    }
    return first;
  }

  std::string in_file_order(uint64_t value, unsigned size) const {
    std::string bytes(size, '\0');
    for (unsigned i = 0; i < size; ++i) {
      unsigned shift = 8 * (file_.is_big_endian() ? size - 1 - i : i);
      bytes[i] = static_cast<char>(value >> shift & 0xff);
    }
    return bytes;
  }

  // Hash.

  bool is_off_hash_page(std::string_view bytes) const { return bytes.size() > page_bytes_ / 4; }

  uint64_t hash_item_bytes(std::string_view bytes) const {
    return is_off_hash_page(bytes) ? kOffPageBytes : bytes.size() + 1;
  }

  void put_hash_item(Page& page, std::string_view bytes) {
    if (!is_off_hash_page(bytes)) {
      put(page, std::string(1, char{kItemHere}) + std::string(bytes), 0);
      return;
    }
    std::string head{char{kItemOffPage}, 0, 0, 0};
    uint64_t first = add_chain(bytes);
    put(page, head + in_file_order(first, 4) + in_file_order(bytes.size(), 4), 0);
  }

  // Buckets with a page each, half full as a whole; what a page has no room for goes to one behind.
  void write_hash() {
    uint64_t bytes = 0;
    for (const BerkeleyPair& pair : pairs_)
      bytes += hash_item_bytes(pair.key) + hash_item_bytes(pair.value) + 4;
    uint64_t buckets = 2;
    while (buckets * page_bytes_ / 2 < bytes) buckets *= 2;
    uint8_t type = meta(kVersionAt) >= kSortedHashVersion ? kHashPage : kUnsortedHashPage;
    std::vector<Page> pages;
    for (uint64_t i = 0; i < buckets; ++i) pages.push_back(add_page(type));
    for (const BerkeleyPair& pair : pairs_) {
      Page& page = pages[hash_of(pair.key) & (buckets - 1)];
      if (room(page) < hash_item_bytes(pair.key) + hash_item_bytes(pair.value) + 4) {
        Page more = add_page(type);
        link(page, more);
        page = more;
      }
      put_hash_item(page, pair.key);
      put_hash_item(page, pair.value);
    }
    set(kMaxBucketAt, buckets - 1);
    set(kHighMaskAt, buckets - 1);
    set(kLowMaskAt, buckets / 2 - 1);
    set(kPairsAt, pairs_.size());
    for (unsigned i = 0; i < kSpares; ++i)  // the buckets' pages stand together
      set(kSparesAt + 4 * i, i == 0 || uint64_t{1} << (i - 1) < buckets ? 1 : 0);
  }

  // B-tree.

  uint64_t largest_leaf_item() const {
    uint64_t least = std::max<uint64_t>(meta(kMinKeysAt), 2);
    uint64_t share = (page_bytes_ - kPageHeaderBytes) / (2 * least);
    return share > 10 ? share - 10 : 0;
  }

  bool is_off_leaf(std::string_view bytes) const { return bytes.size() > largest_leaf_item(); }

  uint64_t leaf_item_bytes(std::string_view bytes) const {
    return is_off_leaf(bytes) ? kOffPageBytes : aligned(3 + bytes.size());
  }

  void put_leaf_item(Page& page, std::string_view bytes) {
    if (!is_off_leaf(bytes)) {
      std::string item = in_file_order(bytes.size(), 2) + char{kItemHere} + std::string(bytes);
      put(page, item, aligned(item.size()) - item.size());
      return;
    }
    std::string head{0, 0, char{kItemOffPage}, 0};
    uint64_t first = add_chain(bytes);
    put(page, head + in_file_order(first, 4) + in_file_order(bytes.size(), 4), 0);
  }

  // A page of a level that is done: its number, and a key that no key below it is before, but all
  // of the pages to its left.
  struct Child {
    uint64_t page = 0;
    std::string from;
  };

  // The shortest beginning of `key` that is behind `before`.
  static std::string separator(std::string_view before, std::string_view key) {
    size_t same = 0;
    while (same < before.size() && same < key.size() && before[same] == key[same]) ++same;
    return std::string(key.substr(0, same + 1));
  }

  // How many leaves the pairs need: [leaf] the number of its first pair.
  std::vector<size_t> leaf_starts() const {
    std::vector<size_t> starts = {0};
    uint64_t left = page_bytes_ - kPageHeaderBytes;
    for (size_t i = 0; i < pairs_.size(); ++i) {
      uint64_t size = leaf_item_bytes(pairs_[i].key) + leaf_item_bytes(pairs_[i].value) + 4;
      if (size > left) {
        starts.push_back(i);
        left = page_bytes_ - kPageHeaderBytes;
      }
      left -= size;
    }
    return starts;
  }

  // The root is page 1, as in every file that Berkeley DB makes.
  bool write_tree() {
    std::vector<size_t> starts = leaf_starts();
    Page root = add_page(kLeafPage, 1);
    std::vector<Child> level;
    std::optional<Page> before;
    for (size_t i = 0; i < starts.size(); ++i) {
      Page leaf = starts.size() == 1 ? root : add_page(kLeafPage, 1);
      size_t end = i + 1 < starts.size() ? starts[i + 1] : pairs_.size();
      for (size_t pair = starts[i]; pair < end; ++pair) {
        put_leaf_item(leaf, pairs_[pair].key);
        put_leaf_item(leaf, pairs_[pair].value);
      }
      if (before) link(*before, leaf);
      before = leaf;
      bool is_first = starts[i] == 0;
      level.push_back(
          {number_of(leaf),
           is_first ? std::string() : separator(pairs_[starts[i] - 1].key, pairs_[starts[i]].key)});
      if (is_off_leaf(level.back().from)) return false;
    }
    for (uint8_t height = 2; level.size() > 1; ++height) level = write_level(level, height, root);
    set(kRootAt, number_of(root));
    return true;
  }

  uint64_t separator_bytes(const Child& child) const {
    return aligned(kSeparatorBytes + child.from.size());
  }

  // The pages above those of `below`; if one does, it is the root.
  std::vector<Child> write_level(const std::vector<Child>& below, uint8_t height, Page& root) {
    uint64_t bytes = 0;
    for (const Child& child : below) bytes += separator_bytes(child) + 2;
    bool is_root = bytes <= page_bytes_ - kPageHeaderBytes;
    std::vector<Child> level;
    std::optional<Page> page;
    if (is_root) {
      page = root;
      out_[root.at + 24] = static_cast<char>(height);
      out_[root.at + 25] = char{kInternalPage};
      level.push_back({number_of(root), ""});
    }
    for (const Child& child : below) {
      if (!page || room(*page) < separator_bytes(child) + 2) {
        page = add_page(kInternalPage, height);
        level.push_back({number_of(*page), child.from});
      }
      std::string item = in_file_order(child.from.size(), 2) + char{kItemHere} + '\0' +
                         in_file_order(child.page, 4) + in_file_order(0, 4) + child.from;
      put(*page, item, separator_bytes(child) - item.size());
    }
    return level;
  }

  std::string_view model_;
  BerkeleyDb file_;
  uint64_t page_bytes_ = 0;
  std::vector<BerkeleyPair> pairs_;
  std::string out_;
};

}  // namespace

std::optional<std::string> write_berkeley_db(std::string_view model,
                                             std::vector<BerkeleyPair> pairs) {
  Writer writer(model, std::move(pairs));
  if (!writer.is_writable()) return std::nullopt;
  return writer.run();
}

}  // namespace whittle
