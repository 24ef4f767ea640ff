// The library's way to look at images: analyse one, compare two, explore one while it is read.
// Changes nothing, prints nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyze/diff.h"
#include "base/cancel.h"
#include "base/limits.h"
#include "base/progress.h"
#include "base/result.h"
#include "image/source.h"
#include "model/analysis.h"
#include "model/analysis_report.h"
#include "model/image_diff.h"
#include "packages/catalog.h"

namespace whittle {

struct ReadImage;  // analyze/read_image.h

struct InspectOptions {
  std::string target;  // what `open_image` takes
  OpenOptions open;    // platform, registry, limits, cancel, progress, cache
  unsigned threads = 1;
  bool verify = false;  // digests of local images too
  bool find_waste = true;  // else accounts, dive's figures and waste stay empty
  bool find_duplicates = false;
  bool measure_gzip = false;  // measured instead of estimated compressed sizes
  // Path of the Dockerfile the image was made from; "": provenance, else `./Dockerfile` or
  // `./Containerfile` when the history fits it.
  std::string dockerfile;
  std::string stage;                         // --target
  uint8_t package_sets = kPackageDatabases;  // what packages are found by (packages/catalog.h)
  ContentWishes keep;                        // what else the pass over the layers keeps, by topic
  std::string base;                          // an image whose layers are the base; "": found
};

Result<std::shared_ptr<const Analysis>> analyze_image(const InspectOptions& options);

// The layers and the merged tree of an image, not analysed. Needs `target`, `open`, `threads`,
// `verify`.
Result<std::shared_ptr<const ReadImage>> read_whole_image(const InspectOptions& options);

// Which of its layers came with the base image; needs `base`, `dockerfile`, `stage`, and what
// opening an image needs. `notes` gets what was named and does not fit.
Result<BaseImage> base_image_of(std::shared_ptr<const ReadImage> read,
                                const InspectOptions& options,
                                std::vector<std::string>& notes);

// How much an inventory says of the files that packages own.
enum class SbomFiles { None, Paths, Digests };

// The inventory of an image: `created_seconds` is left 0. With digests, the bytes of all layers are
// read whatever the cache knows; files above 1 GiB have none.
Result<SbomReport> inventory_image(InspectOptions options, SbomFiles files);

// The same of an image that is open; `options.target` is what the inventory calls it.
Result<SbomReport> inventory_of(const Image& image, InspectOptions options, SbomFiles files);

struct CompareOptions {
  InspectOptions before;
  InspectOptions after;
  GroupOptions groups;
  bool semantic = false;
};

Result<ImageDiff> compare_images(const CompareOptions& options);

// An image that is being read on threads of its own. Thread-safe.
class Exploration {
 public:
  // Opens the image (names, configuration, history), then reads in the background.
  static Result<std::unique_ptr<Exploration>> start(const InspectOptions& options);
  virtual ~Exploration() = default;  // ends the reading

  virtual const ImageInfo& info() const = 0;
  // Grows whenever something arrived; for polling.
  virtual uint64_t version() const = 0;
  virtual std::shared_ptr<const LayerIndex> layer(size_t index) const = 0;  // null until it is read
  virtual std::shared_ptr<const Analysis> analysis() const = 0;  // null until all is there
  virtual std::optional<Error> failure() const = 0;              // reading ended with it
  // Of a regular file; see image/content.h.
  virtual Result<std::string> content(size_t layer, EntryId entry, uint64_t max_bytes) const = 0;
};

}  // namespace whittle
