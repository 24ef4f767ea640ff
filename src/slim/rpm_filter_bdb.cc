// rpm's packages and indexes as Berkeley DB files. Packages has the headers by number; an index has
// pairs of numbers by key: which package, and which of its values the key is (rpm 4.16,
// lib/backend/db3.c).
#include <utility>
#include <vector>

#include "packages/cataloguers/berkeley_db.h"
#include "slim/berkeley_writer.h"
#include "slim/rpm_filters.h"

namespace whittle {

namespace {

constexpr size_t kNumberBytes = 4;
constexpr size_t kIndexItemBytes = 8;
constexpr uint32_t kCounter = 0;  // under it stands the last number given

// Calls `sink` with each package's number, the pair's key and its header. False for damage.
template <typename Sink>
bool each_package(const BerkeleyDb& file, const Sink& sink) {
  bool is_plain = file.kind() == BerkeleyDb::Kind::Hash;
  Status read = file.each_pair([&](std::string_view key, std::string_view value) {
    if (key.size() != kNumberBytes) is_plain = false;
    sink(static_cast<uint32_t>(file.number(key, 0, kNumberBytes)), key, value);
  });
  return read.ok() && is_plain;
}

}  // namespace

std::optional<RpmNumbers> staying_in_rpm_bdb(std::string_view database, const RpmStays& stays) {
  RpmNumbers staying;
  bool is_whole = each_package(BerkeleyDb(database),
                               [&](uint32_t number, std::string_view, std::string_view header) {
                                 if (number != kCounter && stays(header)) staying.insert(number);
                               });
  if (!is_whole) return std::nullopt;
  return staying;
}

std::optional<std::string> filter_rpm_bdb(std::string_view database, const RpmNumbers& staying) {
  std::vector<BerkeleyPair> pairs;
  bool is_whole = each_package(BerkeleyDb(database),
                               [&](uint32_t number, std::string_view key, std::string_view value) {
                                 if (number == kCounter || staying.contains(number))
                                   pairs.push_back({std::string(key), std::string(value)});
                               });
  if (!is_whole) return std::nullopt;
  return write_berkeley_db(database, std::move(pairs));
}

std::optional<std::string> filter_rpm_bdb_index(std::string_view index, const RpmNumbers& staying) {
  BerkeleyDb file(index);
  if (file.kind() == BerkeleyDb::Kind::Other) return std::string(index);
  std::vector<BerkeleyPair> pairs;
  bool is_whole = true;
  Status read = file.each_pair([&](std::string_view key, std::string_view value) {
    if (value.size() % kIndexItemBytes != 0) is_whole = false;
    std::string left;
    for (size_t at = 0; at + kIndexItemBytes <= value.size(); at += kIndexItemBytes) {
      auto number = static_cast<uint32_t>(file.number(value, at, kNumberBytes));
      if (staying.contains(number)) left += value.substr(at, kIndexItemBytes);
    }
    if (!left.empty()) pairs.push_back({std::string(key), std::move(left)});
  });
  if (!read.ok() || !is_whole) return std::nullopt;
  return write_berkeley_db(index, std::move(pairs));
}

}  // namespace whittle
