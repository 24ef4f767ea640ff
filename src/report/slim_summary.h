// What the formats for people say of a slim report. Plain text, already safe to print.
#pragma once

#include <string>
#include <vector>

#include "model/slim_report.h"

namespace whittle {

// "shop:1: 1.2 GiB -> 143.2 MiB (-88.3 %)".
std::string slim_headline(const SlimReport& report);
// One sentence: what says that it works.
std::string slim_proof_text(const SlimReport& report);
// Packages of the operating system and of languages that are gone, and that are there.
size_t count_packages(const SlimReport& report, bool kept);
// What a tier means, for people.
std::string_view tier_title(KeepTier tier);

}  // namespace whittle
