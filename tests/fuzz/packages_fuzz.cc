// Package databases of any bytes, in an image of two layers. The first byte says which file the
// rest is; what stands before "\nLAYER\n" is that file in the lower layer.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "image/read.h"
#include "packages/catalog.h"

namespace {

using namespace whittle;

constexpr uint8_t kSets = kPackageDatabases | kPackageInventory | kPackageLockfiles;

constexpr std::string_view kPlaces[] = {
    "var/lib/dpkg/status",
    "var/lib/dpkg/info/tool.list",
    "var/lib/dpkg/diversions",
    "var/lib/dpkg/status.d/tool",
    "var/lib/dpkg/status.d/tool.md5sums",
    "lib/apk/db/installed",
    "var/lib/rpm/rpmdb.sqlite",
    "usr/lib/sysimage/rpm/Packages.db",
    "var/lib/rpm/Packages",
    "usr/lib/python3/tool-1.dist-info/METADATA",
    "usr/lib/python3/tool-1.dist-info/RECORD",
    "usr/lib/python3/tool-1.egg-info/installed-files.txt",
    "app/node_modules/tool/package.json",
    "etc/os-release",
    "etc/apk/repositories",
    "usr/share/doc/tool/copyright",
    "usr/lib/gems/specifications/tool-1.gemspec",
    "app/vendor/composer/installed.json",
    "opt/conda/conda-meta/tool-1-0.json",
    "app/tool.deps.json",
    "opt/java/release",
    "opt/tool-1.jar",
    "usr/bin/python3.11",
    "usr/sbin/nginx",
    "app/package-lock.json",
    "app/yarn.lock",
    "app/Cargo.lock",
    "app/Gemfile.lock",
    "app/go.mod",
};

void add(LayerIndex& index, std::string_view path, EntryType type, std::string_view link = "") {
  auto name = [&](std::string_view text) {
    NameRef ref{static_cast<uint32_t>(index.names.size()), static_cast<uint32_t>(text.size())};
    index.names += text;
    return ref;
  };
  Entry entry;
  entry.path = name(path);
  entry.type = type;
  index.entries.push_back(entry);
  if (!link.empty()) index.extra_of(index.entries.edit().back()).link_target = name(link);
}

void add_file(LayerIndex& index, std::string_view path, std::string_view content) {
  add(index, path, EntryType::File);
  index.entries.edit().back().size_bytes = content.size();
  index.entries.edit().back().mode = 0755;
  static const ContentTopic& topic = *package_contents(kSets).topic;
  FileFacts file{path, content.size(), 0755};
  Keep keep = topic.wants(file, kSets);
  if (keep == Keep::Extract && !topic.is_worth_reading(file, content.substr(0, 512))) return;
  std::string extract = keep == Keep::Extract ? topic.extract(file, content) : std::string();
  std::string_view kept = keep == Keep::Content ? content : std::string_view(extract);
  if (keep == Keep::Nothing || (keep == Keep::Extract && kept.empty())) return;
  index.kept.push_back({EntryId{static_cast<uint32_t>(index.entries.size() - 1)},
                        TopicId::Packages,
                        {},
                        index.kept_bytes.size(),
                        kept.size()});
  index.kept_bytes += kept;
}

LayerIndex lower_layer(std::string_view place, std::string_view content) {
  LayerIndex index;
  add(index, "bin", EntryType::Symlink, "usr/bin");
  add(index, "loop", EntryType::Symlink, "loop/../loop");
  for (std::string_view path :
       {"usr/bin/tool", "usr/lib/python3/tool.py", "lib/tool", "app/node_modules/tool/x"})
    add_file(index, path, "x");
  if (place != kPlaces[0])
    add_file(index, kPlaces[0], "Package: tool\nVersion: 1\n\nPackage: other\nVersion: 2\n");
  if (place != kPlaces[1]) add_file(index, kPlaces[1], "/usr/bin/tool\n/loop/tool\n");
  add_file(index, place, content);
  return index;
}

void check(const MergedTree& tree, const PackageCatalog& catalog) {
  if (catalog.owners.size() != tree.layers.size()) std::abort();
  for (size_t layer = 0; layer < tree.layers.size(); ++layer) {
    if (catalog.owners[layer].size() != tree.layers[layer]->entries.size()) std::abort();
    for (uint32_t owner : catalog.owners[layer]) {
      if (owner != kNoPackage && owner >= catalog.packages.size()) std::abort();
    }
  }
  for (const Package& package : catalog.packages) {
    if (package.name.empty() || package.layer >= tree.layers.size()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string_view place = kPlaces[static_cast<unsigned char>(text[0]) % std::size(kPlaces)];
  text.remove_prefix(1);
  constexpr std::string_view kCut = "\nLAYER\n";
  size_t cut = text.find(kCut);
  LayerIndex lower = lower_layer(place, text.substr(0, cut));
  LayerIndex upper;
  if (cut != std::string_view::npos) add_file(upper, place, text.substr(cut + kCut.size()));
  Result<MergedTree> tree = merge_layers({&lower, &upper});
  if (!tree.ok()) return 0;
  PackageCatalog catalog = catalog_packages(*tree, kSets);
  check(*tree, catalog);
  if (catalog_packages(*tree, kSets).packages != catalog.packages) std::abort();
  return 0;
}
