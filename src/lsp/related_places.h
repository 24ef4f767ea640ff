// What an editor shows beside a finding: other places that it speaks of, and whether it is about
// something that can go or is out of use.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/dockerfile.h"
#include "model/finding.h"

namespace whittle {

struct RelatedPlace {
  Range range;
  std::string message;
};

std::vector<RelatedPlace> related_places(const Dockerfile& file, const Finding& finding);

// LSP's DiagnosticTag of a rule: 1 for what is unnecessary, 2 for what is deprecated, 0 for others.
int diagnostic_tag(std::string_view rule);

}  // namespace whittle
