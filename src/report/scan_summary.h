// What the formats for people say of a scan: places, counts and verdicts as text. Plain text,
// already safe to print.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/scan_rows.h"

namespace whittle {

// "Dockerfile:7", "base image", "layer 3"; "" for no layer, or an unknown one.
std::string where_text(const ScanReport& report, const ScanRow& row);

// "12 vulnerabilities in 7 packages: 2 critical, 10 high; 1 secret: 1 high"; "no known
// vulnerabilities in 88 packages, no secrets".
std::string scan_verdict(const ScanReport& report);

// Vulnerabilities of packages that came with FROM.
size_t count_in_base(const ScanReport& report);
// "9 of 12 vulnerabilities come with the base image debian:12"; "" without a base or
// vulnerabilities.
std::string base_share(const ScanReport& report);

// "5 of 12 vulnerabilities are in packages that the entry point does not use"; "" where that was
// not looked at, or there are no vulnerabilities.
std::string usage_share(const ScanReport& report);

// "debian:12.8 as the base image: 5 of 9 vulnerabilities go, 4 stay, 1 comes".
std::string candidate_text(const BaseCandidate& candidate);

// "no", "likely, with these options", "yes, as the traced runs show".
std::string readiness_words(const ReadinessAspect& aspect);
// "a run wrote to /run: --tmpfs=/run".
std::string obstacle_text(const Obstacle& obstacle);
// "12.5", "40".
std::string tenths_text(uint64_t tenths);

// What is to be done for the findings that count, and for how many of them: for the gravest first,
// then for the most.
std::vector<std::pair<std::string, size_t>> remedies_of(const ScanReport& report);
// Why findings do not count, and how many: by reason.
std::vector<std::pair<std::string, size_t>> suppressed_by_reason(const ScanReport& report);

}  // namespace whittle
