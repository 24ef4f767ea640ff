// The limits that `analyze` holds an image against: options, and the rules file of dive.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/analysis_report.h"

namespace whittle {

// The first three are about dive's figures, with dive's comparisons: a figure that equals its limit
// passes.
struct GateSettings {
  std::optional<double> lowest_efficiency;
  std::optional<uint64_t> highest_wasted_bytes;
  std::optional<double> highest_user_wasted_percent;
  std::optional<uint64_t> max_size;  // stored bytes
  // A rules file was read: rules that are off are reported as skipped.
  bool has_rules_file = false;
};

// A ratio from 0 to 1, also as "10%"; Usage error otherwise.
Result<double> parse_ratio(std::string_view text);

// A rules file as dive reads it (YAML: `rules:` with lowestEfficiency, highestWastedBytes,
// highestUserWastedPercent): what it does not name has dive's default, other keys are left alone.
// Only block mappings of plain or quoted scalars are understood. Errors: Invalid, with the line.
Result<GateSettings> parse_dive_rules(std::string_view text);

// By name, each with the value it was held against. Never compares with NaN: where nothing is
// stored above the first layer, its waste is none.
std::vector<GateResult> check_gates(const GateSettings& settings, const Analysis& analysis);

}  // namespace whittle
