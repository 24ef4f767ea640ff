#include "cli/today.h"

#include <fmt/format.h>

#include <cstdlib>
#include <ctime>
#include <optional>

#include "base/strings.h"
#include "report/sbom_parts.h"

namespace whittle {

namespace {

constexpr uint64_t kLastSecond = 253'402'300'799;  // of the year 9999

}  // namespace

std::string date_of_today() {
  std::time_t now = std::time(nullptr);
  const char* epoch = std::getenv("SOURCE_DATE_EPOCH");
  std::optional<uint64_t> seconds = epoch == nullptr ? std::nullopt : parse_u64(epoch);
  if (seconds && *seconds <= kLastSecond) now = static_cast<std::time_t>(*seconds);
  std::tm parts{};
  if (::gmtime_r(&now, &parts) == nullptr) return "";
  return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

Result<int64_t> document_seconds(const ImageInfo& image) {
  const char* word = std::getenv("SOURCE_DATE_EPOCH");
  if (word == nullptr || *word == '\0') return parse_time(image.config.created).value_or(0);
  std::optional<uint64_t> seconds = parse_u64(word);
  if (seconds && *seconds <= kLastSecond) return static_cast<int64_t>(*seconds);
  return Error(ErrorKind::Usage, "SOURCE_DATE_EPOCH is not a number of seconds since 1970")
      .hint("Set it to what `date +%s` prints, or leave it out");
}

}  // namespace whittle
