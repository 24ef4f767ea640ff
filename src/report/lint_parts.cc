#include "report/lint_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/result.h"
#include "base/strings.h"
#include "base/sha1.h"
#include "report/utf8.h"

namespace whittle {

namespace {

uint32_t units_of(std::string_view text, ColumnUnit unit) {
  if (unit == ColumnUnit::Bytes) return static_cast<uint32_t>(text.size());
  uint32_t units = 0;
  while (!text.empty()) {
    size_t length = utf8_length(text);
    // Four bytes of UTF-8 are a pair of UTF-16 units.
    units += unit == ColumnUnit::Utf16 && length == 4 ? 2 : 1;
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return units;
}

Range within_text(const LintedFile& file, Range range) {
  auto size = static_cast<uint32_t>(file.text.size());
  uint32_t end = std::min(range.end, size);
  return {std::min(range.begin, end), end};
}

Position position_of(const LintedFile& file, uint32_t offset, ColumnUnit unit) {
  uint32_t line = file.lines.line_of(offset);
  uint32_t begin = file.lines.line_begin(line);
  std::string_view before = std::string_view(file.text).substr(begin, offset - begin);
  return {line, units_of(before, unit) + 1};
}

// The start of the text a finding is about, blanks as one: what is behind it may be edited without
// making the finding another one.
std::string fingerprint_text(const LintedFile& file, const Finding& finding) {
  constexpr size_t kEnough = 100;
  std::string out;
  for (char c : within_text(file, finding.range).of(file.text)) {
    if (out.size() >= kEnough) break;
    if (!is_space(c)) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return std::string(trim(out));
}

Finding unreadable(const LintedFile& file) {
  Finding finding;
  finding.rule = "unreadable-file";
  finding.severity = Severity::Error;
  finding.message = file.error;
  return finding;
}

struct ScoredId {
  std::string_view id;
  std::string_view score;
};

// By a rule's name or the id that another tool has for it. Scores follow what trivy calls the same
// problem: critical 9, high 8, medium 6, low 3.
constexpr ScoredId kSecurity[] = {
    {"secrets-in-context", "9.0"},
    {"DS-0031", "9.0"},
    {"CIS-DI-0010", "9.0"},
    {"DS-0002", "8.0"},
    {"CIS-DI-0001", "8.0"},
    {"CKV_DOCKER_8", "8.0"},
    {"DS-0010", "8.0"},
    {"CKV2_DOCKER_1", "8.0"},
    {"CKV2_DOCKER_2", "8.0"},
    {"CKV2_DOCKER_3", "8.0"},
    {"CKV2_DOCKER_4", "8.0"},
    {"CKV2_DOCKER_5", "8.0"},
    {"CKV2_DOCKER_6", "8.0"},
    {"CKV2_DOCKER_7", "8.0"},
    {"CKV2_DOCKER_8", "8.0"},
    {"CKV2_DOCKER_9", "8.0"},
    {"CKV2_DOCKER_10", "8.0"},
    {"CKV2_DOCKER_11", "8.0"},
    {"CKV2_DOCKER_12", "8.0"},
    {"CKV2_DOCKER_13", "8.0"},
    {"CKV2_DOCKER_14", "8.0"},
    {"CKV2_DOCKER_15", "8.0"},
    {"CKV2_DOCKER_16", "8.0"},
    {"CKV2_DOCKER_17", "8.0"},
    {"run-privileged", "8.0"},
    {"pipe-to-shell", "6.0"},
    {"download-unverified", "6.0"},
    {"DS-0004", "6.0"},
    {"CKV_DOCKER_1", "6.0"},
    {"CIS-DI-0008", "6.0"},
    {"DKL-DI-0002", "6.0"},
    {"DL3026", "6.0"},
};

}  // namespace

ColumnRange span_of(const LintedFile& file, Range range, ColumnUnit unit) {
  range = within_text(file, range);
  return {position_of(file, range.begin, unit), position_of(file, range.end, unit)};
}

ColumnRange visible_span_of(const LintedFile& file, Range range, ColumnUnit unit) {
  range = within_text(file, range);
  std::string_view text = trim_right(range.of(file.text));
  // Nothing but blanks: their first line end is as far as the range is seen.
  size_t size =
      text.empty() ? std::min(range.of(file.text).find('\n'), size_t{range.size()}) : text.size();
  range.end = range.begin + static_cast<uint32_t>(size);
  return span_of(file, range, unit);
}

LintRows::LintRows(const LintReport& report, With with) {
  for (const RuleDescription& rule : report.rules) rules_.push_back(&rule);
  for (const LintedFile& file : report.files) add_file(file, with);
}

void LintRows::add_file(const LintedFile& file, With with) {
  size_t first = rows_.size();
  if (!file.error.empty()) {
    add(file, own_findings_.emplace_back(unreadable(file)), nullptr);
  }
  for (const Finding& finding : file.findings) add(file, finding, nullptr);
  if (with == With::Suppressed) {
    for (const SuppressedFinding& hidden : file.suppressed) add(file, hidden.finding, &hidden);
  }
  std::map<std::string, size_t> seen;
  for (size_t i = first; i < rows_.size(); ++i) {
    const Finding& finding = *rows_[i].finding;
    std::string what = finding.rule + '\0' + fingerprint_text(file, finding);
    size_t copy = seen[what]++;
    if (copy > 0) what += '\0' + std::to_string(copy);
    rows_[i].fingerprint = sha1_hex(what);
  }
}

void LintRows::add(const LintedFile& file,
                   const Finding& finding,
                   const SuppressedFinding* suppressed) {
  LintRow row;
  row.file = &file;
  row.finding = &finding;
  row.rule = description(finding.rule);
  row.suppressed = suppressed;
  rows_.push_back(std::move(row));
}

const RuleDescription* LintRows::description(const std::string& rule) {
  auto found = std::find_if(
      rules_.begin(), rules_.end(), [&](const RuleDescription* one) { return one->name == rule; });
  if (found != rules_.end()) return *found;
  RuleDescription own;
  own.name = rule;
  if (rule == "unreadable-file") {
    own.severity = Severity::Error;
    own.summary = "A file that cannot be read";
    own.why = "What is not read is not checked.";
  }
  rules_.push_back(&own_rules_.emplace_back(std::move(own)));
  return rules_.back();
}

size_t LintRows::rule_index(const LintRow& row) const {
  return static_cast<size_t>(std::find(rules_.begin(), rules_.end(), row.rule) - rules_.begin());
}

std::string_view word_for(Severity severity, const SeverityWords& words) {
  return words[static_cast<size_t>(severity)];
}

std::string message_with_help(const Finding& finding) {
  if (finding.help.empty()) return finding.message;
  return finding.message + ". " + finding.help;
}

std::string_view security_severity(const RuleDescription& rule) {
  for (const ScoredId& scored : kSecurity) {
    if (rule.name == scored.id ||
        std::find(rule.aliases.begin(), rule.aliases.end(), scored.id) != rule.aliases.end()) {
      return scored.score;
    }
  }
  return "";
}

std::string rule_page(const RuleDescription& rule) {
  bool is_of_shellcheck = rule.name.size() == 6 && rule.name.starts_with("SC");
  return is_of_shellcheck ? "https://www.shellcheck.net/wiki/" + uri_of(rule.name) : "";
}

std::string uri_of(std::string_view path) {
  std::string out = path.starts_with('/') ? "file://" : "";
  if (path.starts_with("./")) path.remove_prefix(2);
  for (char c : path) {
    if (is_alpha(c) || is_digit(c) || std::string_view("/-._~").find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

bool is_offered(const Finding& finding) {
  return finding.fix && finding.fix->applicability != Applicability::Shown &&
         !finding.fix->edits.empty();
}

Edit joined_edits(const LintedFile& file, const std::vector<Edit>& edits) {
  CHECK(!edits.empty());
  Edit joined{{edits.front().range.begin, edits.back().range.end}, ""};
  uint32_t at = joined.range.begin;
  for (const Edit& edit : edits) {
    joined.text += within_text(file, {at, edit.range.begin}).of(file.text);
    joined.text += edit.text;
    at = edit.range.end;
  }
  return joined;
}

}  // namespace whittle
