// rpm's database in a slim image, in any of its three forms (SQLite, ndb, Berkeley DB), with its
// indexes: exactly the packages of which something stays.
#pragma once

#include <atomic>
#include <memory>

#include "model/keep_set.h"
#include "model/package.h"
#include "slim/layer_plan.h"

namespace whittle {

// What could not be filtered, known when the edits were made.
struct RpmLeftWhole {
  std::atomic<bool> packages = false;  // a database names packages that are gone
  std::atomic<bool> indexes = false;   // an index leads to packages that are gone
};

// The edits of the databases that stay, and of the indexes beside them. The tree, the catalog and
// the set must outlive them.
NodeEdits rpm_database_edits(const MergedTree& tree,
                             const PackageCatalog& catalog,
                             const KeepSet& keep,
                             const std::shared_ptr<RpmLeftWhole>& left_whole);

}  // namespace whittle
