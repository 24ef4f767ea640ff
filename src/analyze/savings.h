// What each change of a plan saved, measured in the images before and after; and which layer each instruction made.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "context/context.h"
#include "dockerfile/expand.h"
#include "image/read.h"
#include "model/dockerfile.h"
#include "model/plan.h"
#include "model/tree.h"

namespace whittle {

// An image as read: indexes, merged tree, and the package databases that the pass delivered.
struct ReadImage {
  ImageInfo info;
  std::vector<ReadLayer> layers;
  MergedTree tree;                                 // refers to layers
  std::map<std::string, std::string> contents;     // path -> content in the merged tree, of the paths package_files wants
  uint64_t image_bytes() const;                    // content of all stored files
  uint64_t gzip_bytes() const;
};

// Subscribes to what savings need (dpkg's and apk's databases), reads and merges. With gzip sizes when asked.
Result<std::unique_ptr<ReadImage>> read_image(const Image& image, ReadOptions options);

// Per layer of the image: the index of the instruction in `file` (built stages up to the last, its chain only) that made
// it, or -1 (base image, unknown). Matches the history against the instructions from the end.
std::vector<int> instructions_of_layers(const ImageInfo& image, const Dockerfile& file, const Evaluation& evaluation);

struct Savings {
  std::vector<int64_t> image_bytes;  // per change: stored bytes before minus after within its scope
  int64_t unattributed = 0;          // the rest, so that all add up to the total difference exactly
};

// Every stored file of both images belongs to the first change whose scope takes it, or to none.
Savings measure_savings(const ReadImage& before,
                        const ReadImage& after,
                        const Dockerfile& before_file,
                        const BuildContext& before_context,
                        const std::vector<Change>& changes);

}  // namespace whittle
