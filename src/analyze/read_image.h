// An image read whole: layer indexes, the merged tree, and the package databases that the pass
// delivered.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "image/read.h"
#include "image/source.h"
#include "model/tree.h"

namespace whittle {

// Immutable once read; `tree` refers to `layers`, so the object is neither copied nor moved.
struct ReadImage {
  ReadImage() = default;
  ReadImage(const ReadImage&) = delete;
  ReadImage& operator=(const ReadImage&) = delete;

  ImageInfo info;
  std::vector<ReadLayer> layers;
  MergedTree tree;
  // Content of the dpkg database's files as the merged tree has them: path -> bytes.
  std::map<std::string, std::string> package_files;

  uint64_t image_bytes() const;  // content of all regular files stored in all layers
  uint64_t gzip_bytes() const;   // 0 unless options.measure_gzip
  uint64_t layer_bytes(size_t layer) const;
};

// Reads all layers in one pass each and merges them. Errors as of read_layers and merge_layers.
Result<std::unique_ptr<ReadImage>> read_image(const Image& image, ReadOptions options);

// Names of the OS packages installed (dpkg): "name" or "name:arch" as their .list files are called.
std::set<std::string> installed_packages(const ReadImage& image);

// The files of one package as paths of the merged tree (links of parent folders followed: "/bin/sh"
// is "usr/bin/sh" where "bin" is a link), with the database's own files about it. Empty for a
// package that is not there.
std::set<std::string> files_of_package(const ReadImage& image, const std::string& package);

}  // namespace whittle
