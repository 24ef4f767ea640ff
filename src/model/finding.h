// Findings: facts about the user's input, with evidence and, where there is one, a fix.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/source.h"

namespace whittle {

enum class Severity { Style, Info, Warning, Error };
// "style", "info", "warning", "error".
std::string_view to_text(Severity severity);

// Safe: the built image cannot behave differently beyond what the finding names. Unsafe: it might. Shown: never applied.
enum class Applicability { Safe, Unsafe, Shown };
std::string_view to_text(Applicability applicability);  // "safe", "unsafe", "shown"

// Replaces the bytes of `range` in the Dockerfile by `text`.
struct Edit {
  Range range;
  std::string text;
  bool operator==(const Edit&) const = default;
};

// One line for .dockerignore, with what it keeps out (measured on the context).
struct IgnoreLine {
  std::string pattern;
  uint64_t files = 0;
  uint64_t bytes = 0;
};

// What bytes of the image a fix is about, so that its saving can be measured in the images before and after.
enum class SavingKind {
  None,              // saves no bytes of the image by itself (cache order, legacy forms)
  Paths,             // stored entries whose path matches one of `paths`
  DroppedPackages,   // files of OS packages that the new image no longer has
  ContextFiles,      // files that came from the build context and are now ignored
  HiddenFiles,       // stored entries that a later layer deletes or replaces
};

struct SavingScope {
  SavingKind kind = SavingKind::None;
  // Paths: patterns without leading '/', in .dockerignore syntax ("var/lib/apt/lists/**").
  // ContextFiles: patterns of the ignore lines.
  std::vector<std::string> paths;
};

struct Fix {
  std::string title;                        // imperative: "Delete the package lists in the same RUN"
  Applicability applicability = Applicability::Safe;
  std::vector<Edit> edits;                  // of the Dockerfile; disjoint, ascending
  std::vector<IgnoreLine> ignore_lines;     // appended to .dockerignore
  SavingScope saving;
};

// One measured fact: "bytes" = "43305472", or any name and text.
struct Evidence {
  std::string name;
  std::string value;
};

struct Finding {
  std::string rule;                         // kebab-case name
  Severity severity = Severity::Warning;
  Range range;                              // in the Dockerfile; empty at 0 for a finding about the context
  std::string message;                      // one sentence, a fact, no final period
  std::string help;                         // one imperative
  std::vector<Evidence> evidence;
  std::optional<Fix> fix;
  std::optional<uint64_t> expected_saving_bytes;  // of the image, from the baseline image or the context when known
};

}  // namespace whittle
