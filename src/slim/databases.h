// Package databases of a slim image: exactly the packages of which something stays, and of those
// the files that stay.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "model/keep_set.h"
#include "model/package.h"
#include "slim/layer_plan.h"

namespace whittle {

// What a database is filtered by. Both are thread-safe.
struct SurvivorTest {
  enum class Fate : uint8_t { Gone, Partial, Whole };
  std::function<Fate(std::string_view name, std::string_view architecture)> package;
  std::function<bool(std::string_view path)> path;
  // Whether a file that stays has the bytes that the package brought.
  std::function<bool(std::string_view path)> has_same_bytes;
};

// Stanzas of packages that survive; one that lost files says so by "X-Whittle: partial". Format:
// deb-control(5).
std::string filter_dpkg_status(std::string_view text, const SurvivorTest& survives);
// Lines of paths that survive. Format: dpkg-query(1), --listfiles.
std::string filter_dpkg_list(std::string_view text, const SurvivorTest& survives);
// Those with other bytes are left out, too. Format: md5sum(1).
std::string filter_dpkg_sums(std::string_view text, const SurvivorTest& survives);
// Packages that survive, with the folders and files that do; those with other bytes without their
// checksum. Format: apk_installed(5).
std::string filter_apk_database(std::string_view text, const SurvivorTest& survives);

// The edits of all database files of the tree that stay. `content_edits`: those of files that
// packages brought; such a package is partial, too. The tree, the catalog and the set must outlive
// them.
NodeEdits database_edits(const MergedTree& tree,
                         const PackageCatalog& catalog,
                         const KeepSet& keep,
                         const NodeEdits& content_edits);

}  // namespace whittle
