// What was found in several images, a row an image.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "model/scan_report.h"

namespace whittle {

inline constexpr std::array<std::string_view, 8> kScanSumHead = {
    "image", "critical", "high", "medium", "low", "other", "secrets", "checks"};
// Figures behind the image's name, which is as foreign as it comes; "-" for what was not looked
// for.
using ScanSum = std::array<std::string, kScanSumHead.size()>;

ScanSum scan_sum(const ScanReport& report);

}  // namespace whittle
