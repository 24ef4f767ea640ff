// What lint found in some files, as plain values: the input of every lint format.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/finding.h"
#include "model/source.h"

namespace whittle {

// What a format says about a rule. Also made for what is no rule of the table: "parse-error" and
// "unused-suppression".
struct RuleDescription {
  std::string name;                       // "apt-lists"
  std::string code;                       // "WH1001"
  std::vector<std::string> aliases;       // ids of other tools: "DL3009"
  Severity severity = Severity::Warning;  // before a configuration changes it
  std::string summary;
  std::string why;
  std::string bad;
  std::string good;
};

// A finding that a comment, the baseline or the change set keeps from being reported.
struct SuppressedFinding {
  Finding finding;
  std::string by;      // "comment", "baseline"
  std::string reason;  // as the comment gives it; "" without
};

// A fix that --fix applied.
struct AppliedFix {
  std::string rule;
  std::string title;
  uint32_t line = 0;  // 1-based, of the file as it was read
  Applicability applicability = Applicability::Safe;
};

struct LintedFile {
  std::string path;  // as reports show it: relative where the user's was, "-" for standard input
  std::string
      text;  // the text that the ranges of `findings` are in (after fixes, if some were applied)
  LineIndex lines;  // of `text`
  // 1-based lines that instructions begin on, ascending: hadolint reports a finding there. Without
  // them its formats say the finding's own line.
  std::vector<uint32_t> instruction_lines;
  std::vector<Finding> findings;  // by position, then by rule
  std::vector<SuppressedFinding> suppressed;
  std::vector<AppliedFix> applied;      // in order of application
  std::optional<std::string> original;  // the text before the fixes, if any was applied
  std::string ignore_text;              // new text of the ignore file, if a fix changes it
  bool changes_ignore_file = false;
  std::string error;  // why the file could not be read; then all else is empty
};

struct LintReport {
  std::vector<LintedFile> files;       // sorted by path
  std::vector<RuleDescription> rules;  // those of all findings and suppressed ones, by code
  std::string version;                 // of whittle
};

}  // namespace whittle
