// One weakness that `scan` found in an image's configuration or merged tree.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/analysis.h"
#include "model/risk_level.h"

namespace whittle {

struct CheckFinding {
  std::string id;                    // "runs-as-root"
  std::vector<std::string> aliases;  // what others call it: "CIS-DI-0001", "CIS-4.1"
  std::string title;                 // "the image runs as root"
  RiskLevel level = RiskLevel::Medium;
  std::vector<std::string> evidence;  // what was seen, a fact each: "usr/bin/su is setuid"
  std::string remedy;                 // what to do, one sentence without its period; "" unknown
  uint32_t layer = kNoLayer;          // that brought it; kNoLayer: the configuration, or several
  std::optional<SourcePlace> place;   // of the instruction, where no layer has it
  std::string path;                   // the file, where it is about a single one; else ""
  std::string url;                    // where the check is explained; "" nowhere
  std::string suppressed;             // why it does not count; "" for a finding that does
};

}  // namespace whittle
