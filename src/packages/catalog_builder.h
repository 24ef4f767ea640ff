// Gathers packages and what they own, snapshot by snapshot, and settles who owns which entry.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/package.h"
#include "packages/path_table.h"

namespace whittle {

// A file of a database as one layer holds it.
struct DatabaseFile {
  std::string_view path;
  PathId id{};
  uint32_t layer = 0;
  std::optional<std::string_view> content;  // nullopt: it was not kept
};

// True for the packages of dpkg, apk and rpm.
bool is_of_system(const Package& package);

// Begins with the merged tree's databases; then come those of lost files, layer by layer upwards.
// Whoever owns a path first keeps it, so databases are read in the order of their rank.
class CatalogBuilder {
 public:
  explicit CatalogBuilder(const OwnedPaths& paths);

  // From here on, what is added comes from files of `layer` that did not survive.
  void begin_lost(uint32_t layer);

  // Adds a package that the file is the record of, and returns its number. `key` says which package
  // of which place it is across its versions ("" for name and architecture): one that is installed
  // still is not added again.
  uint32_t add(Package package, const DatabaseFile& file, std::string_view key = {});
  // The package owns a path (kNoPath is nothing). A folder that several own belongs to none.
  void own(PathId path, uint32_t package);
  // The package owns what lies in the folder and nobody owns by path, down to a nested
  // "node_modules".
  void own_folder(PathId folder, uint32_t package);
  void problem(std::string text);
  void set_distribution(Distribution distribution);

  // True if a package of the operating system owns that path of the merged tree.
  bool has_system_owner(PathId path) const;

  // Those that are installed and were added so far, by number.
  const std::vector<Package>& packages() const { return catalog_.packages; }

  void set_licenses(uint32_t package, std::vector<std::string> licenses) {
    catalog_.packages[package].licenses = std::move(licenses);
  }

  // False while files of the merged tree are read.
  bool is_lost() const { return is_lost_; }

  PackageCatalog finish();

 private:
  struct Claim {
    PathId path{};
    uint32_t layer = 0;
    uint32_t package = 0;
  };

  using Claims = std::vector<Claim>;

  uint32_t system_owner(PathId path) const;
  static void sort(Claims& claims);
  static uint32_t nearest(const Claims& claims, PathId path, uint32_t layer);
  bool is_folder(PathId path) const;
  std::vector<uint32_t> folder_owners_of_tree() const;
  uint32_t owner_of_lost(PathId path, uint32_t layer) const;
  uint32_t owner_of_lost_folder(PathId path, uint32_t layer) const;
  std::vector<uint32_t> sort_packages();

  const OwnedPaths& paths_;
  bool is_lost_ = false;
  uint32_t layer_ = 0;
  PackageCatalog catalog_;
  std::unordered_map<std::string, uint32_t> by_key_;
  std::vector<uint32_t> path_owner_;    // by path, of the merged tree's databases
  std::vector<uint32_t> folder_owner_;  // the same for own_folder(); empty until there is one
  Claims lost_paths_;
  Claims lost_folders_;
};

}  // namespace whittle
