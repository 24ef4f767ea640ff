#include "cli/today.h"

#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <optional>

#include "base/strings.h"

namespace whittle {

std::string date_of_today() {
  std::time_t now = std::time(nullptr);
  const char* epoch = std::getenv("SOURCE_DATE_EPOCH");
  std::optional<uint64_t> seconds = epoch == nullptr ? std::nullopt : parse_u64(epoch);
  constexpr uint64_t kLastSecond = 253'402'300'799;  // of the year 9999
  if (seconds && *seconds <= kLastSecond) now = static_cast<std::time_t>(*seconds);
  std::tm parts{};
  if (::gmtime_r(&now, &parts) == nullptr) return "";
  return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

}  // namespace whittle
