// The debug companion of a slim image: its layers, and one more with a static busybox and the names
// it goes by.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "image/source.h"

namespace whittle {

// Where its programs are; no image has that folder.
inline constexpr std::string_view kDebugFolder = ".whittle/bin";

// Whether it runs without anything else on that architecture (as an image configuration words it).
bool is_static_program(std::string_view program, std::string_view architecture);

// The names that a busybox answers to, as they stand in it; the usual ones where that is not told.
std::vector<std::string> busybox_names(std::string_view program);

// Starts a shell as root. `slim` must outlive it. Deterministic.
Result<std::unique_ptr<Image>> make_debug_image(const Image& slim,
                                                std::string_view busybox,
                                                const Limits& limits);

}  // namespace whittle
