#include "report/hadolint_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

#include "base/strings.h"
#include "report/utf8.h"
#include "report/xml_text.h"

namespace whittle {

namespace {

// "DL3006", "SC2086": two letters and four digits.
bool is_hadolint_id(std::string_view id) {
  return id.size() == 6 && (id.starts_with("DL") || id.starts_with("SC")) &&
         std::all_of(id.begin() + 2, id.end(), is_digit);
}

std::string code_of(const LintRow& row) {
  if (!row.file->error.empty() || row.finding->rule == "parse-error") return "DL1000";
  for (const std::string& alias : row.rule->aliases) {
    if (is_hadolint_id(alias)) return alias;
  }
  std::string name = to_upper(row.rule->name);
  if (is_hadolint_id(name)) return name;
  return row.rule->code.empty() ? row.rule->name : row.rule->code;
}

// The line the instruction of a line begins on.
uint32_t instruction_line(const LintedFile& file, uint32_t line) {
  auto behind =
      std::upper_bound(file.instruction_lines.begin(), file.instruction_lines.end(), line);
  return behind == file.instruction_lines.begin() ? line : *(behind - 1);
}

HadolintRow hadolint_row(const LintRow& row) {
  ColumnRange span = span_of(*row.file, row.finding->range, ColumnUnit::CodePoints);
  HadolintRow out;
  out.file = row.file;
  out.path = valid_utf8(row.file->path);
  out.code = code_of(row);
  out.is_parse_error = out.code == "DL1000";
  out.read_from = out.is_parse_error && out.path == "-" ? "/dev/stdin" : out.path;
  out.severity = out.is_parse_error ? Severity::Error : row.finding->severity;
  out.line = out.is_parse_error ? span.begin.line : instruction_line(*row.file, span.begin.line);
  out.column = out.is_parse_error ? span.begin.column : 1;
  out.message = valid_utf8(row.finding->message);
  return out;
}

std::string source_line(const HadolintRow& row) {
  uint32_t begin = row.file->lines.line_begin(row.line);
  uint32_t end = row.file->lines.line_begin(row.line + 1);
  return valid_utf8(trim_right(std::string_view(row.file->text).substr(begin, end - begin)));
}

}  // namespace

std::vector<HadolintRow> hadolint_rows(const LintReport& report) {
  LintRows rows(report);
  std::vector<HadolintRow> out;
  for (const LintRow& row : rows.rows()) out.push_back(hadolint_row(row));
  auto key = [](const HadolintRow& row) { return std::tuple(row.line, row.column, row.code); };
  for (auto begin = out.begin(); begin != out.end();) {
    auto end = std::find_if(
        begin, out.end(), [&](const HadolintRow& row) { return row.file != begin->file; });
    std::stable_sort(
        begin, end, [&](const HadolintRow& a, const HadolintRow& b) { return key(a) < key(b); });
    begin = end;
  }
  auto last = std::unique(out.begin(), out.end(), [&](const HadolintRow& a, const HadolintRow& b) {
    return a.file == b.file && key(a) == key(b);
  });
  out.erase(last, out.end());
  return out;
}

std::string hadolint_long_message(const HadolintRow& row) {
  if (!row.is_parse_error) return row.message;
  std::string number = std::to_string(row.line);
  std::string margin(number.size(), ' ');
  return fmt::format("{}:{}:{}:\n{} |\n{} | {}\n{} | {}^\n{}\n",
                     row.read_from,
                     row.line,
                     row.column,
                     margin,
                     number,
                     source_line(row),
                     margin,
                     std::string(row.column - 1, ' '),
                     row.message);
}

std::string_view hadolint_code_climate_severity(const HadolintRow& row) {
  return word_for(row.severity, {"minor", "info", "major", "blocker"});
}

nlohmann::json hadolint_issue(const HadolintRow& row) {
  nlohmann::json location = {{"path", row.path}};
  if (row.is_parse_error) {
    nlohmann::json place = {{"line", row.line}, {"column", row.column}};
    location["positions"] = {{"begin", place}, {"end", place}};
  } else {
    location["lines"] = {{"begin", row.line}, {"end", row.line}};
  }
  return {{"type", "issue"},
          {"check_name", row.code},
          {"description", hadolint_long_message(row)},
          {"categories", nlohmann::json::array({"Bug Risk"})},
          {"location", std::move(location)},
          {"severity", hadolint_code_climate_severity(row)}};
}

std::string hadolint_dump(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// hadolint escapes what XML requires and nothing else: line ends stay line ends.
std::string hadolint_attribute(std::string_view text) {
  std::string out = xml_escaped(text);
  out = replace_all(replace_all(out, "&#10;", "\n"), "&#9;", "\t");
  return replace_all(out, "&gt;", ">");
}

std::string hadolint_content(std::string_view text) {
  return xml_content(text);
}

}  // namespace whittle
