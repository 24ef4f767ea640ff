// An image read whole: layer indexes, the merged tree, and the packages its databases speak of.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "image/read.h"
#include "image/source.h"
#include "model/package.h"
#include "model/tree.h"
#include "packages/catalog.h"

namespace whittle {

class PathIndex;    // analyze/path_index.h
struct DiveCompat;  // model/analysis.h

// Immutable once read; `tree` refers to `layers`, so the object is neither copied nor moved.
struct ReadImage {
  ReadImage();
  ~ReadImage();
  ReadImage(const ReadImage&) = delete;
  ReadImage& operator=(const ReadImage&) = delete;

  ImageInfo info;
  uint8_t package_sets = kPackageDatabases;  // of packages/catalog.h: what packages() are made of
  std::vector<ReadLayer> layers;
  MergedTree tree;
  // What analyze() needs beside the tree and takes no part in it, so that both are made at once;
  // null unless they were asked for.
  std::unique_ptr<const PathIndex> paths;
  std::unique_ptr<const DiveCompat> dive;
  uint64_t image_bytes() const;  // content of all regular files stored in all layers
  uint64_t gzip_bytes() const;   // 0 unless options.measure_gzip
  uint64_t layer_bytes(size_t layer) const;
  // Installed packages and what they own; made when it is first asked for. Thread-safe.
  const PackageCatalog& packages() const;

 private:
  mutable std::once_flag catalogued_;
  mutable PackageCatalog packages_;
};

enum class ForAnalysis { No, Yes };

// Reads all layers in one pass each, keeping what packages are found by, and merges them.
// Where `options.keep` has no package_contents(), those of the databases are added. Errors as of
// read_layers, merge_layers and PathIndex::make.
Result<std::unique_ptr<ReadImage>> read_image(const Image& image,
                                              ReadOptions options,
                                              ForAnalysis for_analysis = ForAnalysis::No);

}  // namespace whittle
