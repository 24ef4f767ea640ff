// Findings of `scan` as a comment on a pull request: the verdict, what to do, a table of each kind;
// what does not count opens when it is clicked.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/strings.h"
#include "report/analysis_summary.h"
#include "report/formats/formats_list.h"
#include "report/formats/markdown_text.h"
#include "report/scan_rows.h"
#include "report/scan_summary.h"
#include "report/scan_sums.h"
#include "report/text_layout.h"

namespace whittle {

namespace {

// GitHub takes comments of 65,536 characters.
constexpr size_t kMaxRows = 100;
constexpr size_t kMaxRemedies = 10;
constexpr size_t kMaxTitle = 120;  // columns of a table's cell
constexpr RiskWords kMarks = {"⚪", "⚪", "🔵", "🟡", "🟠", "🔴"};

class ScanMarkdown {
 public:
  explicit ScanMarkdown(const ScanReport& report)
      : report_(report), rows_(scan_rows(report, ScanRowsWith::Suppressed)) {}

  std::string render() {
    std::string out = fmt::format("## {}\n\n**{}.**\n\n",
                                  escaped(image_title(*report_.analysis)),
                                  escaped(scan_verdict(report_)));
    out += facts() + remedies() + vulnerabilities() + secrets() + checks() + readiness() +
           surface() + suppressed() + notes();
    return out + fmt::format("Made by whittle {}.\n", WHITTLE_VERSION);
  }

 private:
  std::string facts() const {
    std::vector<std::string> parts;
    const std::string& name = report_.analysis->packages.distribution.name;
    if (!name.empty()) parts.push_back(markdown(name));
    if ((report_.scanners & kScanVulnerabilities) != 0) {
      parts.push_back(count_of(report_.matched_packages + report_.unmatched_packages, "package"));
      parts.push_back(fmt::format("database of {}, {} advisories",
                                  report_.database.built.substr(0, 10),
                                  report_.database.advisories));
    }
    if (std::string share = base_share(report_); !share.empty()) parts.push_back(escaped(share));
    if (std::string share = usage_share(report_); !share.empty()) parts.push_back(escaped(share));
    for (const BaseCandidate& candidate : report_.base_candidates)
      parts.push_back(escaped(candidate_text(candidate)));
    return parts.empty() ? "" : join(parts, ", ") + "\n\n";
  }

  std::string remedies() const {
    std::vector<std::pair<std::string, size_t>> counted = remedies_of(report_);
    if (counted.empty()) return "";
    std::string out = "### What to do\n\n";
    for (size_t i = 0; i < counted.size() && i < kMaxRemedies; ++i) {
      out += fmt::format("- {} ({})\n", markdown(counted[i].first), counted[i].second);
    }
    if (counted.size() > kMaxRemedies)
      out += fmt::format("- and {} more\n", counted.size() - kMaxRemedies);
    return out + "\n";
  }

  std::vector<const ScanRow*> rows_of(ScannerSet kind, bool is_suppressed) const {
    std::vector<const ScanRow*> rows;
    for (const ScanRow& row : rows_) {
      if (row.kind == kind && row.suppressed.empty() != is_suppressed) rows.push_back(&row);
    }
    return rows;
  }

  static std::string rest(size_t count) {
    return count > kMaxRows ? fmt::format("\nand {} more\n", count - kMaxRows) : "";
  }

  static std::string level_cell(const ScanRow& row) {
    return fmt::format("{} {}", word_for(row.level, kMarks), to_text(row.level));
  }

  static std::string id_cell(const ScanRow& row) {
    bool is_plain = is_link(row.url) && row.url.find_first_of("()[]*'") == std::string::npos;
    std::string text = table_code(row.id);
    return is_plain ? fmt::format("[{}]({})", text, row.url) : text;
  }

  std::string vulnerabilities() const {
    std::vector<const ScanRow*> rows = rows_of(kScanVulnerabilities, false);
    if (rows.empty()) return "";
    std::string out =
        "### Vulnerabilities\n\n| level | vulnerability | package | installed | fixed | where |\n"
        "|---|---|---|---|---|---|\n";
    for (size_t i = 0; i < rows.size() && i < kMaxRows; ++i) {
      const ScanRow& row = *rows[i];
      const Package& package = package_of(report_, *row.vulnerability);
      out +=
          fmt::format("| {}{} | {} | {} | {} | {} | {} |\n",
                      level_cell(row),
                      row.vulnerability->exploited_since.empty() ? "" : ", **exploited**",
                      id_cell(row),
                      table_code(package.name),
                      table_code(package.version),
                      table_code(row.vulnerability->fixed_version),
                      escaped(where_text(report_, row)) +
                          (row.vulnerability->usage == PackageUsage::Unused ? ", not used" : ""));
    }
    return out + rest(rows.size()) + "\n";
  }

  std::string secrets() const {
    std::vector<const ScanRow*> rows = rows_of(kScanSecrets, false);
    if (rows.empty()) return "";
    std::string out = "### Secrets\n\n| level | secret | in | where |\n|---|---|---|---|\n";
    for (size_t i = 0; i < rows.size() && i < kMaxRows; ++i) {
      const ScanRow& row = *rows[i];
      std::string line = row.line > 0 ? fmt::format(":{}", row.line) : "";
      out += fmt::format("| {} | {} | {} | {}{} |\n",
                         level_cell(row),
                         escaped(truncated(printable(row.title), kMaxTitle)),
                         table_code(row.subject + line),
                         escaped(where_text(report_, row)),
                         row.secret->is_deleted ? ", deleted later, **recoverable**" : "");
    }
    return out + rest(rows.size()) + "\n";
  }

  std::string checks() const {
    std::vector<const ScanRow*> rows = rows_of(kScanConfiguration, false);
    if (rows.empty()) return "";
    std::string out = "### Configuration\n\n| level | check | what |\n|---|---|---|\n";
    for (size_t i = 0; i < rows.size() && i < kMaxRows; ++i) {
      const ScanRow& row = *rows[i];
      std::string help = row.help.empty() ? "" : ". " + escaped(printable(row.help));
      out += fmt::format("| {} | {} | {}{} |\n",
                         level_cell(row),
                         id_cell(row),
                         escaped(truncated(printable(row.message), kMaxTitle)),
                         help);
    }
    return out + rest(rows.size()) + "\n";
  }

  std::string readiness() const {
    if (!report_.readiness) return "";
    std::string out = "### Could run with\n\n| | verdict | what |\n|---|---|---|\n";
    for (const ReadinessAspect& aspect : report_.readiness->aspects) {
      std::vector<std::string> texts;
      for (const Obstacle& obstacle : aspect.obstacles)
        texts.push_back(escaped(printable(obstacle_text(obstacle))));
      out += fmt::format(
          "| {} | {} | {} |\n", aspect.title, readiness_words(aspect), join(texts, "<br>"));
    }
    return out + "\n";
  }

  std::string surface() const {
    if (!report_.surface) return "";
    std::string out = "| kind | count | points |\n|---|--:|--:|\n";
    for (const SurfacePart& part : report_.surface->parts) {
      if (part.count > 0)
        out += fmt::format("| {} | {} | {} |\n",
                           part.title,
                           part.count,
                           tenths_text(part.count * part.weight_tenths));
    }
    return details("Attack surface: " + tenths_text(report_.surface->tenths()), out);
  }

  std::string suppressed() const {
    std::map<std::string, size_t> counts;
    for (const ScanRow& row : rows_) {
      if (!row.suppressed.empty()) ++counts[row.suppressed];
    }
    if (counts.empty()) return "";
    std::string out;
    for (const auto& [reason, count] : counts) {
      out += fmt::format("- {}: {}\n", count, markdown(reason));
    }
    return details("Not counted", out);
  }

  std::string notes() const {
    std::string out;
    for (const std::string& note : report_.notes) out += "- " + markdown(note) + "\n";
    return out.empty() ? "" : details("Notes", out);
  }

  const ScanReport& report_;
  std::vector<ScanRow> rows_;
};

}  // namespace

std::string scan_as_markdown(const ScanReport& report, const RenderOptions& /*options*/) {
  return ScanMarkdown(report).render();
}

std::string scans_as_markdown(const std::vector<ScanReport>& reports,
                              const RenderOptions& options) {
  std::string out;
  for (std::string_view name : kScanSumHead) out += fmt::format("| {} ", name);
  out += "|\n|---";
  for (size_t i = 1; i < kScanSumHead.size(); ++i) out += "|--:";
  out += "|\n";
  for (const ScanReport& report : reports) {
    ScanSum sum = scan_sum(report);
    out += "| " + table_code(sum[0]);
    for (size_t i = 1; i < sum.size(); ++i) out += " | " + sum[i];
    out += " |\n";
  }
  for (const ScanReport& report : reports) out += "\n" + scan_as_markdown(report, options);
  return out;
}

}  // namespace whittle
