// YAML as JSON, for readers that know one of them alone.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace whittle {

// The first document of a text. Plain scalars become null, bools and numbers where YAML 1.2's core
// schema says so. Errors: as parse_yaml().
Result<std::string> yaml_to_json(std::string_view text);

}  // namespace whittle
