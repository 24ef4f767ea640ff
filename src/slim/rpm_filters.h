// Inside of slim: rpm's database without some of its packages, in each of the three formats it has
// had, with its indexes. All of it is foreign: own bounded readers, but for SQLite.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace whittle {

// Asked about every package by its header (rpm_header.h).
using RpmStays = std::function<bool(std::string_view header)>;

// Packages by the numbers that a database gives them and its indexes know them by.
using RpmNumbers = std::set<uint32_t>;

// All of these are deterministic and thread-safe; nullopt is for what is damaged or of another
// kind. Bytes of packages that do not stay are in no result.

// rpmdb.sqlite: the packages' rows are gone from all tables. Nullopt also where the library is
// missing, or the file holds more than tables and indexes. The schema's own code is never run.
std::optional<std::string> filter_rpm_sqlite(std::string_view database, const RpmStays& stays);

// Packages.db ("ndb").
std::optional<RpmNumbers> staying_in_rpm_ndb(std::string_view database, const RpmStays& stays);
std::optional<std::string> filter_rpm_ndb(std::string_view database, const RpmNumbers& staying);
// Its Index.db.
std::optional<std::string> filter_rpm_ndb_index(std::string_view index, const RpmNumbers& staying);

// Packages (Berkeley DB).
std::optional<RpmNumbers> staying_in_rpm_bdb(std::string_view database, const RpmStays& stays);
std::optional<std::string> filter_rpm_bdb(std::string_view database, const RpmNumbers& staying);
// Name, Basenames and the others beside it. What is no Berkeley DB stays as it is.
std::optional<std::string> filter_rpm_bdb_index(std::string_view index, const RpmNumbers& staying);

}  // namespace whittle
