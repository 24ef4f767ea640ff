// The options of `scan`, and what they set.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "model/scan_report.h"

namespace whittle {

struct ScanSettings {
  std::string format = "text";
  std::string file;
  std::string database;
  std::optional<int64_t> max_age;
  bool ignore_unfixed = false;
  bool show_unimportant = false;
  bool show_suppressed = false;
  bool finds_usage = false;
  std::vector<RiskLevel> levels;
  std::optional<RiskLevel> fail_on;
  std::vector<std::string> ignore_files;
  std::vector<std::string> ignore_ids;
  bool with_lockfiles = false;
  ScannerSet scanners = kScanVulnerabilities | kScanSecrets;
  std::string secret_rules;
  std::string trace;
  bool is_diff = false;
  std::vector<std::string> base_candidates;
};

const std::vector<OptionRowGroup<ScanSettings>>& scan_option_rows();

}  // namespace whittle
