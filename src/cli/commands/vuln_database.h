// Where the database of vulnerabilities is, and how old it may be; and the option that names it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/fs.h"
#include "base/result.h"
#include "cli/command.h"

namespace whittle {

// `--db FILE`. Settings has a std::string `database`.
template <typename Settings>
OptionRow<Settings> database_row() {
  return {{"db",
           0,
           "FILE",
           "The database, instead of the one in the cache's folder",
           false,
           {},
           Completes::Files},
          [](Settings& settings, const std::string& value) -> Status {
            settings.database = value;
            return {};
          }};
}

// `named`, else $WHITTLE_DB, else `vuln.db` in the cache's folder. Error: NotFound without a home.
Result<fs::path> vuln_database_file(const std::string& named);

// "5d", "12h", "90m" in seconds; Usage error otherwise.
Result<int64_t> parse_age(std::string_view text);
// "3 days", "5 hours", "2 minutes".
std::string age_text(int64_t seconds);
// Seconds since 1970.
int64_t seconds_now();
// "2026-11-21 12:00 UTC".
std::string time_text(int64_t seconds);

}  // namespace whittle
