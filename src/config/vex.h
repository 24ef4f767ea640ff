// Statements of VEX documents as rules: OpenVEX 0.2.0, and CSAF 2.0 with its profiles for VEX and
// for security advisories.
#pragma once

#include <string>

#include "config/vuln_ignores.h"
#include "config/yaml.h"

namespace whittle {

// Adds a rule for each statement and product. What is about nothing that has a package URL, or is
// no image, goes to `problems` and takes nothing. Of statements about the same the last one counts.
void read_openvex(const YamlNode& root, const std::string& name, VulnIgnores& result);

bool is_csaf(const YamlNode& root);
void read_csaf(const YamlNode& root, const std::string& name, VulnIgnores& result);

}  // namespace whittle
