// The day, for rules about what has ended.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "model/image.h"

namespace whittle {

// "2026-11-21" in UTC, by the clock or by $SOURCE_DATE_EPOCH.
std::string date_of_today();

// When a document on an image is said to have been made, in seconds since 1970: $SOURCE_DATE_EPOCH,
// else the image's own date. Usage error for a variable that is no number. Source:
// reproducible-builds.org, SOURCE_DATE_EPOCH.
Result<int64_t> document_seconds(const ImageInfo& image);

}  // namespace whittle
