#include "packages/catalog_builder.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace whittle {

namespace {

constexpr uint32_t kShared = kNoPackage - 1;  // a folder of several packages
constexpr size_t kMaxProblems = 50;
constexpr std::string_view kNodeModules = "node_modules";

uint32_t number(PathId path) {
  return static_cast<uint32_t>(path);
}

auto order_of(const Package& package) {
  return std::tie(
      package.type, package.name, package.version, package.architecture, package.database);
}

}  // namespace

bool is_of_system(const Package& package) {
  return package.type == "deb" || package.type == "apk" || package.type == "rpm";
}

CatalogBuilder::CatalogBuilder(const OwnedPaths& paths)
    : paths_(paths), path_owner_(paths.size(), kNoPackage) {}

void CatalogBuilder::begin_lost(uint32_t layer) {
  is_lost_ = true;
  layer_ = layer;
}

// Databases of the system are read first, so that what their packages own is known.
uint32_t CatalogBuilder::system_owner(PathId path) const {
  if (is_lost_ || path == kNoPath) return kNoPackage;
  uint32_t owner = path_owner_[number(path)];
  bool is_owned = owner < catalog_.packages.size() && is_of_system(catalog_.packages[owner]);
  return is_owned ? owner : kNoPackage;
}

bool CatalogBuilder::has_system_owner(PathId path) const {
  return system_owner(path) != kNoPackage;
}

uint32_t CatalogBuilder::add(Package package, const DatabaseFile& file, std::string_view key) {
  package.database = file.path;
  package.layer = file.layer;
  package.owner = is_of_system(package) ? kNoPackage : system_owner(file.id);
  std::string full = package.type;
  full.push_back('\0');
  full.append(key.empty() ? std::string_view(package.name) : key);
  full.push_back('\0');
  if (key.empty()) full.append(package.architecture);
  auto next = static_cast<uint32_t>(catalog_.packages.size());
  auto [at, is_new] = by_key_.try_emplace(std::move(full), next);
  if (is_lost_ && !is_new) {
    Package& known = catalog_.packages[at->second];
    if (!known.is_installed) {  // a later layer's record of it
      known = std::move(package);
      known.is_installed = false;
    }
    return at->second;
  }
  package.is_installed = !is_lost_;
  catalog_.packages.push_back(std::move(package));
  return next;
}

bool CatalogBuilder::is_folder(PathId path) const {
  if (!paths_.is_in_tree(path)) return false;
  const TreeNode& node = paths_.tree().nodes[number(path)];
  if (node.is_implied) return true;
  const LayerIndex& layer = *paths_.tree().layers[node.entry.layer];
  return layer.entries[static_cast<uint32_t>(node.entry.entry)].type == EntryType::Directory;
}

void CatalogBuilder::own(PathId path, uint32_t package) {
  if (path == kNoPath) return;
  if (is_lost_) {
    if (paths_.has_lost_entry(path)) lost_paths_.push_back({path, layer_, package});
    return;
  }
  uint32_t& owner = path_owner_[number(path)];
  if (owner == kNoPackage) {
    owner = package;
  } else if (owner != package && is_folder(path)) {
    owner = kShared;
  }
}

void CatalogBuilder::own_folder(PathId folder, uint32_t package) {
  if (folder == kNoPath) return;
  if (is_lost_) {
    lost_folders_.push_back({folder, layer_, package});
    return;
  }
  if (folder_owner_.empty()) folder_owner_.resize(paths_.size(), kNoPackage);
  if (folder_owner_[number(folder)] == kNoPackage) folder_owner_[number(folder)] = package;
}

void CatalogBuilder::problem(std::string text) {
  if (catalog_.problems.size() < kMaxProblems) catalog_.problems.push_back(std::move(text));
}

void CatalogBuilder::set_distribution(Distribution distribution) {
  if (!is_lost_) catalog_.distribution = std::move(distribution);
}

void CatalogBuilder::sort(Claims& claims) {
  std::stable_sort(claims.begin(), claims.end(), [](const Claim& a, const Claim& b) {
    return std::tie(a.path, a.layer) < std::tie(b.path, b.layer);
  });
}

// The first claim to the path by a record of `layer` or later.
uint32_t CatalogBuilder::nearest(const Claims& claims, PathId path, uint32_t layer) {
  auto at = std::lower_bound(
      claims.begin(), claims.end(), Claim{path, layer, 0}, [](const Claim& a, const Claim& b) {
        return std::tie(a.path, a.layer) < std::tie(b.path, b.layer);
      });
  return at != claims.end() && at->path == path ? at->package : kNoPackage;
}

// Per node of the merged tree: who owns the folder it lies in (or is).
std::vector<uint32_t> CatalogBuilder::folder_owners_of_tree() const {
  std::vector<uint32_t> owners;
  if (folder_owner_.empty()) return owners;
  const MergedTree& tree = paths_.tree();
  const std::vector<TreeNode>& nodes = tree.nodes;
  owners.resize(nodes.size(), kNoPackage);
  for (uint32_t i = 1; i < nodes.size(); ++i) {  // parents come before their children
    if (tree.name(nodes[i]) == kNodeModules) continue;
    owners[i] = folder_owner_[i] != kNoPackage ? folder_owner_[i]
                                               : owners[static_cast<uint32_t>(nodes[i].parent)];
  }
  return owners;
}

uint32_t CatalogBuilder::owner_of_lost_folder(PathId path, uint32_t layer) const {
  if (folder_owner_.empty() && lost_folders_.empty()) return kNoPackage;
  for (PathId here = path; here != kNoPath && here != kRootPath; here = paths_.parent(here)) {
    if (paths_.name(here) == kNodeModules) return kNoPackage;
    uint32_t owner = nearest(lost_folders_, here, layer);
    if (owner == kNoPackage && !folder_owner_.empty()) owner = folder_owner_[number(here)];
    if (owner != kNoPackage) return owner;
  }
  return kNoPackage;
}

uint32_t CatalogBuilder::owner_of_lost(PathId path, uint32_t layer) const {
  uint32_t owner = nearest(lost_paths_, path, layer);
  if (owner == kNoPackage) owner = path_owner_[number(path)];
  return owner == kNoPackage ? owner_of_lost_folder(path, layer) : owner;
}

// Puts the packages into their order; returns the new number of each.
std::vector<uint32_t> CatalogBuilder::sort_packages() {
  std::vector<Package>& packages = catalog_.packages;
  std::vector<uint32_t> order(packages.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    if (packages[a].is_installed != packages[b].is_installed) return packages[a].is_installed;
    return order_of(packages[a]) < order_of(packages[b]);
  });
  std::vector<Package> sorted;
  std::vector<uint32_t> new_number(packages.size());
  for (uint32_t i : order) {
    new_number[i] = static_cast<uint32_t>(sorted.size());
    sorted.push_back(std::move(packages[i]));
  }
  for (Package& package : sorted) {
    if (package.owner != kNoPackage) package.owner = new_number[package.owner];
  }
  packages = std::move(sorted);
  return new_number;
}

PackageCatalog CatalogBuilder::finish() {
  sort(lost_paths_);
  sort(lost_folders_);
  std::vector<uint32_t> folder_owners = folder_owners_of_tree();
  std::vector<uint32_t> new_number = sort_packages();
  const MergedTree& tree = paths_.tree();
  for (uint32_t layer = 0; layer < tree.layers.size(); ++layer) {
    size_t count = tree.layers[layer]->entries.size();
    std::vector<uint32_t>& owners = catalog_.owners.emplace_back(count, kNoPackage);
    for (uint32_t i = 0; i < count; ++i) {
      PathId path = paths_.of({layer, EntryId{i}});
      if (path == kNoPath) continue;
      uint32_t owner = kNoPackage;
      if (tree.loss[layer][i] != Loss::Kept) {
        owner = owner_of_lost(path, layer);
      } else {
        owner = path_owner_[number(path)];
        if (owner == kNoPackage && !folder_owners.empty() && paths_.is_in_tree(path))
          owner = folder_owners[number(path)];
      }
      owners[i] = owner < new_number.size() ? new_number[owner] : kNoPackage;
    }
  }
  return std::move(catalog_);
}

}  // namespace whittle
