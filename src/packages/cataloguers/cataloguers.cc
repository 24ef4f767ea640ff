#include "packages/cataloguers/cataloguers.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "base/result.h"
#include "base/stats.h"
#include "base/strings.h"
#include "packages/catalog.h"
#include "packages/cataloguers/rows.h"
#include "packages/records.h"

namespace whittle {

const std::vector<const Cataloguer*>& cataloguer_table() {
  static const std::vector<const Cataloguer*> table = {
      &kDistributionCataloguer,
      &kDpkgCataloguer,
      &kCopyrightCataloguer,
      &kApkCataloguer,
      &kRpmCataloguer,
      &kPipCataloguer,
      &kNpmCataloguer,
      &kGemCataloguer,
      &kComposerCataloguer,
      &kCondaCataloguer,
      &kDotnetCataloguer,
      &kBitnamiCataloguer,
      &kJavaCataloguer,
      &kRuntimesCataloguer,
      &kLockfilesCataloguer,
      &kProgramsCataloguer,
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

constexpr uint32_t kTopicVersion = 5;  // changes with what any row keeps

constexpr uint32_t kExecuteBits = 0111;

// Libraries need no execute bit.
bool is_program(const FileFacts& file) {
  bool may_run = (file.mode & kExecuteBits) != 0 ||
                 contains(file.path.substr(file.path.rfind('/') + 1), ".so");
  return may_run && file.size_bytes > 0;
}

// Which row's database a file belongs to.
size_t row_of(const FileFacts& file, uint8_t sets) {
  static const QuickLook quick;
  bool is_candidate = quick.is_candidate(file.path);
  bool looks_at_programs = (sets & kPackageInventory) != 0 && is_program(file);
  if (!is_candidate && !looks_at_programs) return kNoRow;
  const std::vector<const Cataloguer*>& table = cataloguer_table();
  for (size_t row = 0; row < table.size(); ++row) {
    bool is_asked = (table[row]->set & sets) != 0;
    bool fits = table[row]->takes_programs ? looks_at_programs : is_candidate;
    if (!is_asked || !fits) continue;
    if (table[row]->max_bytes(file.path) > 0) return row;
  }
  return kNoRow;
}

Keep keep_of(const FileFacts& file, uint8_t sets) {
  size_t row = row_of(file, sets);
  if (row == kNoRow || file.size_bytes > cataloguer_table()[row]->max_bytes(file.path))
    return Keep::Nothing;
  return cataloguer_table()[row]->examine == nullptr ? Keep::Content : Keep::Extract;
}

// Of a file to extract from. Rows that examine are all of the inventory.
const Cataloguer& examiner_of(const FileFacts& file) {
  size_t row = row_of(file, kPackageInventory);
  CHECK(row != kNoRow && cataloguer_table()[row]->examine != nullptr);
  return *cataloguer_table()[row];
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
std::vector<Found> find_database_files(const MergedTree& tree, uint8_t sets) {
  std::vector<Found> found;
  for (uint32_t layer = 0; layer < tree.layers.size(); ++layer) {
    const LayerIndex& index = *tree.layers[layer];
    for (uint32_t i = 0; i < index.entries.size(); ++i) {
      if (!is_file(index.entries[i])) continue;
      const Entry& entry = index.entries[i];
      size_t row = row_of({index.path(entry), entry.size_bytes, entry.mode}, sets);
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
    file.content = paths.tree().content(node);
  }
}

// First what the merged tree has, then what each layer lost; in each the rows in their order.
auto order_of(const Found& file) {
  return std::pair(file.is_live ? 0 : uint64_t{file.entry.layer} + 1, file.row);
}

Snapshot snapshot_of(std::span<const Found> files, OwnedPaths& paths) {
  Snapshot snapshot{{}, paths};
  bool is_extract = cataloguer_table()[files[0].row]->examine != nullptr;
  for (const Found& file : files) {
    const LayerIndex& layer = *paths.tree().layers[file.entry.layer];
    const LayerIndex& stored = *paths.tree().layers[file.content.layer];
    std::optional<std::string_view> content =
        stored.kept_content(file.content.entry, TopicId::Packages);
    if (is_extract && !content) continue;  // nothing was found in it
    snapshot.files.push_back({layer.path(layer.entries[static_cast<uint32_t>(file.entry.entry)]),
                              paths.of(file.entry),
                              file.entry.layer,
                              content});
  }
  std::stable_sort(snapshot.files.begin(),
                   snapshot.files.end(),
                   [](const DatabaseFile& a, const DatabaseFile& b) { return a.path < b.path; });
  return snapshot;
}

// What is too big to be looked into is said.
void note_big_files(const MergedTree& tree, std::span<const Found> files, CatalogBuilder& builder) {
  const Cataloguer& row = *cataloguer_table()[files[0].row];
  for (const Found& file : files) {
    const LayerIndex& layer = *tree.layers[file.entry.layer];
    const Entry& entry = layer.at(file.entry.entry);
    std::string_view path = layer.path(entry);
    if (row.examine != nullptr && entry.size_bytes > row.max_bytes(path))
      builder.problem("did not look into " + printable(path) + ", it has " +
                      format_bytes(entry.size_bytes));
  }
}

PackageCatalog empty_catalog(const MergedTree& tree) {
  PackageCatalog catalog;
  for (const LayerIndex* layer : tree.layers)
    catalog.owners.emplace_back(layer->entries.size(), kNoPackage);
  return catalog;
}

}  // namespace

ContentWish package_contents(uint8_t sets) {
  static const std::shared_ptr<const ContentTopic> topic = [] {
    auto made = std::make_shared<ContentTopic>();
    made->id = TopicId::Packages;
    made->version = kTopicVersion;
    made->wants = &keep_of;
    made->is_worth_reading = [](const FileFacts& file, std::string_view beginning) {
      const Cataloguer& row = examiner_of(file);
      return row.is_worth_reading == nullptr || row.is_worth_reading(file.path, beginning);
    };
    made->extract = [](const FileFacts& file, std::string_view content) {
      const Cataloguer& row = examiner_of(file);
      return write_records(row.examine(file.path, content));
    };
    return made;
  }();
  return {topic, sets};
}

PackageCatalog catalog_packages(const MergedTree& tree, uint8_t sets) {
  static Stat stat("catalog packages", true);
  ScopedTimer timer(stat);
  std::vector<Found> found = find_database_files(tree, sets);
  if (found.empty() || tree.nodes.empty()) return empty_catalog(tree);
  OwnedPaths paths(tree);
  find_live(paths, found);
  std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
    return order_of(a) < order_of(b);
  });
  CatalogBuilder builder(paths);
  for (size_t begin = 0, end = 0; begin < found.size(); begin = end) {
    const Found& first = found[begin];
    while (end < found.size() && order_of(found[end]) == order_of(first)) ++end;
    const Cataloguer& row = *cataloguer_table()[first.row];
    if (!first.is_live && row.set != kPackageDatabases) continue;
    if (!first.is_live) builder.begin_lost(first.entry.layer);
    std::span<const Found> files(&first, end - begin);
    if (first.is_live) note_big_files(tree, files, builder);
    row.read(snapshot_of(files, paths), builder);
  }
  return builder.finish();
}

}  // namespace whittle
