// Making the database of vulnerabilities anew: from the public feeds, from mirrors of them, or
// wholly from files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/fs.h"
#include "base/progress.h"
#include "base/result.h"

namespace whittle {

struct VulnUpdateOptions {
  fs::path file;  // the database that is made or replaced
  // Files, folders and URLs whose feeds are read; empty: the public feeds.
  std::vector<std::string> from;
  // Where OSV's bulk export is looked for, in this order; empty: its public place.
  std::vector<std::string> mirrors;
  int64_t now = 0;  // seconds since 1970
  bool offline = false;
  unsigned attempts = 4;                // per URL, with growing pauses between
  const CancelToken* cancel = nullptr;  // required
  Progress* progress = nullptr;         // required
};

struct VulnUpdate {
  uint64_t bytes = 0;
  uint64_t advisories = 0;
  uint64_t affected = 0;
  uint64_t withdrawn = 0;
  uint64_t unchanged = 0;          // files that were not fetched again
  std::vector<std::string> notes;  // what was passed over, for people
};

// Replaces the database atomically, when all is read; until then, and on an error, the old one is
// in its place. What is fetched is kept beside the database and asked for again only when it has
// changed. Errors: NotFound, Invalid (a damaged archive, a digest that is not met), Failed (no
// mirror answers), Usage (nothing to read), Cancelled.
Result<VulnUpdate> update_vuln_database(const VulnUpdateOptions& options);

}  // namespace whittle
