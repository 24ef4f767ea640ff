// The ports of EXPOSE instructions, cut into their parts.
#pragma once

#include <string>
#include <vector>

#include "lint/findings.h"

namespace whittle {

struct ExposedPort {
  const Word* word = nullptr;
  std::string text;       // variables expanded: "127.0.0.1:8080:80/tcp"
  std::string container;  // "80", "8000-8010"
  std::string protocol;   // as written; "" if none
  bool is_onbuild = false;
};

// In the order of the file; words with variables that are not known are left out.
std::vector<ExposedPort> exposed_ports(const LintInput& input);

}  // namespace whittle
