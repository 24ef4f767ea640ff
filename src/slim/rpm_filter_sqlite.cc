// rpmdb.sqlite without some packages, by SQLite itself on a copy.
#include <sqlite3.h>

#include <set>
#include <utility>
#include <vector>

#include "base/fs.h"
#include "base/late_library.h"
#include "slim/layer_filter.h"
#include "slim/rpm_filters.h"

namespace whittle {

namespace {

constexpr std::string_view kMagic("SQLite format 3\0", 16);
// SQLite "Database File Format", 1.3: how it is written and read, and the writer's version.
constexpr size_t kModesAt = 18;
constexpr size_t kVersionAt = 96;
constexpr size_t kHeaderBytes = 100;
// A database of 256 MiB takes a fraction; a made-up one ends there.
constexpr int kMaxSteps = 20'000;
constexpr int kOperationsOfAStep = 100'000;

struct Library {
  decltype(&sqlite3_open_v2) open_v2 = nullptr;
  decltype(&sqlite3_close_v2) close_v2 = nullptr;
  decltype(&sqlite3_exec) exec = nullptr;
  decltype(&sqlite3_prepare_v2) prepare_v2 = nullptr;
  decltype(&sqlite3_step) step = nullptr;
  decltype(&sqlite3_reset) reset = nullptr;
  decltype(&sqlite3_finalize) finalize = nullptr;
  decltype(&sqlite3_bind_int64) bind_int64 = nullptr;
  decltype(&sqlite3_column_int64) column_int64 = nullptr;
  decltype(&sqlite3_column_blob) column_blob = nullptr;
  decltype(&sqlite3_column_bytes) column_bytes = nullptr;
  decltype(&sqlite3_db_config) db_config = nullptr;
  decltype(&sqlite3_progress_handler) progress_handler = nullptr;
};

// Null without the library.
const Library* sqlite() {
  static const std::pair<Library, bool> kLoaded = [] {
    Library library;
    LateLibrary late("libsqlite3.so.0", "install SQLite 3 (Debian: libsqlite3-0)");
    late.find("sqlite3_open_v2", library.open_v2);
    late.find("sqlite3_close_v2", library.close_v2);
    late.find("sqlite3_exec", library.exec);
    late.find("sqlite3_prepare_v2", library.prepare_v2);
    late.find("sqlite3_step", library.step);
    late.find("sqlite3_reset", library.reset);
    late.find("sqlite3_finalize", library.finalize);
    late.find("sqlite3_bind_int64", library.bind_int64);
    late.find("sqlite3_column_int64", library.column_int64);
    late.find("sqlite3_column_blob", library.column_blob);
    late.find("sqlite3_column_bytes", library.column_bytes);
    late.find("sqlite3_db_config", library.db_config);
    late.find("sqlite3_progress_handler", library.progress_handler);
    return std::pair(library, late.status().ok());
  }();
  return kLoaded.second ? &kLoaded.first : nullptr;
}

class Statement {
 public:
  Statement(const Library& library, sqlite3* connection, const std::string& text)
      : library_(library) {
    if (library.prepare_v2(connection, text.c_str(), -1, &statement_, nullptr) != SQLITE_OK)
      statement_ = nullptr;
  }

  ~Statement() { library_.finalize(statement_); }

  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Calls with each row. False for an error.
  template <typename Row>
  bool each(const Row& row) {
    if (statement_ == nullptr) return false;
    for (;;) {
      int result = library_.step(statement_);
      if (result == SQLITE_DONE) return true;
      if (result != SQLITE_ROW) return false;
      row();
    }
  }

  bool run_with(int64_t number) {
    if (statement_ == nullptr) return false;
    bool done = library_.bind_int64(statement_, 1, number) == SQLITE_OK &&
                library_.step(statement_) == SQLITE_DONE;
    return library_.reset(statement_) == SQLITE_OK && done;
  }

  int64_t number(int column) const { return library_.column_int64(statement_, column); }

  std::string_view bytes(int column) const {
    const void* data = library_.column_blob(statement_, column);
    auto size = static_cast<size_t>(library_.column_bytes(statement_, column));
    return data == nullptr ? std::string_view()
                           : std::string_view(static_cast<const char*>(data), size);
  }

 private:
  const Library& library_;
  sqlite3_stmt* statement_ = nullptr;
};

// A foreign database in a file of our own. Source for the settings: SQLite, "Defense Against The
// Dark Arts".
class RpmTables {
 public:
  explicit RpmTables(const Library& library) : library_(library) {}

  ~RpmTables() { library_.close_v2(connection_); }

  RpmTables(const RpmTables&) = delete;
  RpmTables& operator=(const RpmTables&) = delete;

  bool open(const fs::path& file) {
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_NOMUTEX;
    if (library_.open_v2(file.c_str(), &connection_, flags, nullptr) != SQLITE_OK) return false;
    for (auto [option, value] : {std::pair(SQLITE_DBCONFIG_DEFENSIVE, 1),
                                 std::pair(SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
                                 std::pair(SQLITE_DBCONFIG_ENABLE_TRIGGER, 0),
                                 std::pair(SQLITE_DBCONFIG_ENABLE_VIEW, 0)}) {
      if (library_.db_config(connection_, option, value, nullptr) != SQLITE_OK) return false;
    }
    library_.progress_handler(
        connection_,
        kOperationsOfAStep,
        [](void* left) { return --*static_cast<int*>(left) < 0 ? 1 : 0; },
        &steps_left_);
    return run(
        "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA synchronous=OFF; "
        "PRAGMA journal_mode=MEMORY");
  }

  // Whether there is nothing but tables and indexes, and rpm's packages among them.
  bool read_schema() {
    bool is_plain = true;
    bool has_packages = false;
    Statement schema(library_, connection_, "SELECT type, name, sql FROM sqlite_master");
    bool done = schema.each([&] {
      std::string_view type = schema.bytes(0);
      std::string name(schema.bytes(1));
      bool is_table = type == "table" && schema.bytes(2).starts_with("CREATE TABLE");
      bool is_inner = name.starts_with("sqlite_");
      bool is_safe = name.find('"') == std::string::npos && name.find('\0') == std::string::npos;
      if (!is_inner && ((!is_table && type != "index") || !is_safe)) is_plain = false;
      if (is_table && !is_inner) tables_.insert(name);
      if (is_table && name == "Packages") has_packages = true;
    });
    return done && is_plain && has_packages;
  }

  bool drop(const RpmStays& stays) {
    std::vector<int64_t> gone;
    {
      Statement packages(library_, connection_, "SELECT hnum, blob FROM Packages ORDER BY hnum");
      bool done = packages.each([&] {
        if (!stays(packages.bytes(1))) gone.push_back(packages.number(0));
      });
      if (!done) return false;
    }
    if (!run("BEGIN")) return false;
    for (const std::string& table : tables_) {
      std::string quoted = "\"" + table + "\"";
      if (!has_package_column(table)) continue;
      Statement drop(library_, connection_, "DELETE FROM " + quoted + " WHERE hnum = ?1");
      for (int64_t number : gone) {
        if (!drop.run_with(number)) return false;
      }
    }
    return run("COMMIT") && run("VACUUM");
  }

 private:
  bool run(const char* text) {
    return library_.exec(connection_, text, nullptr, nullptr, nullptr) == SQLITE_OK;
  }

  bool has_package_column(const std::string& table) {
    bool has_it = false;
    Statement columns(library_, connection_, "PRAGMA table_info(\"" + table + "\")");
    bool done = columns.each([&] { has_it = has_it || columns.bytes(1) == "hnum"; });
    return done && has_it;
  }

  const Library& library_;
  sqlite3* connection_ = nullptr;
  std::set<std::string> tables_;
  int steps_left_ = kMaxSteps;
};

}  // namespace

std::optional<std::string> filter_rpm_sqlite(std::string_view database, const RpmStays& stays) {
  const Library* library = sqlite();
  bool is_one = database.size() >= kHeaderBytes && database.starts_with(kMagic);
  if (library == nullptr || !is_one) return std::nullopt;
  Result<TempDir> folder = TempDir::make("rpm");
  if (!folder.ok()) return std::nullopt;
  fs::path file = folder->path() / "rpmdb.sqlite";
  // A log of its own would need files beside it.
  std::string copy(database);
  std::string modes = copy.substr(kModesAt, 2);
  copy[kModesAt] = copy[kModesAt + 1] = 1;
  if (!write_file_atomic(file, copy).ok()) return std::nullopt;
  {
    RpmTables tables(*library);
    if (!tables.open(file) || !tables.read_schema() || !tables.drop(stays)) return std::nullopt;
  }
  Result<std::string> after = read_file(file, kMaxEditedBytes);
  if (!after.ok() || after->size() < kHeaderBytes) return std::nullopt;
  after->replace(kModesAt, modes.size(), modes);
  after->replace(kVersionAt, 4, database.substr(kVersionAt, 4));
  return std::move(*after);
}

}  // namespace whittle
