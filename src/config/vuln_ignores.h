// Files that say which vulnerabilities and secrets do not count: Trivy's list and YAML, Grype's
// `ignore`, VEX statements, gitleaks' fingerprints, and whittle's own rules. What a file is, is
// told by its content; gitleaks' by its name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "vuln/ignores.h"

namespace whittle {

struct VulnIgnores {
  std::vector<VulnIgnore> rules;
  // Rules that ask for something unknown: they take nothing, so that none takes too much.
  std::vector<std::string> problems;
};

// `name` is for messages and reasons. Errors: Invalid "NAME:LINE:COLUMN: ..." for broken YAML or
// JSON, or an own rule without a reason.
Result<VulnIgnores> parse_vuln_ignores(std::string_view text, const std::string& name);

}  // namespace whittle
