// The three formats rpm has kept its packages in, each to the header blobs it holds. Own bounded
// readers: no library is asked to open a foreign database.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"

namespace whittle {

// Called once a blob; the bytes are only valid during the call.
using RpmHeaderSink = std::function<void(std::string_view blob)>;

// Errors: Invalid for bytes that are not of the format, after the blobs up to the damage. Time is
// linear in the size of the database, whatever its links say.

// rpmdb.sqlite: the blobs of table Packages. SQLite "Database File Format".
Status read_rpm_sqlite(std::string_view database, const RpmHeaderSink& sink);
// Packages.db: rpm's own "ndb", rpmpkg.c.
Status read_rpm_ndb(std::string_view database, const RpmHeaderSink& sink);
// Packages: a Berkeley DB hash, either byte order. Berkeley DB, db_page.h.
Status read_rpm_bdb(std::string_view database, const RpmHeaderSink& sink);

}  // namespace whittle
