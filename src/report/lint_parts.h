// What the lint formats share: rows to print, places in the unit a format counts in, words for
// severities, fingerprints that outlive shifted lines.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "model/lint_report.h"

namespace whittle {

// What a column counts: bytes, code points, or the 16-bit units of UTF-16. A byte that is no UTF-8
// counts as one of each.
enum class ColumnUnit { Bytes, CodePoints, Utf16 };

// Lines and columns are 1-based; `end` is one behind the last character.
struct ColumnRange {
  Position begin;
  Position end;
};

// The place of a range; what lies behind the end of the text is taken for its end.
ColumnRange span_of(const LintedFile& file, Range range, ColumnUnit unit);
// The same without blanks and line ends at the end of the range, so that it stays on the lines that
// show something.
ColumnRange visible_span_of(const LintedFile& file, Range range, ColumnUnit unit);

// One finding with all that is said about it. Pointers go into the report or the LintRows.
struct LintRow {
  const LintedFile* file = nullptr;
  const Finding* finding = nullptr;
  const RuleDescription* rule = nullptr;
  std::string fingerprint;                        // 40 hexadecimal digits, unique in the file
  const SuppressedFinding* suppressed = nullptr;  // null if it is reported
};

// The rows of a report, file by file, by position. A file that could not be read has one row: an
// error of the rule "unreadable-file" at its start. Refers to the report, which must outlive it.
class LintRows {
 public:
  enum class With { Reported, Suppressed };

  explicit LintRows(const LintReport& report, With with = With::Reported);
  LintRows(const LintRows&) = delete;
  LintRows& operator=(const LintRows&) = delete;

  const std::vector<LintRow>& rows() const { return rows_; }

  // Descriptions of all rules that rows name, by name; a row's rule is one of them.
  const std::vector<const RuleDescription*>& rules() const { return rules_; }

  size_t rule_index(const LintRow& row) const;

 private:
  const RuleDescription* description(const std::string& rule);
  void add(const LintedFile& file, const Finding& finding, const SuppressedFinding* suppressed);
  void add_file(const LintedFile& file, With with);

  std::deque<Finding> own_findings_;
  std::deque<RuleDescription> own_rules_;
  std::vector<const RuleDescription*> rules_;
  std::vector<LintRow> rows_;
};

// The row of a severity in a table of words for style, info, warning, error.
using SeverityWords = std::array<std::string_view, 4>;
std::string_view word_for(Severity severity, const SeverityWords& words);

// One line for what takes no other: the message, and the help behind it.
std::string message_with_help(const Finding& finding);

// How bad a weakness of security is, on the scale of CVSS ("8.0"); "" for a rule that is not about
// security.
std::string_view security_severity(const RuleDescription& rule);

// Where a rule is described, as an absolute URI: ShellCheck's are in its wiki. "" for the others,
// whose pages come with the program (`whittle explain`).
std::string rule_page(const RuleDescription& rule);

// A path as a URI reference (RFC 3986): relative for a relative path, else of the file scheme.
std::string uri_of(std::string_view path);

// True for a fix that may be offered for applying.
bool is_offered(const Finding& finding);
// All edits of a fix as one: what stands between them is in its text. There must be an edit.
Edit joined_edits(const LintedFile& file, const std::vector<Edit>& edits);

}  // namespace whittle
