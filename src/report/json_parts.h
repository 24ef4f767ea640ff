// What the JSON reports share.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/analysis.h"
#include "model/groups.h"
#include "model/report.h"

namespace whittle {

// Null for "".
nlohmann::ordered_json text_or_null(const std::string& text);
nlohmann::ordered_json number_or_null(const std::optional<uint64_t>& number);
// Null for what is no number (NaN, infinity): JSON has none.
nlohmann::ordered_json finite_or_null(double number);

// Name, transport, digests, platform, configuration.
nlohmann::ordered_json image_json(const Analysis& analysis);
nlohmann::ordered_json account_json(const Account& account);
nlohmann::ordered_json group_bytes_json(const GroupBytes& bytes);
// Null for a probe that was not run.
nlohmann::ordered_json probe_json(const std::optional<ProbeReport>& probe);

// The head of every report: schema_version, tool, command.
nlohmann::ordered_json report_head(int schema_version, std::string_view command);
// Pretty-printed, one line end; bytes that are not UTF-8 become U+FFFD: JSON has no place for them.
std::string dump_report(const nlohmann::ordered_json& report);

}  // namespace whittle
