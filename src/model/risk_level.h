// How grave a finding of `scan` is: one scale for vulnerabilities, secrets and checks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace whittle {

enum class RiskLevel : uint8_t { Unknown, Negligible, Low, Medium, High, Critical };
inline constexpr size_t kRiskLevels = 6;

// "unknown", "negligible", "low", "medium", "high", "critical".
std::string_view to_text(RiskLevel level);
std::optional<RiskLevel> parse_risk_level(std::string_view word);

// The layer of a finding that no layer brought: the image's configuration, the build context.
inline constexpr uint32_t kNoLayer = UINT32_MAX;

}  // namespace whittle
