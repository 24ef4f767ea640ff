#include "analyze/read_image.h"

#include "analyze/dive.h"
#include "analyze/path_index.h"
#include "base/stats.h"
#include "base/thread_pool.h"
#include "packages/catalog.h"

namespace whittle {

ReadImage::ReadImage() = default;
ReadImage::~ReadImage() = default;

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

const PackageCatalog& ReadImage::packages() const {
  std::call_once(catalogued_, [this] { packages_ = catalog_packages(tree, package_sets); });
  return packages_;
}

Result<std::unique_ptr<ReadImage>> read_image(const Image& image,
                                              ReadOptions options,
                                              ForAnalysis for_analysis) {
  static Stat stat("read image", true);
  ScopedTimer timer(stat);
  auto read = std::make_unique<ReadImage>();
  read->info = image.info();
  auto packages =
      std::find_if(options.keep.begin(), options.keep.end(), [](const ContentWish& wish) {
        return wish.topic->id == TopicId::Packages;
      });
  if (packages == options.keep.end())
    packages = options.keep.insert(options.keep.begin(), package_contents(kPackageDatabases));
  read->package_sets = packages->sets;
  TRY_ASSIGN(read->layers, read_layers(image, options));
  std::vector<const LayerIndex*> indexes;
  for (const ReadLayer& layer : read->layers) indexes.push_back(&layer.index);
  auto merge = [&]() -> Status {
    TRY_ASSIGN(read->tree, merge_layers(indexes));
    return {};
  };
  auto count = [&]() -> Status {
    if (for_analysis == ForAnalysis::No) return {};
    TRY_ASSIGN(PathIndex paths, PathIndex::make(indexes));
    read->paths = std::make_unique<const PathIndex>(std::move(paths));
    read->dive = std::make_unique<const DiveCompat>(dive_figures(indexes, *read->paths));
    return {};
  };
  // Both at once take half the time, but dive's figures take more memory where there are whiteouts.
  if (std::any_of(indexes.begin(), indexes.end(), has_whiteouts)) {
    TRY(count());
    TRY(merge());
  } else {
    TRY(parallel_for(2, options.threads, *options.cancel, [&](size_t step) {
      return step == 0 ? merge() : count();
    }));
  }
  return read;
}

}  // namespace whittle
