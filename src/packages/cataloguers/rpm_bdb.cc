// Packages, a Berkeley DB hash: the headers by the packages' numbers, and at number 0 the last
// number given.
#include <string>

#include "packages/cataloguers/berkeley_db.h"
#include "packages/cataloguers/rpm_databases.h"

namespace whittle {

namespace {

constexpr uint64_t kMinHeaderBytes = 8 + 16;  // a header blob with one entry

}  // namespace

Status read_rpm_bdb(std::string_view database, const RpmHeaderSink& sink) {
  BerkeleyDb file(database);
  if (file.kind() != BerkeleyDb::Kind::Hash)
    return Error(ErrorKind::Invalid, "Packages: not a Berkeley DB hash");
  Status status = file.each_pair([&](std::string_view, std::string_view value) {
    if (value.size() >= kMinHeaderBytes) sink(value);
  });
  if (status.ok()) return {};
  return Error(ErrorKind::Invalid, "Packages: " + std::string(status.error().message()));
}

}  // namespace whittle
