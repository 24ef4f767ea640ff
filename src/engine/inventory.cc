// Inventories: the packages of an analysed image, and the files they own.
#include <map>
#include <mutex>
#include <utility>

#include "base/sha1.h"
#include "engine/inspect.h"
#include "engine/inspect_read.h"
#include "image/read.h"
#include "image/sources/sources.h"

namespace whittle {

namespace {

constexpr uint64_t kMaxHashedBytes = 1ULL << 30;

// Digests by layer and path, gathered while layers are read side by side.
struct Digests {
  std::mutex mutex;
  std::map<std::pair<size_t, std::string>, std::string> found;
};

ContentSubscriber hash_into(Digests& digests) {
  ContentSubscriber subscriber;
  subscriber.wants = [](std::string_view, uint64_t) { return true; };
  subscriber.max_bytes = kMaxHashedBytes;
  subscriber.receive = [&digests](size_t layer, std::string_view path, std::string_view content) {
    std::string digest = sha1_hex(content);
    std::lock_guard lock(digests.mutex);
    digests.found[{layer, std::string(path)}] = std::move(digest);
  };
  return subscriber;
}

// The regular files of the merged tree by the package they belong to, in the order of paths.
std::vector<std::vector<SbomFile>> files_of(const Analysis& analysis, const Digests& digests) {
  std::vector<std::vector<SbomFile>> files(analysis.packages.packages.size());
  const MergedTree& tree = *analysis.tree;
  for (uint32_t i = 0; i < tree.nodes.size(); ++i) {
    const TreeNode& node = tree.nodes[i];
    if (node.is_implied) continue;
    const Entry& entry = tree.layers[node.entry.layer]->at(node.entry.entry);
    if (entry.type != EntryType::File && entry.type != EntryType::Hardlink) continue;
    uint32_t owner =
        analysis.packages.owners[node.entry.layer][static_cast<uint32_t>(node.entry.entry)];
    if (owner == kNoPackage) continue;
    EntryRef content = tree.content(node);
    const LayerIndex& stored = *tree.layers[content.layer];
    std::string stored_path(stored.path(stored.at(content.entry)));
    auto digest = digests.found.find({content.layer, std::move(stored_path)});
    files[owner].push_back(
        {tree.path(NodeId{i}), digest == digests.found.end() ? std::string() : digest->second});
  }
  return files;
}

}  // namespace

Result<SbomReport> inventory_image(InspectOptions options, SbomFiles files) {
  TRY_ASSIGN(std::unique_ptr<Image> image, open_image(options.target, options.open));
  return inventory_of(*image, std::move(options), files);
}

Result<SbomReport> inventory_of(const Image& image, InspectOptions options, SbomFiles files) {
  options.package_sets |= kPackageDatabases | kPackageInventory;
  options.find_waste = false;
  Digests digests;
  std::vector<ContentSubscriber> subscribers;
  if (files == SbomFiles::Digests) subscribers.push_back(hash_into(digests));
  SbomReport report;
  TRY_ASSIGN(report.analysis, analyze_opened(image, options, std::move(subscribers)));
  report.has_files = files != SbomFiles::None;
  if (report.has_files) report.files = files_of(*report.analysis, digests);
  return report;
}

}  // namespace whittle
