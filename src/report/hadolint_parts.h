// What the formats of hadolint 2.15 share, so that their bytes are hadolint's for the same
// findings: ids of hadolint and ShellCheck, places at the first line of an instruction, one finding
// an id and instruction, keys in alphabetical order.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "report/lint_parts.h"

namespace whittle {

struct HadolintRow {
  const LintedFile* file = nullptr;
  std::string path;       // well-formed UTF-8
  std::string read_from;  // the same, "/dev/stdin" where a parse error of standard input says so
  std::string code;       // "DL3006", "SC2086"; the rule's own for one that hadolint does not have
  Severity severity = Severity::Warning;
  uint32_t line = 1;
  uint32_t column = 1;  // 1 but for what does not parse
  std::string message;  // well-formed UTF-8
  bool is_parse_error = false;
};

// Those of each file by line, then by id. A file that cannot be read is a parse error at its start.
std::vector<HadolintRow> hadolint_rows(const LintReport& report);

// The message of a row; of a parse error with its place and the source line in front, as hadolint
// has it in some formats.
std::string hadolint_long_message(const HadolintRow& row);
// "blocker", "major", "info", "minor" of a finding; a parse error is a blocker.
std::string_view hadolint_code_climate_severity(const HadolintRow& row);
// An issue of hadolint's codeclimate formats, without fingerprint.
nlohmann::json hadolint_issue(const HadolintRow& row);
// On one line.
std::string hadolint_dump(const nlohmann::json& json);
// For attributes and for content; characters that XML has no place for become U+FFFD.
std::string hadolint_attribute(std::string_view text);
std::string hadolint_content(std::string_view text);

inline constexpr std::string_view kHadolintVersion = "2.15.1";

}  // namespace whittle
