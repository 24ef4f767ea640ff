// rpm's database in a slim image: exactly the packages of which something stays. Of its three forms
// the newest, SQLite, is filtered; the others stay as they are.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "model/keep_set.h"
#include "model/package.h"
#include "slim/layer_plan.h"

namespace whittle {

// `stays` is asked about every package by its header (rpm_header.h). The rows of the others are
// gone from all tables, and from the file's free pages. Nullopt where the library is missing, the
// file is damaged, or holds more than tables and indexes. The schema's own code is never run.
// Thread-safe; deterministic for one version of SQLite.
std::optional<std::string> filter_rpm_sqlite(
    std::string_view database, const std::function<bool(std::string_view header)>& stays);

// The edits of the databases that stay. `stays_whole` becomes true when one is used that could not
// be filtered. The tree, the catalog and the set must outlive them.
NodeEdits rpm_database_edits(const MergedTree& tree,
                             const PackageCatalog& catalog,
                             const KeepSet& keep,
                             const std::shared_ptr<std::atomic<bool>>& stays_whole);

}  // namespace whittle
