// Inside of engine: an analysis with subscribers to the contents that pass by.
#pragma once

#include <memory>
#include <vector>

#include "engine/inspect.h"
#include "image/read.h"

namespace whittle {

Result<std::shared_ptr<const Analysis>> analyze_with(const InspectOptions& options,
                                                     std::vector<ContentSubscriber> subscribers);

// Of an image that is open; `options.target` is what the analysis calls it.
Result<std::shared_ptr<const Analysis>> analyze_opened(const Image& image,
                                                       const InspectOptions& options,
                                                       std::vector<ContentSubscriber> subscribers);

}  // namespace whittle
