// Images for tests of the package catalog: layers of files with contents, read, merged, catalogued.
#pragma once

#include <algorithm>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "codec/tar.h"
#include "image/read.h"
#include "packages/catalog.h"
#include "support/image_builder.h"

namespace whittle::test {

// One entry: "file PATH" or "program PATH" (which may be executed) with a content; or any line of
// support/image_builder.h.
struct TestEntry {
  std::string line;
  std::string content;
};

inline std::string member_of(const TestEntry& entry) {
  constexpr std::string_view kFile = "file ";
  constexpr std::string_view kProgram = "program ";
  bool is_program = entry.line.starts_with(kProgram);
  if (!is_program && !entry.line.starts_with(kFile)) return tar_member(entry.line);
  TarEntry file;
  file.path = entry.line.substr(is_program ? kProgram.size() : kFile.size());
  file.mode = is_program ? 0755 : 0644;
  file.size_bytes = entry.content.size();
  return tar_header(file) + entry.content + std::string(tar_padding(entry.content.size()), '\0');
}

class Catalogued {
 public:
  Catalogued(const Catalogued&) = delete;
  Catalogued& operator=(const Catalogued&) = delete;

  explicit Catalogued(const std::vector<std::vector<TestEntry>>& layers,
                      uint8_t sets = kPackageDatabases) {
    ReadOptions options = read_options();
    options.keep = {package_contents(sets)};
    for (const std::vector<TestEntry>& entries : layers) {
      std::string tar;
      for (const TestEntry& entry : entries) tar += member_of(entry);
      auto source = string_source(tar + tar_end());
      Result<ReadLayer> read = read_layer(*source, layers_.size(), options);
      CHECK(read.ok());
      layers_.push_back(std::move(read->index));
    }
    std::vector<const LayerIndex*> indexes;
    for (const LayerIndex& layer : layers_) indexes.push_back(&layer);
    Result<MergedTree> merged = merge_layers(indexes);
    CHECK(merged.ok());
    tree = std::move(*merged);
    catalog = catalog_packages(tree, sets);
  }

  // "deb tool 1.0", in the order of the catalog; "-" before one that is not installed.
  std::vector<std::string> packages() const {
    std::vector<std::string> names;
    for (const Package& package : catalog.packages)
      names.push_back((package.is_installed ? "" : "-") + package.type + " " + package.name + " " +
                      package.version);
    return names;
  }

  const Package& package(std::string_view name) const {
    auto at = std::find_if(catalog.packages.begin(),
                           catalog.packages.end(),
                           [&](const Package& package) { return package.name == name; });
    CHECK(at != catalog.packages.end());
    return *at;
  }

  // The name of the owner of the entry with that path as it was written; "" for none.
  std::string owner(size_t layer, std::string_view path) const {
    const LayerIndex& index = layers_.at(layer);
    for (size_t i = 0; i < index.entries.size(); ++i) {
      if (index.path(index.entries[i]) != path || index.entries[i].role != EntryRole::Normal)
        continue;
      uint32_t owner = catalog.owners.at(layer).at(i);
      return owner == kNoPackage ? "" : catalog.packages.at(owner).name;
    }
    return "no such entry";
  }

  MergedTree tree;
  PackageCatalog catalog;

 private:
  std::deque<LayerIndex> layers_;
};

inline Catalogued catalogue(const std::vector<std::vector<TestEntry>>& layers,
                            uint8_t sets = kPackageDatabases) {
  return Catalogued(layers, sets);
}

}  // namespace whittle::test
