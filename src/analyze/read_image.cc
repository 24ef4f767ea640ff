#include "analyze/read_image.h"

#include <mutex>

#include "base/fs.h"
#include "base/stats.h"
#include "base/strings.h"
#include "packages/catalog.h"

namespace whittle {

namespace {

constexpr std::string_view kStatusFile = "var/lib/dpkg/status";
constexpr std::string_view kInfoFolder = "var/lib/dpkg/info/";
constexpr uint64_t kMaxPackageFileBytes = 64ULL << 20;
constexpr int kMaxLinkHops = 40;  // as Linux: MAXSYMLINKS

bool is_dpkg_file(std::string_view path) {
  if (path == kStatusFile) return true;
  return path.starts_with(kInfoFolder) && path.ends_with(".list");
}

using Collected =
    std::map<std::pair<std::string, size_t>, std::string>;  // (path, layer) -> content

void keep_visible(const Collected& collected, ReadImage& image) {
  for (const auto& [key, content] : collected) {
    NodeId node = image.tree.find(key.first);
    if (node == kNoNode) continue;
    const TreeNode& found = image.tree.nodes[static_cast<uint32_t>(node)];
    if (found.content.layer == key.second) image.package_files[key.first] = content;
  }
}

// The path with links of its parent folders followed; as it is where one leads nowhere.
std::string resolve_parents(const MergedTree& tree, std::string path) {
  int hops = 0;
  for (size_t slash = path.find('/'); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    NodeId node = tree.find(path.substr(0, slash));
    if (node == kNoNode) return path;
    EntryRef ref = tree.nodes[static_cast<uint32_t>(node)].entry;
    if (tree.nodes[static_cast<uint32_t>(node)].is_implied) continue;
    const LayerIndex& layer = *tree.layers[ref.layer];
    const Entry& entry = layer.entries[static_cast<uint32_t>(ref.entry)];
    if (entry.type != EntryType::Symlink) continue;
    if (++hops > kMaxLinkHops) return path;
    std::string target(layer.link_target(entry));
    size_t parent = path.rfind('/', slash - 1);
    std::string base =
        target.starts_with("/") || parent == std::string::npos ? "" : path.substr(0, parent + 1);
    path = clean_path(base + target + path.substr(slash));
    while (!path.empty() && path.front() == '/') path.erase(0, 1);
    slash = 0;
    if (path.find('/') == std::string::npos) return path;
    slash = static_cast<size_t>(-1);
  }
  return path;
}

}  // namespace

uint64_t ReadImage::layer_bytes(size_t layer) const {
  uint64_t total = 0;
  for (const Entry& entry : layers[layer].index.entries) {
    if (entry.type == EntryType::File && entry.role == EntryRole::Normal) total += entry.size_bytes;
  }
  return total;
}

uint64_t ReadImage::image_bytes() const {
  uint64_t total = 0;
  for (size_t layer = 0; layer < layers.size(); ++layer) total += layer_bytes(layer);
  return total;
}

uint64_t ReadImage::gzip_bytes() const {
  uint64_t total = 0;
  for (const ReadLayer& layer : layers) total += layer.gzip_bytes;
  return total;
}

Result<std::unique_ptr<ReadImage>> read_image(const Image& image, ReadOptions options) {
  static Stat stat("read image", true);
  ScopedTimer timer(stat);
  auto read = std::make_unique<ReadImage>();
  read->info = image.info();
  Collected collected;
  std::mutex mutex;
  ContentSubscriber packages;
  packages.max_bytes = kMaxPackageFileBytes;
  packages.wants = [](std::string_view path, uint64_t) { return is_dpkg_file(path); };
  packages.receive = [&](size_t layer, std::string_view path, std::string_view content) {
    std::lock_guard lock(mutex);
    collected[{std::string(path), layer}] = std::string(content);
  };
  options.subscribers.push_back(std::move(packages));
  options.keep = {kPackageFilesVersion, is_package_file};
  TRY_ASSIGN(read->layers, read_layers(image, options));
  std::vector<const LayerIndex*> indexes;
  for (const ReadLayer& layer : read->layers) indexes.push_back(&layer.index);
  TRY_ASSIGN(read->tree, merge_layers(indexes));
  keep_visible(collected, *read);
  return read;
}

std::set<std::string> installed_packages(const ReadImage& image) {
  std::set<std::string> names;
  for (const auto& [path, content] : image.package_files) {
    if (!path.starts_with(kInfoFolder)) continue;
    names.insert(
        path.substr(kInfoFolder.size(), path.size() - kInfoFolder.size() - 5 /* ".list" */));
  }
  return names;
}

std::set<std::string> files_of_package(const ReadImage& image, const std::string& package) {
  std::set<std::string> files;
  std::string info = std::string(kInfoFolder) + package + ".";
  auto list = image.package_files.find(info + "list");
  if (list == image.package_files.end()) return files;
  for (std::string_view line : split_lines(list->second)) {
    if (line.size() > 1 && line.front() == '/')
      files.insert(resolve_parents(image.tree, std::string(line.substr(1))));
  }
  for (const char* suffix : {"list",
                             "md5sums",
                             "postinst",
                             "preinst",
                             "prerm",
                             "postrm",
                             "conffiles",
                             "shlibs",
                             "symbols",
                             "triggers",
                             "templates",
                             "config"}) {
    files.insert(info + suffix);
  }
  return files;
}

}  // namespace whittle
