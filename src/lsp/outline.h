// The shape of a Dockerfile for an editor: stages with their instructions, what can be folded, and
// the images that have a page.
#pragma once

#include <string>
#include <vector>

#include "lint/lint.h"
#include "lsp/instruction_docs.h"

namespace whittle {

struct OutlineItem {
  std::string name;    // "build", "RUN"
  std::string detail;  // one line of what it says
  OutlineKind kind = OutlineKind::Step;
  Range range;
  Range selection;  // inside of `range`
  std::vector<OutlineItem> children;
};

// Stages with their instructions; what stands in front of the first FROM comes first.
std::vector<OutlineItem> outline_of(const LintInput& input);

struct Fold {
  uint32_t first_line = 0;  // 1-based
  uint32_t last_line = 0;
  bool is_comment = false;
};

// Stages, instructions over several lines, heredocs, and blocks of comments; each over at least two
// lines.
std::vector<Fold> folds_of(const Dockerfile& file);

struct ImageLink {
  Range range;
  std::string url;
};

// Base images that Docker Hub has a page for.
std::vector<ImageLink> image_links(const LintInput& input);

}  // namespace whittle
