#include "dockerfile/flags_values.h"

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "dockerfile/flags_mount.h"

namespace whittle {

namespace {

struct DurationUnit {
  std::string_view name;
  double nanoseconds;
};

// Longer names first where one begins with another.
constexpr std::array<DurationUnit, 8> kUnits = {{
    {"ns", 1},
    {"us", 1e3},
    {"\xC2\xB5s", 1e3},
    {"\xCE\xBCs", 1e3},
    {"ms", 1e6},
    {"s", 1e9},
    {"m", 6e10},
    {"h", 3.6e12},
}};

constexpr int64_t kShortestInterval = 1'000'000;

// Takes "1.5m" from the front of `text`; nullopt if there is none.
std::optional<double> take_part(std::string_view& text) {
  double value = 0;
  double scale = 1;
  bool has_digits = false;
  bool in_fraction = false;
  while (!text.empty() && (is_digit(text[0]) || (text[0] == '.' && !in_fraction))) {
    if (text[0] == '.') {
      in_fraction = true;
    } else {
      has_digits = true;
      value = value * 10 + (text[0] - '0');
      if (in_fraction) scale *= 10;
    }
    text.remove_prefix(1);
  }
  if (!has_digits) return std::nullopt;
  for (const DurationUnit& unit : kUnits) {
    if (text.substr(0, unit.name.size()) != unit.name) continue;
    text.remove_prefix(unit.name.size());
    return value / scale * unit.nanoseconds;
  }
  return std::nullopt;
}

std::string interval_problem(const Flag& flag) {
  if (flag.value.empty()) return "";
  auto duration = parse_go_duration(flag.value);
  if (!duration) {
    return "`" + printable(flag.value) + "` is no duration (such as `30s` or `1m30s`)";
  }
  if (*duration == 0 || *duration >= kShortestInterval) return "";
  return "`--" + flag.name + "` is shorter than 1 ms";
}

std::string retries_problem(const Flag& flag) {
  if (flag.value.empty()) return "";
  std::string_view digits = flag.value;
  if (digits[0] == '+') digits.remove_prefix(1);
  auto count = parse_u64(digits);
  if (count && *count <= INT32_MAX) return "";
  return "`--retries` takes a count, not `" + printable(flag.value) + "`";
}

std::string choice_problem(const Flag& flag, std::initializer_list<std::string_view> choices) {
  if (std::find(choices.begin(), choices.end(), flag.value) != choices.end()) return "";
  std::string list;
  for (std::string_view choice : choices) {
    list += (list.empty() ? "`" : ", `") + std::string(choice) + "`";
  }
  return "`--" + flag.name + "` takes one of " + list + ", not `" + printable(flag.value) + "`";
}

}  // namespace

std::optional<int64_t> parse_go_duration(std::string_view text) {
  bool is_negative = !text.empty() && text[0] == '-';
  if (is_negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  double total = 0;
  while (!text.empty()) {
    auto part = take_part(text);
    if (!part) return std::nullopt;
    total += *part;
    if (total > 9.2e18) return std::nullopt;
  }
  auto nanoseconds = static_cast<int64_t>(total);
  return is_negative ? -nanoseconds : nanoseconds;
}

std::string flag_value_problem(InstructionKind kind, const Flag& flag) {
  if (kind == InstructionKind::Healthcheck) {
    return flag.name == "retries" ? retries_problem(flag) : interval_problem(flag);
  }
  if (kind == InstructionKind::Run && flag.name == "network") {
    return choice_problem(flag, {"default", "none", "host"});
  }
  if (kind == InstructionKind::Run && flag.name == "security") {
    return choice_problem(flag, {"sandbox", "insecure"});
  }
  if (kind == InstructionKind::Run && flag.name == "mount") {
    return mount_syntax_problem(flag.value);
  }
  return "";
}

}  // namespace whittle
