#include "vuln/database.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>

#include "base/strings.h"

namespace whittle {

namespace format = database_format;

static_assert(std::endian::native == std::endian::little, "rows are read as they lie in the file");

namespace {

constexpr size_t kRowBytes[format::kTables] = {1,
                                               sizeof(format::KeyRow),
                                               sizeof(format::AffectedRow),
                                               sizeof(format::EventRow),
                                               sizeof(format::Text),
                                               sizeof(format::AdvisoryRow),
                                               sizeof(format::CveRow),
                                               sizeof(format::SourceRow),
                                               sizeof(format::NameRow),
                                               sizeof(uint32_t)};

Error damaged(std::string_view what) {
  return Error(ErrorKind::Invalid, "the database is damaged: " + std::string(what))
      .hint("Make it anew with `whittle db update`");
}

template <typename Row>
Result<std::span<const Row>> rows_of(std::span<const Row> table, format::RowSpan span) {
  bool is_inside = span.first <= table.size() && span.count <= table.size() - span.first;
  if (!is_inside) return damaged("a row is outside of its table");
  return table.subspan(span.first, span.count);
}

}  // namespace

Result<MappedBytes> MappedBytes::open(const fs::path& file, uint64_t max_bytes) {
  UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.is_open()) return errno_error(printable(file.string()), errno);

  struct stat info {};

  if (::fstat(fd.get(), &info) != 0) return errno_error(printable(file.string()), errno);
  auto size = static_cast<uint64_t>(info.st_size);
  if (!S_ISREG(info.st_mode) || size == 0 || size > max_bytes) {
    return Error(ErrorKind::Invalid, printable(file.string()) + ": is no database");
  }
  void* place = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (place == MAP_FAILED) return errno_error(printable(file.string()), errno);
  return MappedBytes({static_cast<const char*>(place), size});
}

MappedBytes::MappedBytes(MappedBytes&& other) noexcept
    : bytes_(std::exchange(other.bytes_, std::string_view())) {}

MappedBytes::~MappedBytes() {
  if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

uint64_t database_hash(std::string_view ecosystem, std::string_view name) {
  return XXH3_64bits_withSeed(
      name.data(), name.size(), XXH3_64bits(ecosystem.data(), ecosystem.size()));
}

uint64_t advisory_name_hash(std::string_view name) {
  return database_hash("", to_upper(name));
}

Result<Database> Database::open(const fs::path& file) {
  Result<MappedBytes> mapped = MappedBytes::open(file, format::kMaxFileBytes);
  if (!mapped.ok() && mapped.error().kind() == ErrorKind::NotFound) {
    return Error(ErrorKind::NotFound,
                 "there is no database of vulnerabilities at " + printable(file.string()))
        .hint("Run `whittle db update`");
  }
  if (!mapped.ok()) return std::move(mapped).error();
  auto owned = std::make_unique<MappedBytes>(std::move(*mapped));
  Result<Database> database = over(owned->bytes());
  if (!database.ok()) return std::move(database).error().with(printable(file.string()));
  database->file_ = std::move(owned);
  return database;
}

Result<Database> Database::over(std::string_view bytes) {
  Database database(bytes);
  TRY(database.read_head());
  TRY(database.read_ecosystems());
  return database;
}

Status Database::read_head() {
  bool has_magic = bytes_.size() >= sizeof(head_) &&
                   std::memcmp(bytes_.data(), format::kMagic.data(), format::kMagic.size()) == 0;
  if (!has_magic) return Error(ErrorKind::Invalid, "is no database of vulnerabilities");
  std::memcpy(&head_, bytes_.data(), sizeof(head_));
  if (head_.version != format::kFormatVersion || head_.byte_order != format::kByteOrder) {
    return Error(ErrorKind::Unsupported, "the database is another version's")
        .hint("Make it anew with `whittle db update`");
  }
  if (head_.file_bytes != bytes_.size()) return damaged("its size is not what it says");
  for (uint32_t table = 0; table < format::kTables; ++table) {
    const format::TablePlace& place = head_.tables[table];
    bool is_inside = place.offset % 8 == 0 && place.offset >= sizeof(head_) &&
                     place.offset <= bytes_.size() &&
                     place.count <= (bytes_.size() - place.offset) / kRowBytes[table];
    if (!is_inside) return damaged("a table is outside of the file");
  }
  return {};
}

template <typename Row>
std::span<const Row> Database::table(format::Table which) const {
  const format::TablePlace& place = head_.tables[which];
  return {reinterpret_cast<const Row*>(bytes_.data() + place.offset),
          static_cast<size_t>(place.count)};
}

// They are the first list.
Status Database::read_ecosystems() {
  std::span<const format::Text> lists = table<format::Text>(format::Lists);
  if (lists.empty()) return damaged("there is no list of ecosystems");
  constexpr uint32_t kMost = 100'000;
  if (lists[0] > kMost) return damaged("there are too many ecosystems");
  TRY_ASSIGN(std::span<const format::Text> names, list({1, lists[0]}));
  for (format::Text name : names) {
    TRY_ASSIGN(std::string_view ecosystem, text(name));
    ecosystems_.push_back(ecosystem);
  }
  return {};
}

Result<DatabaseInfo> Database::info() const {
  DatabaseInfo info;
  info.built = head_.built;
  info.bytes = bytes_.size();
  info.packages = head_.tables[format::Keys].count;
  info.advisories = head_.tables[format::Advisories].count;
  info.cves = head_.tables[format::Cves].count;
  for (const format::SourceRow& row : table<format::SourceRow>(format::Sources)) {
    DatabaseSource source;
    TRY_ASSIGN(source.name, text(row.name));
    TRY_ASSIGN(source.digest, text(row.digest));
    TRY_ASSIGN(source.newest, text(row.newest));
    source.documents = row.documents;
    info.sources.push_back(std::move(source));
  }
  return info;
}

Status Database::verify() const {
  std::string_view body = bytes_.substr(sizeof(head_));
  if (XXH3_64bits(body.data(), body.size()) != head_.checksum) {
    return damaged("its bytes do not have their checksum");
  }
  return {};
}

Result<std::span<const format::AffectedRow>> Database::affected(std::string_view ecosystem,
                                                                std::string_view name) const {
  std::span<const format::KeyRow> keys = table<format::KeyRow>(format::Keys);
  uint64_t hash = database_hash(ecosystem, name);
  auto key = std::lower_bound(
      keys.begin(), keys.end(), hash, [](const format::KeyRow& row, uint64_t value) {
        return row.hash < value;
      });
  for (; key != keys.end() && key->hash == hash; ++key) {
    TRY_ASSIGN(std::string_view its_name, text(key->name));
    TRY_ASSIGN(std::string_view its_ecosystem, text(key->ecosystem));
    if (its_name != name || its_ecosystem != ecosystem) continue;
    return rows_of(table<format::AffectedRow>(format::Affecteds), key->affected);
  }
  return std::span<const format::AffectedRow>();
}

std::vector<uint32_t> Database::advisories_named(std::string_view name) const {
  std::span<const format::NameRow> rows = table<format::NameRow>(format::Names);
  uint64_t hash = advisory_name_hash(name);
  auto row = std::lower_bound(
      rows.begin(), rows.end(), hash, [](const format::NameRow& at, uint64_t value) {
        return at.hash < value;
      });
  std::vector<uint32_t> found;
  for (; row != rows.end() && row->hash == hash; ++row) found.push_back(row->advisory);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

Result<std::vector<AffectedKey>> Database::affected_by(uint32_t advisory) const {
  std::span<const uint32_t> order = table<uint32_t>(format::ByAdvisory);
  std::span<const format::AffectedRow> rows = table<format::AffectedRow>(format::Affecteds);
  std::span<const format::KeyRow> keys = table<format::KeyRow>(format::Keys);
  auto advisory_of = [&](uint32_t row) { return row < rows.size() ? rows[row].advisory : 0; };
  auto at =
      std::lower_bound(order.begin(), order.end(), advisory, [&](uint32_t row, uint32_t value) {
        return advisory_of(row) < value;
      });
  std::vector<AffectedKey> found;
  for (; at != order.end() && advisory_of(*at) == advisory; ++at) {
    auto key = std::upper_bound(
        keys.begin(), keys.end(), *at, [](uint32_t row, const format::KeyRow& other) {
          return row < other.affected.first;
        });
    if (*at >= rows.size() || key == keys.begin()) return damaged("a row is outside of its table");
    found.push_back({&*std::prev(key), &rows[*at]});
  }
  return found;
}

Result<const format::AdvisoryRow*> Database::advisory(uint32_t index) const {
  std::span<const format::AdvisoryRow> rows = table<format::AdvisoryRow>(format::Advisories);
  if (index >= rows.size()) return damaged("an advisory is not there");
  return &rows[index];
}

Result<std::span<const format::EventRow>> Database::events(format::RowSpan rows) const {
  return rows_of(table<format::EventRow>(format::EventRows), rows);
}

Result<std::span<const format::Text>> Database::list(format::RowSpan rows) const {
  return rows_of(table<format::Text>(format::Lists), rows);
}

Result<std::string_view> Database::text(format::Text text) const {
  const format::TablePlace& place = head_.tables[format::Texts];
  std::string_view pool = bytes_.substr(place.offset, place.count);
  uint16_t size = 0;
  if (text > pool.size() || pool.size() - text < sizeof(size))
    return damaged("a text is not there");
  std::memcpy(&size, pool.data() + text, sizeof(size));
  pool.remove_prefix(text + sizeof(size));
  if (size > pool.size()) return damaged("a text has no end");
  return pool.substr(0, size);
}

Result<const format::CveRow*> Database::cve(std::string_view id) const {
  std::span<const format::CveRow> rows = table<format::CveRow>(format::Cves);
  uint64_t hash = database_hash("", id);
  auto row = std::lower_bound(
      rows.begin(), rows.end(), hash, [](const format::CveRow& at, uint64_t value) {
        return at.hash < value;
      });
  for (; row != rows.end() && row->hash == hash; ++row) {
    TRY_ASSIGN(std::string_view its_id, text(row->id));
    if (its_id == id) return &*row;
  }
  return nullptr;
}

}  // namespace whittle
