#include "packages/cataloguers/cataloguers.h"

#include <algorithm>
#include <array>

#include "base/stats.h"
#include "base/strings.h"
#include "packages/catalog.h"
#include "packages/cataloguers/rows.h"

namespace whittle {

const std::vector<const Cataloguer*>& cataloguer_table() {
  static const std::vector<const Cataloguer*> table = {
      &kDistributionCataloguer,
      &kDpkgCataloguer,
      &kApkCataloguer,
      &kRpmCataloguer,
      &kPipCataloguer,
      &kNpmCataloguer,
  };
  return table;
}

namespace {

constexpr size_t kNoRow = SIZE_MAX;

// Tells by one letter of a path that it is no row's.
class QuickLook {
 public:
  QuickLook() {
    for (const Cataloguer* row : cataloguer_table()) {
      for (std::string_view folder : split(row->folders, ' ')) {
        if (folder.empty()) continue;
        folders_.push_back(folder);
        is_first_[static_cast<unsigned char>(folder.front())] = true;
      }
      for (std::string_view end : split(row->ends, ' ')) {
        if (end.empty()) continue;
        ends_[static_cast<unsigned char>(end.back())].push_back(end);
      }
    }
  }

  bool is_candidate(std::string_view path) const {
    if (path.empty()) return false;
    for (std::string_view end : ends_[static_cast<unsigned char>(path.back())]) {
      if (path.ends_with(end)) return true;
    }
    if (!is_first_[static_cast<unsigned char>(path.front())]) return false;
    return std::any_of(folders_.begin(), folders_.end(), [&](std::string_view folder) {
      // Their ends differ more than their beginnings do.
      return path.size() > folder.size() && path[folder.size() - 1] == '/' &&
             path[folder.size() - 2] == folder[folder.size() - 2] && path.starts_with(folder);
    });
  }

 private:
  std::array<bool, 256> is_first_{};
  std::vector<std::string_view> folders_;
  std::array<std::vector<std::string_view>, 256> ends_;  // by their last letter
};

// Which row's database a file belongs to.
size_t row_of(std::string_view path) {
  static const QuickLook quick;
  if (!quick.is_candidate(path)) return kNoRow;
  const std::vector<const Cataloguer*>& table = cataloguer_table();
  for (size_t row = 0; row < table.size(); ++row) {
    if (table[row]->max_bytes(path) > 0) return row;
  }
  return kNoRow;
}

std::optional<std::string_view> kept_content(const LayerIndex& layer, EntryId entry) {
  auto at = std::lower_bound(
      layer.kept.begin(), layer.kept.end(), entry, [](const KeptContent& kept, EntryId wanted) {
        return kept.entry < wanted;
      });
  if (at == layer.kept.end() || at->entry != entry) return std::nullopt;
  return std::string_view(layer.kept_bytes).substr(at->offset, at->size);
}

struct Found {
  size_t row = kNoRow;
  EntryRef entry;    // named so
  EntryRef content;  // where its content stands
  bool is_live = false;
};

bool is_file(const Entry& entry) {
  return entry.role == EntryRole::Normal && !entry.is_shadowed &&
         (entry.type == EntryType::File || entry.type == EntryType::Hardlink);
}

// Every file of a database in any layer.
std::vector<Found> find_database_files(const MergedTree& tree) {
  std::vector<Found> found;
  for (uint32_t layer = 0; layer < tree.layers.size(); ++layer) {
    const LayerIndex& index = *tree.layers[layer];
    for (uint32_t i = 0; i < index.entries.size(); ++i) {
      if (!is_file(index.entries[i])) continue;
      size_t row = row_of(index.path(index.entries[i]));
      EntryRef ref{layer, EntryId{i}};
      if (row != kNoRow) found.push_back({row, ref, ref, false});
    }
  }
  return found;
}

// Which of them the merged tree has, and where it has their content.
void find_live(const OwnedPaths& paths, std::vector<Found>& found) {
  for (Found& file : found) {
    PathId path = paths.of(file.entry);
    if (path == kNoPath || !paths.is_in_tree(path)) continue;
    const TreeNode& node = paths.tree().nodes[static_cast<uint32_t>(path)];
    if (node.is_implied || node.entry != file.entry) continue;
    file.is_live = true;
    file.content = node.content;
  }
}

Snapshot snapshot_of(const std::vector<Found>& found,
                     size_t row,
                     std::optional<uint32_t> lost_layer,
                     OwnedPaths& paths) {
  Snapshot snapshot{{}, paths};
  for (const Found& file : found) {
    if (file.row != row || file.is_live == lost_layer.has_value()) continue;
    if (lost_layer && file.entry.layer != *lost_layer) continue;
    const LayerIndex& layer = *paths.tree().layers[file.entry.layer];
    const LayerIndex& stored = *paths.tree().layers[file.content.layer];
    snapshot.files.push_back({layer.path(layer.entries[static_cast<uint32_t>(file.entry.entry)]),
                              paths.of(file.entry),
                              file.entry.layer,
                              kept_content(stored, file.content.entry)});
  }
  std::stable_sort(snapshot.files.begin(),
                   snapshot.files.end(),
                   [](const DatabaseFile& a, const DatabaseFile& b) { return a.path < b.path; });
  return snapshot;
}

PackageCatalog empty_catalog(const MergedTree& tree) {
  PackageCatalog catalog;
  for (const LayerIndex* layer : tree.layers)
    catalog.owners.emplace_back(layer->entries.size(), kNoPackage);
  return catalog;
}

}  // namespace

bool is_package_file(std::string_view path, uint64_t size_bytes) {
  size_t row = row_of(path);
  return row != kNoRow && size_bytes <= cataloguer_table()[row]->max_bytes(path);
}

PackageCatalog catalog_packages(const MergedTree& tree) {
  static Stat stat("catalog packages", true);
  ScopedTimer timer(stat);
  std::vector<Found> found = find_database_files(tree);
  if (found.empty() || tree.nodes.empty()) return empty_catalog(tree);
  OwnedPaths paths(tree);
  find_live(paths, found);
  CatalogBuilder builder(paths);
  size_t rows = cataloguer_table().size();
  for (size_t row = 0; row < rows; ++row) {
    Snapshot live = snapshot_of(found, row, std::nullopt, paths);
    if (!live.files.empty()) cataloguer_table()[row]->read(live, builder);
  }
  for (uint32_t layer = 0; layer < tree.layers.size(); ++layer) {
    builder.begin_lost(layer);
    for (size_t row = 0; row < rows; ++row) {
      Snapshot lost = snapshot_of(found, row, layer, paths);
      if (!lost.files.empty()) cataloguer_table()[row]->read(lost, builder);
    }
  }
  return builder.finish();
}

}  // namespace whittle
