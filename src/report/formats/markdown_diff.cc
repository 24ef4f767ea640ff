// A comparison as a comment on a pull request: what changed in bytes and packages; files and
// configuration open when they are clicked.
#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "report/analysis_summary.h"
#include "report/formats/formats_list.h"
#include "report/formats/markdown_text.h"

namespace whittle {

namespace {

size_t shown_of(const DiffReport& report, size_t count) {
  return report.most == 0 ? count : std::min(count, report.most);
}

std::string rest(size_t count, size_t shown) {
  return shown < count ? fmt::format("\nand {} more\n", count - shown) : "";
}

void add_row(const GroupChange& row, std::string_view name, size_t depth, std::string& out) {
  int64_t change = delta(row.before.stored, row.after.stored);
  std::string indent;
  for (size_t i = 0; i < depth; ++i) indent += "&nbsp;&nbsp;";
  out += fmt::format("| {}{} | {} | {} | {} | {} |\n",
                     indent,
                     name,
                     row.is_new ? "" : format_bytes(row.before.stored),
                     row.is_gone ? "" : format_bytes(row.after.stored),
                     change == 0 ? "" : format_bytes_delta(change),
                     escaped(change_share(row)));
  for (const GroupChange& inner : row.rows) add_row(inner, table_code(inner.key), depth + 1, out);
}

std::string groups(const ImageDiff& diff) {
  if (diff.groups.empty()) return "";
  std::string out = "| | before | after | change | |\n|---|--:|--:|--:|--:|\n";
  for (const GroupChange& row : diff.groups) add_row(row, table_code(row.key), 0, out);
  GroupChange total{"", diff.before_bytes, diff.after_bytes, false, false, {}};
  add_row(total, "**total**", 0, out);
  return out + "\n";
}

std::string packages(const DiffReport& report) {
  const std::vector<PackageChange>& changes = report.diff.packages;
  if (changes.empty()) return "";
  std::string out = "| | package | before | after |\n|---|---|---|---|\n";
  size_t shown = shown_of(report, changes.size());
  for (size_t i = 0; i < shown; ++i) {
    const PackageChange& change = changes[i];
    out += fmt::format("| {} | {} | {} | {} |\n",
                       markdown(change.type),
                       table_code(change.name),
                       table_code(change.before),
                       table_code(change.after));
  }
  out += rest(changes.size(), shown);
  return details("Packages: " + count_of(changes.size(), "change"), out);
}

std::string config(const DiffReport& report) {
  const std::vector<ConfigChange>& changes = report.diff.config;
  if (changes.empty()) return "";
  std::string out = "| | before | after |\n|---|---|---|\n";
  size_t shown = shown_of(report, changes.size());
  for (size_t i = 0; i < shown; ++i) {
    out += fmt::format("| {} | {} | {} |\n",
                       table_code(changes[i].field),
                       changes[i].before ? table_code(*changes[i].before) : "",
                       changes[i].after ? table_code(*changes[i].after) : "");
  }
  out += rest(changes.size(), shown);
  return details("Configuration and metadata: " + count_of(changes.size(), "difference"), out);
}

std::string files(const DiffReport& report) {
  if (report.diff.files.empty()) return "";
  std::vector<const FileChange*> changes = files_by_weight(report.diff);
  std::string out = "| | file | change | what |\n|---|---|--:|---|\n";
  size_t shown = shown_of(report, changes.size());
  for (size_t i = 0; i < shown; ++i) {
    const FileChange& file = *changes[i];
    int64_t change = delta(file.before_bytes, file.after_bytes);
    out += fmt::format("| {} | {} | {} | {} |\n",
                       to_text(file.kind),
                       table_code(file.path),
                       change == 0 ? "" : format_bytes_delta(change),
                       file.kind == ChangeKind::Modified ? escaped(difference_text(file)) : "");
  }
  out += rest(changes.size(), shown);
  return details("Files: " + count_file_changes(report.diff), out);
}

std::string notes(const ImageDiff& diff) {
  std::string out;
  for (const std::string& note : diff.notes) out += "- " + markdown(note) + "\n";
  return out.empty() ? "" : details("Notes", out);
}

}  // namespace

std::string diff_as_markdown(const DiffReport& report, const RenderOptions& /*options*/) {
  const ImageDiff& diff = report.diff;
  std::string out = "## " + escaped(diff_headline(diff)) + "\n\n";
  out += fmt::format("{} and {}, the first {} shared.\n\n",
                     count_of(diff.before->layers.size(), "layer"),
                     count_of(diff.after->layers.size(), "layer"),
                     diff.shared_layers);
  if (!diff.is_equal) out += groups(diff) + packages(report) + config(report) + files(report);
  out += notes(diff);
  return out + fmt::format("Made by whittle {}.\n", WHITTLE_VERSION);
}

}  // namespace whittle
