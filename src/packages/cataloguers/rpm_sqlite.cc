// rpmdb.sqlite: walks the b-tree of table Packages ("Database File Format",
// sqlite.org/fileformat2).
#include <string>
#include <vector>

#include "packages/bytes.h"
#include "packages/cataloguers/rpm_databases.h"

namespace whittle {

namespace {

constexpr std::string_view kMagic("SQLite format 3\0", 16);
constexpr size_t kFileHeaderBytes = 100;
constexpr uint64_t kInteriorPage = 5;
constexpr uint64_t kLeafPage = 13;

Error damaged(const char* what) {
  return Error(ErrorKind::Invalid, std::string("rpmdb.sqlite: ") + what);
}

// 1 to 9 bytes, seven bits each, the ninth whole.
uint64_t take_varint(std::string_view& bytes) {
  uint64_t value = 0;
  for (int i = 0; i < 9 && !bytes.empty(); ++i) {
    auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    if (i == 8) return value << 8 | byte;
    value = value << 7 | (byte & 0x7fU);
    if (byte < 0x80) break;
  }
  return value;
}

uint64_t bytes_of_serial_type(uint64_t type) {
  constexpr uint64_t kSizes[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0};
  return type < 12 ? kSizes[type] : (type - 12) / 2;
}

// The bytes of a record's columns.
std::vector<std::string_view> columns(std::string_view record, size_t most) {
  std::string_view after = record;
  uint64_t header_bytes = take_varint(after);
  std::string_view header = slice(record, 0, header_bytes);
  header.remove_prefix(std::min(header.size(), record.size() - after.size()));
  std::string_view body = slice(record, header_bytes, record.size());
  std::vector<std::string_view> result;
  while (!header.empty() && result.size() < most) {
    uint64_t size = bytes_of_serial_type(take_varint(header));
    result.push_back(body.substr(0, size));
    body.remove_prefix(std::min<uint64_t>(body.size(), size));
  }
  return result;
}

class SqliteReader {
 public:
  explicit SqliteReader(std::string_view bytes) : bytes_(bytes) {
    page_bytes_ = read_big(bytes, 16, 2);
    if (page_bytes_ == 1) page_bytes_ = 65536;
    uint64_t reserved = read_big(bytes, 20, 1);
    usable_ = page_bytes_ > reserved ? page_bytes_ - reserved : 0;
  }

  bool is_valid() const {
    return bytes_.starts_with(kMagic) && page_bytes_ >= 512 &&
           (page_bytes_ & (page_bytes_ - 1)) == 0 && usable_ >= 480;
  }

  // Calls `sink` with each row's record of the table whose root is `page`.
  template <typename Sink>
  Status walk(uint64_t root, const Sink& sink) {
    budget_ = bytes_.size() / page_bytes_ + 1;
    std::vector<uint64_t> todo = {root};
    while (!todo.empty()) {
      uint64_t number = todo.back();
      todo.pop_back();
      if (budget_ == 0) return damaged("its pages lead in circles");
      --budget_;
      std::string_view page = page_of(number);
      size_t at = number == 1 ? kFileHeaderBytes : 0;
      uint64_t type = read_big(page, at, 1);
      if (type != kInteriorPage && type != kLeafPage) return damaged("a page is of another kind");
      uint64_t cells = read_big(page, at + 3, 2);
      if (type == kInteriorPage) {
        todo.push_back(read_big(page, at + 8, 4));
        for (uint64_t i = cells; i-- > 0;)
          todo.push_back(read_big(page, read_big(page, at + 12 + 2 * i, 2), 4));
        if (todo.size() > budget_) return damaged("its pages lead in circles");
        continue;
      }
      for (uint64_t i = 0; i < cells; ++i)
        TRY(read_cell(page, read_big(page, at + 8 + 2 * i, 2), sink));
    }
    return {};
  }

 private:
  std::string_view page_of(uint64_t number) const {
    return number == 0 ? std::string_view()
                       : slice(bytes_, (number - 1) * page_bytes_, page_bytes_);
  }

  // How much of a payload stands in the leaf itself.
  uint64_t local_bytes(uint64_t payload) const {
    uint64_t most = usable_ - 35;
    if (payload <= most) return payload;
    uint64_t least = (usable_ - 12) * 32 / 255 - 23;
    uint64_t local = least + (payload - least) % (usable_ - 4);
    return local <= most ? local : least;
  }

  template <typename Sink>
  Status read_cell(std::string_view page, uint64_t at, const Sink& sink) {
    std::string_view cell = slice(page, at, page.size());
    uint64_t payload = take_varint(cell);
    take_varint(cell);  // the row's number
    uint64_t local = local_bytes(payload);
    if (payload > bytes_.size() || local > cell.size()) return damaged("a row is cut off");
    if (local == payload) {
      sink(cell.substr(0, local));
      return {};
    }
    buffer_.assign(cell.substr(0, local));
    uint64_t next = read_big(cell, local, 4);
    while (buffer_.size() < payload) {
      std::string_view overflow = page_of(next);
      if (overflow.size() < usable_ || budget_ == 0) return damaged("a row is cut off");
      --budget_;
      next = read_big(overflow, 0, 4);
      buffer_.append(overflow.substr(4, std::min(usable_ - 4, payload - buffer_.size())));
    }
    sink(std::string_view(buffer_));
    return {};
  }

  std::string_view bytes_;
  uint64_t page_bytes_ = 0;
  uint64_t usable_ = 0;
  uint64_t budget_ = 0;  // pages that may still be read: each has one place in a whole database
  std::string buffer_;
};

}  // namespace

Status read_rpm_sqlite(std::string_view database, const RpmHeaderSink& sink) {
  SqliteReader reader(database);
  if (!reader.is_valid()) return damaged("not an SQLite database");
  uint64_t root = 0;
  TRY(reader.walk(1, [&](std::string_view record) {  // type, name, tbl_name, rootpage, sql
    std::vector<std::string_view> schema = columns(record, 4);
    if (schema.size() == 4 && schema[0] == "table" && schema[1] == "Packages")
      root = read_big(schema[3], 0, static_cast<unsigned>(std::min<size_t>(schema[3].size(), 8)));
  }));
  if (root == 0) return damaged("it has no table Packages");
  return reader.walk(root, [&](std::string_view record) {  // hnum, blob
    std::vector<std::string_view> row = columns(record, 2);
    if (row.size() == 2) sink(row[1]);
  });
}

}  // namespace whittle
