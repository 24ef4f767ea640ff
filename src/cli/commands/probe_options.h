// The options of the commands that run images (optimize, slim): what they are probed with.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "container/probe.h"

namespace whittle {

// --probe, --http-probe and what belongs to them: one group.
const std::vector<OptionRowGroup<ProbeSpec>>& probe_rows();

// --crawl, --openapi and what belongs to them: one group.
const std::vector<OptionRowGroup<ProbeSpec>>& find_rows();

// "auto" and the names of the engines.
std::vector<std::string> engine_choices();

// "NAME=VALUE"; Usage error otherwise.
Result<std::pair<std::string, std::string>> parse_pair(const std::string& value);

// "90s" into milliseconds; Usage error for what is no time above 0.
Status parse_duration(const std::string& value, uint64_t& target_ms);

// "512MiB" into bytes; Usage error for what is no size above 0.
Status parse_bytes(const std::string& value, uint64_t& target);

}  // namespace whittle
