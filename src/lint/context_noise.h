// Files of the build context that no image needs: found by name, measured, and turned into
// .dockerignore lines. Shared by the rules named *-in-context; each of them is one category.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lint/lint.h"

namespace whittle {

enum class NoiseDepth {
  Root,      // only at the root of the context: "Dockerfile"
  AnyName,   // anywhere; the line names the root form where only the root has it: ".git", "**/.git"
  Anywhere,  // anywhere, the line always says so: "**/__pycache__"
  Path,      // anywhere, the line names the very path: "web/target"
};

struct NoiseName {
  std::string_view glob;  // of one path part; `*` only
  bool is_folder = false;
  NoiseDepth depth = NoiseDepth::AnyName;
  // Says whether this folder or file is what its name suggests; null: always.
  bool (*applies)(const LintInput& input, std::string_view path) = nullptr;
};

struct NoiseCategory {
  std::string_view rule;
  Severity severity = Severity::Warning;
  std::string_view what;   // "version control data"
  std::string_view title;  // of the fix
  std::vector<NoiseName> names;
  // The build makes these files again: being named in the project's text does not mean that they
  // are needed.
  bool is_made_again = false;
  // Further texts whose presence in the project means that the files may be used.
  std::vector<std::string_view> used_if_named = {};
  // The same within the instructions of the Dockerfile; null: none.
  bool (*is_used_by_build)(const LintInput& input) = nullptr;
  // The fix is unsafe whatever the search says.
  bool is_always_unsafe = false;
};

// At most one finding: what the context sends of the category. Files that a COPY or ADD names, that
// the ignore file lets in by a negated line, or that an instruction names, stay. If the project's
// text names a file, it is left out of a safe fix; when nothing else remains, the fix is unsafe.
void check_context_noise(const LintInput& input,
                         const NoiseCategory& category,
                         std::vector<Finding>& findings);

}  // namespace whittle
