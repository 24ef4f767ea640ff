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
// What was traced, put back and verified: a sentence each; empty when nothing was run.
std::vector<std::string> slim_run_texts(const SlimReport& report);
// "Policy tight did not hold:", "Policy tight missed 3 paths, which were put back:".
std::string slim_attempt_title(const SlimAttempt& attempt);
// Packages of the operating system and of languages that are gone, and that are there.
size_t count_packages(const SlimReport& report, bool kept);
// What the debug companion is for and how it is used, a sentence each; empty without one.
std::vector<std::string> slim_debug_texts(const SlimReport& report);
// "3 of 6 layers, 1 as it was".
std::string slim_layers_text(const SlimReport& report);
// What a tier means, for people.
std::string_view tier_title(KeepTier tier);

}  // namespace whittle
