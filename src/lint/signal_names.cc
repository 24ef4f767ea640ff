#include "lint/signal_names.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/strings.h"

namespace whittle {

namespace {

// By number, from 1 on.
constexpr std::array<std::string_view, 31> kSignals = {
    "HUP",  "INT",  "QUIT", "ILL",    "TRAP",   "ABRT",  "BUS",  "FPE",  "KILL", "USR1", "SEGV",
    "USR2", "PIPE", "ALRM", "TERM",   "STKFLT", "CHLD",  "CONT", "STOP", "TSTP", "TTIN", "TTOU",
    "URG",  "XCPU", "XFSZ", "VTALRM", "PROF",   "WINCH", "IO",   "PWR",  "SYS",
};

std::string bare_name(std::string_view text) {
  std::string name = to_upper(trim(text));
  if (name.substr(0, 3) == "SIG") name.erase(0, 3);
  if (std::optional<uint64_t> number = parse_u64(name)) {
    if (*number >= 1 && *number <= kSignals.size()) return std::string(kSignals[*number - 1]);
  }
  if (name == "IOT") return "ABRT";
  if (name == "POLL") return "IO";
  return name;
}

bool is_realtime(std::string_view name) {
  bool is_first = name.substr(0, 5) == "RTMIN";
  if (!is_first && name.substr(0, 5) != "RTMAX") return false;
  std::string_view rest = name.substr(5);
  if (rest.empty()) return true;
  return rest[0] == (is_first ? '+' : '-') && parse_u64(rest.substr(1)).has_value();
}

}  // namespace

bool is_signal(std::string_view text) {
  std::string name = bare_name(text);
  if (std::find(kSignals.begin(), kSignals.end(), name) != kSignals.end()) return true;
  constexpr uint64_t kLastSignal = 64;
  std::optional<uint64_t> number = parse_u64(name);
  return is_realtime(name) || (number && *number >= 1 && *number <= kLastSignal);
}

std::string canonical_signal(std::string_view text) {
  std::string name = bare_name(text);
  bool is_known = std::find(kSignals.begin(), kSignals.end(), name) != kSignals.end();
  return is_known || is_realtime(name) ? "SIG" + name : to_upper(trim(text));
}

}  // namespace whittle
