// The day, for rules about what has ended.
#pragma once

#include <string>

namespace whittle {

// "2026-11-21" in UTC, by the clock or by $SOURCE_DATE_EPOCH.
std::string date_of_today();

}  // namespace whittle
