// What a client sets: members of `initializationOptions` or of the section "whittle" of its
// configuration. docs/lsp.md lists them. Internal to src/lsp.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "config/find.h"
#include "formatter/formatter.h"

namespace whittle {

struct EditorSettings {
  ConfigSearch config;
  FormatOptions format;
  bool offers_unsafe_fixes = true;
};

// `base` with what the client sets put over it. What is not known, or of another type, is named in
// `problems` and left out.
EditorSettings read_settings(const nlohmann::json& value,
                             const EditorSettings& base,
                             std::vector<std::string>& problems);

}  // namespace whittle
