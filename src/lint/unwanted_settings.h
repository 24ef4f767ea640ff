// Settings that a command makes by the name of their key: `git config http.sslVerify false`,
// `npm --strict-ssl=false`.
#pragma once

#include <string_view>
#include <vector>

#include "lint/lint.h"

namespace whittle {

struct UnwantedSetting {
  const Rule* rule = nullptr;
  std::string_view programs;  // blank-separated
  std::string_view key;       // in lower case
  std::string_view message;   // of the finding
};

// A finding for every command of one of the programs that switches the setting off. A command that
// does nothing else (`config set`) may be dropped, which is unsafe.
void check_setting_off(const LintInput& input,
                       const UnwantedSetting& setting,
                       std::vector<Finding>& findings);

}  // namespace whittle
