#include "cli/commands/analyze_gates.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr double kDiveLowestEfficiency = 0.9;
constexpr double kDiveHighestUserWastedPercent = 0.1;

Error not_a_ratio(std::string_view text) {
  return Error(ErrorKind::Usage, fmt::format("`{}` is not a ratio from 0 to 1", printable(text)))
      .hint("Write for example 0.95 or 95%");
}

// Sizes as dive has them: "20MB" and "20M" are 20,000,000 bytes, "20MiB" is 20,971,520.
std::optional<uint64_t> parse_dive_bytes(std::string_view text) {
  std::string lower = to_lower(trim(text));
  size_t digits = 0;
  while (digits < lower.size() && (is_digit(lower[digits]) || lower[digits] == '.')) ++digits;
  std::string number = lower.substr(0, digits);
  std::string unit(trim(std::string_view(lower).substr(digits)));
  if (unit.size() == 1 && unit != "b") unit += "b";
  return parse_size(number + (unit == "b" ? "" : unit));
}

bool is_off(std::string_view value) {
  return value.empty() || value == "disabled" || value == "off" || value == "false";
}

// The scalar without quotes and comment.
std::string scalar(std::string_view text) {
  text = trim(text);
  if (!text.empty() && (text[0] == '"' || text[0] == '\'')) {
    size_t end = text.find(text[0], 1);
    return std::string(text.substr(1, end == std::string_view::npos ? end : end - 1));
  }
  for (size_t at = text.find('#'); at != std::string_view::npos; at = text.find('#', at + 1)) {
    if (at == 0 || is_blank(text[at - 1])) return std::string(trim(text.substr(0, at)));
  }
  return std::string(text);
}

template <typename T>
Status set_rule(std::optional<T>& rule, std::string_view value, const std::optional<T>& parsed) {
  if (is_off(value)) {
    rule.reset();
    return {};
  }
  if (!parsed) {
    return Error(ErrorKind::Invalid, fmt::format("`{}` is not a limit", printable(value)));
  }
  rule = parsed;
  return {};
}

std::optional<double> ratio_or_nothing(std::string_view text) {
  Result<double> ratio = parse_ratio(text);
  return ratio.ok() ? std::optional(*ratio) : std::nullopt;
}

Status set_rule(GateSettings& settings, std::string_view key, std::string_view value) {
  if (key == "lowestEfficiency") {
    return set_rule(settings.lowest_efficiency, value, ratio_or_nothing(value));
  }
  if (key == "highestWastedBytes") {
    return set_rule(settings.highest_wasted_bytes, value, parse_dive_bytes(value));
  }
  if (key == "highestUserWastedPercent") {
    return set_rule(settings.highest_user_wasted_percent, value, ratio_or_nothing(value));
  }
  return {};
}

GateResult gate(std::string_view name, bool passes, std::string value, std::string limit) {
  return {std::string(name),
          passes ? GateStatus::Pass : GateStatus::Fail,
          std::move(value),
          std::move(limit)};
}

std::string exact_bytes(uint64_t bytes) {
  if (bytes < 1024) return format_bytes(bytes);
  return fmt::format("{} ({} bytes)", format_bytes(bytes), bytes);
}

GateResult check_user_wasted(double limit, const DiveCompat& dive) {
  double percent = dive.wasted_user_percent;
  std::string value = fmt::format("{:.4f}", percent);
  if (std::isnan(percent)) percent = 0;
  if (!std::isfinite(dive.wasted_user_percent)) {
    value = percent > 0 ? "nothing but waste above the first layer"
                        : "nothing is stored above the first layer";
  }
  return gate("highest-user-wasted-percent", !(percent > limit), value, fmt::format("{}", limit));
}

}  // namespace

Result<double> parse_ratio(std::string_view text) {
  std::string_view number = trim(text);
  bool is_percent = number.ends_with('%');
  if (is_percent) number = trim(number.substr(0, number.size() - 1));
  double value = 0;
  auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (number.empty() || error != std::errc() || end != number.data() + number.size()) {
    return not_a_ratio(text);
  }
  if (is_percent) value /= 100;
  if (!(value >= 0 && value <= 1)) return not_a_ratio(text);
  return value;
}

Result<GateSettings> parse_dive_rules(std::string_view text) {
  GateSettings settings;
  settings.lowest_efficiency = kDiveLowestEfficiency;
  settings.highest_user_wasted_percent = kDiveHighestUserWastedPercent;
  settings.has_rules_file = true;
  bool in_rules = false;
  size_t line_number = 0;
  for (std::string_view line : split_lines(text)) {
    ++line_number;
    std::string_view content = trim(line);
    if (content.empty() || content[0] == '#' || content == "---" || content == "...") continue;
    bool is_indented = is_blank(line[0]);
    size_t colon = content.find(':');
    auto invalid = [&](std::string_view why) {
      return Error(ErrorKind::Invalid, fmt::format("line {}: {}", line_number, why))
          .hint("Write `rules:` and below it, indented, for example `lowestEfficiency: 0.95`");
    };
    if (is_indented && !in_rules) continue;  // of a key that is not ours
    if (colon == std::string_view::npos) return invalid("not of the form KEY: VALUE");
    std::string key = scalar(content.substr(0, colon));
    std::string value = scalar(content.substr(colon + 1));
    if (!is_indented) {
      in_rules = key == "rules";
      if (in_rules && !value.empty())
        return invalid("the rules do not stand on lines of their own");
      continue;
    }
    if (Status set = set_rule(settings, key, value); !set.ok()) {
      return std::move(set).error().with(fmt::format("line {}: {}", line_number, printable(key)));
    }
  }
  return settings;
}

std::vector<GateResult> check_gates(const GateSettings& settings, const Analysis& analysis) {
  const DiveCompat& dive = analysis.dive;
  std::vector<GateResult> results;
  auto skipped = [&](std::string_view name) {
    if (settings.has_rules_file) results.push_back({std::string(name), GateStatus::Skip, "", ""});
  };
  if (settings.highest_user_wasted_percent) {
    results.push_back(check_user_wasted(*settings.highest_user_wasted_percent, dive));
  } else {
    skipped("highest-user-wasted-percent");
  }
  if (settings.highest_wasted_bytes) {
    auto wasted = static_cast<uint64_t>(std::max<int64_t>(dive.wasted_bytes, 0));
    results.push_back(gate("highest-wasted-bytes",
                           wasted <= *settings.highest_wasted_bytes,
                           exact_bytes(wasted),
                           exact_bytes(*settings.highest_wasted_bytes)));
  } else {
    skipped("highest-wasted-bytes");
  }
  if (settings.lowest_efficiency) {
    results.push_back(gate("lowest-efficiency",
                           !(dive.efficiency < *settings.lowest_efficiency),
                           fmt::format("{:.4f}", dive.efficiency),
                           fmt::format("{}", *settings.lowest_efficiency)));
  } else {
    skipped("lowest-efficiency");
  }
  if (settings.max_size) {
    results.push_back(gate("max-size",
                           analysis.total.stored <= *settings.max_size,
                           exact_bytes(analysis.total.stored),
                           exact_bytes(*settings.max_size)));
  }
  return results;
}

}  // namespace whittle
