// One kind of package database: which files it is made of, and how they are read. The rows are in
// cataloguers/, one file each.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "packages/catalog.h"
#include "packages/catalog_builder.h"
#include "packages/path_table.h"

namespace whittle {

// The files of one kind of database that belong together: all of the merged tree, or those of one
// layer that did not survive. By path, no path twice.
struct Snapshot {
  std::vector<DatabaseFile> files;
  OwnedPaths& paths;

  // By its number; null if the snapshot has none.
  const DatabaseFile* find(PathId id) const;
  // The content of the file of that path, or nullopt.
  std::optional<std::string_view> content(std::string_view path) const;
};

struct Cataloguer {
  std::string_view name;  // "dpkg"
  std::string_view what;  // one line: what is read
  // A file of this database is below one of the folders, or its path has one of the ends: most
  // files of an image are neither, and nothing else is asked of them. Space-separated.
  std::string_view folders;
  std::string_view ends;
  // How many bytes of this file are worth keeping; 0: it is no file of this database.
  uint64_t (*max_bytes)(std::string_view path);
  // Adds the packages of a snapshot and what they own. Never fails: what cannot be read is a
  // problem.
  void (*read)(const Snapshot& snapshot, CatalogBuilder& into);
  uint8_t set = kPackageDatabases;  // one of packages/catalog.h; others only read the merged tree
  // Of this row are the files that may be executed and libraries, as far as `max_bytes` says; no
  // folders and no ends are asked for.
  bool takes_programs = false;
  // Of a row whose files are not kept themselves: what is kept of one, as the text of records.h.
  // The whole content is there at once. `is_worth_reading` tells by the first bytes of a file.
  bool (*is_worth_reading)(std::string_view path, std::string_view beginning) = nullptr;
  std::vector<Package> (*examine)(std::string_view path, std::string_view content) = nullptr;
};

// The `read` of rows that examine: every record is a package, the file is the first one's.
void read_examined(const Snapshot& snapshot, CatalogBuilder& into);

}  // namespace whittle
