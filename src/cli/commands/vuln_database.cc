#include "cli/commands/vuln_database.h"

#include <fmt/format.h>

#include <cstdlib>
#include <ctime>

#include "base/strings.h"
#include "image/cache.h"

namespace whittle {

Result<fs::path> vuln_database_file(const std::string& named) {
  if (!named.empty()) return fs::path(named);
  const char* set = std::getenv("WHITTLE_DB");
  if (set != nullptr && *set != '\0') return fs::path(set);
  fs::path folder = LayerCache::default_folder();
  if (folder.empty()) {
    return Error(ErrorKind::NotFound, "there is no home folder to have a database in")
        .hint("Name a file with --db or $WHITTLE_DB");
  }
  return folder / "db" / "vuln.db";
}

Result<int64_t> parse_age(std::string_view text) {
  std::optional<uint64_t> seconds;
  constexpr uint64_t kMostDays = 100'000;
  if (text.ends_with('d')) {
    std::optional<uint64_t> days = parse_u64(text.substr(0, text.size() - 1));
    if (days && *days <= kMostDays) seconds = *days * 86'400;
  } else if (std::optional<uint64_t> ms = parse_duration_ms(text)) {
    seconds = *ms / 1000;
  }
  if (!seconds) {
    return Error(ErrorKind::Usage, fmt::format("`{}` is no length of time", printable(text)))
        .hint("Write for example 5d, 12h or 90m");
  }
  return static_cast<int64_t>(*seconds);
}

std::string age_text(int64_t seconds) {
  if (seconds < 0) return "0 minutes";
  auto count = static_cast<uint64_t>(seconds);
  if (count >= 2 * 86'400) return count_of(count / 86'400, "day");
  if (count >= 2 * 3'600) return count_of(count / 3'600, "hour");
  return count_of(count / 60, "minute");
}

int64_t seconds_now() {
  return static_cast<int64_t>(std::time(nullptr));
}

std::string time_text(int64_t seconds) {
  auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  if (::gmtime_r(&time, &parts) == nullptr) return "unknown";
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02} UTC",
                     parts.tm_year + 1900,
                     parts.tm_mon + 1,
                     parts.tm_mday,
                     parts.tm_hour,
                     parts.tm_min);
}

}  // namespace whittle
