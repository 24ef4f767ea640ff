// Two analysed images compared.
#pragma once

#include <memory>

#include "analyze/groups.h"
#include "base/result.h"
#include "image/source.h"
#include "model/image_diff.h"

namespace whittle {

struct DiffInput {
  std::shared_ptr<const Analysis> before;  // required
  std::shared_ptr<const Analysis> after;   // required
  const Image* before_image = nullptr;     // required; asked for contents that no hash decides
  const Image* after_image = nullptr;
  GroupOptions groups;
  // Times, the order of entries and of history, and how it is packed do not count.
  bool semantic = false;
  Limits limits;
  const CancelToken* cancel = nullptr;  // required
};

// Errors: Cancelled, and of reading contents.
Result<ImageDiff> diff_images(const DiffInput& input);

}  // namespace whittle
