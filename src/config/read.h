// whittle.yaml: YAML to a configuration. docs/lint.md describes the keys, and
// docs/json-schema/config.schema.json is the same for editors.
#pragma once

#include <string>
#include <string_view>

#include "base/fs.h"
#include "base/result.h"
#include "config/config.h"

namespace whittle {

// Reads the file, and those it `extends`. Errors: NotFound; Invalid "FILE:LINE:COLUMN: ..." for bad
// YAML, a key that is not known or a value of another type; Limit.
Result<LintConfig> read_config(const fs::path& file);
// The same for a text; `extends` is an error here.
Result<LintConfig> parse_config(std::string_view text, const std::string& name);

// "text", "url", "rfc3339", "spdx", "hash", "semver", "email".
std::optional<LabelType> parse_label_type(std::string_view text);

}  // namespace whittle
