// What lint says of a text in an editor: as `whittle lint` of the file, with the buffer's text.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/fs.h"
#include "base/limits.h"
#include "config/find.h"
#include "engine/lint.h"

namespace whittle {

struct DocumentLint {
  fs::path path;    // the file's; empty for a buffer that has none
  fs::path folder;  // where such a buffer looks for its configuration
  std::string text;
  ConfigSearch config;
  FixMode fix = FixMode::None;
  std::set<std::string> fix_only;          // rule names; empty: all
  std::shared_ptr<Shellcheck> shellcheck;  // keeps its answers; null: one for this run
  Limits limits;
};

struct DocumentFindings {
  LintedFile file;
  std::vector<LintChange> changes;  // that fixes make to ignore files
};

// Configurations are looked for anew, so that what was saved a moment ago counts. Errors: those of
// the configuration (Invalid, Usage), Cancelled. That a text cannot be read is LintedFile::error.
Result<DocumentFindings> lint_document(const DocumentLint& request, const CancelToken& cancel);

}  // namespace whittle
