// The database of vulnerabilities: one read-only file that is mapped into memory and looked up in
// place. Nothing is parsed on opening; every row that is followed is checked against the file's
// bounds then.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fs.h"
#include "base/result.h"
#include "vuln/database_format.h"

namespace whittle {

// A file mapped for reading, unmapped when the object goes.
class MappedBytes {
 public:
  static Result<MappedBytes> open(const fs::path& file, uint64_t max_bytes);
  MappedBytes(MappedBytes&& other) noexcept;
  MappedBytes& operator=(MappedBytes&&) = delete;
  ~MappedBytes();

  std::string_view bytes() const { return bytes_; }

 private:
  explicit MappedBytes(std::string_view bytes) : bytes_(bytes) {}

  std::string_view bytes_;
};

struct DatabaseSource {
  std::string name;
  std::string digest;
  std::string newest;
  uint64_t documents = 0;
};

struct DatabaseInfo {
  int64_t built = 0;  // seconds since 1970
  uint64_t bytes = 0;
  uint64_t packages = 0;
  uint64_t advisories = 0;
  uint64_t cves = 0;
  std::vector<DatabaseSource> sources;
};

// A row and the package it is about.
struct AffectedKey {
  const database_format::KeyRow* key = nullptr;
  const database_format::AffectedRow* row = nullptr;
};

// Views into the file, valid as long as the database. Thread-safe. What a damaged file makes
// impossible to answer is an Error (Invalid), never a crash.
class Database {
 public:
  // Errors: NotFound with a hint, Invalid for what is no database or a damaged one, Unsupported for
  // another version's.
  static Result<Database> open(const fs::path& file);
  // The same over bytes of the caller, which must outlive the object and be 8-byte aligned.
  static Result<Database> over(std::string_view bytes);

  Result<DatabaseInfo> info() const;
  // Reads the whole file and holds it against its checksum.
  Status verify() const;

  // The releases of an ecosystem there are records of: "Debian:11", "Debian:12".
  const std::vector<std::string_view>& ecosystems() const { return ecosystems_; }

  // The rows of a package; empty for an unknown one. `name` as index_name gives it.
  Result<std::span<const database_format::AffectedRow>> affected(std::string_view ecosystem,
                                                                 std::string_view name) const;
  Result<const database_format::AdvisoryRow*> advisory(uint32_t index) const;
  // Advisories that may have this name, in any case of letters: among them are all that do. In
  // their order.
  std::vector<uint32_t> advisories_named(std::string_view name) const;
  // The rows of an advisory with the packages they are about.
  Result<std::vector<AffectedKey>> affected_by(uint32_t advisory) const;
  Result<std::span<const database_format::EventRow>> events(database_format::RowSpan rows) const;
  Result<std::span<const database_format::Text>> list(database_format::RowSpan rows) const;
  Result<std::string_view> text(database_format::Text text) const;
  // Null for one that no feed tells of.
  Result<const database_format::CveRow*> cve(std::string_view id) const;

 private:
  explicit Database(std::string_view bytes) : bytes_(bytes) {}

  Status read_head();
  Status read_ecosystems();
  template <typename Row>
  std::span<const Row> table(database_format::Table which) const;

  std::unique_ptr<MappedBytes> file_;
  std::string_view bytes_;
  database_format::Head head_;
  std::vector<std::string_view> ecosystems_;
};

// The hashes that the indexes are sorted by: of packages, of names of advisories.
uint64_t database_hash(std::string_view ecosystem, std::string_view name);
uint64_t advisory_name_hash(std::string_view name);

}  // namespace whittle
