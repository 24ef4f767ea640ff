// The labels of a file, evaluated, with what the user's schema says of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lint/findings.h"

namespace whittle {

struct LabelPlace {
  const KeyValue* pair = nullptr;
  std::optional<std::string> key;    // nullopt when it holds a variable that is not known
  std::optional<std::string> value;  // the same
  std::optional<LabelType> type;     // by the schema; nullopt if it does not name the label
  uint32_t stage = 0;
  bool is_onbuild = false;
};

// In the order of the file.
std::vector<LabelPlace> labels_of(const LintInput& input);

}  // namespace whittle
