// The analysis of an image that was read: causes, figures, base, lines, waste.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "analyze/read_image.h"
#include "base/result.h"
#include "image/source.h"
#include "model/analysis.h"

namespace whittle {

struct AnalyzeInput {
  std::string target;                     // for the report
  const Image* image = nullptr;           // required; only asked for contents that decide a cause
  std::shared_ptr<const ReadImage> read;  // required
  std::string dockerfile_name;            // as the report names it
  std::string dockerfile_text;            // "": none
  std::string dockerfile_target;          // --target stage
  std::shared_ptr<const ImageInfo> base;  // --base: an image whose layers are the base; null: found
  std::string base_name;
  // Otherwise accounts, dive's figures and waste stay empty, and of the sums all but what is stored.
  bool find_waste = true;
  bool find_duplicates = false;  // with `find_waste`
  unsigned threads = 1;
  Limits limits;
  const CancelToken* cancel = nullptr;  // required
};

// Thread-safe. Errors: Cancelled. What cannot be found out is absent, with a note.
Result<std::shared_ptr<const Analysis>> analyze(const AnalyzeInput& input);

// Which layers came with FROM, as analyze() says it. `notes` gets what was named and does not fit.
BaseImage base_of(const AnalyzeInput& input, std::vector<std::string>& notes);

}  // namespace whittle
