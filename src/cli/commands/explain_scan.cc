#include "cli/commands/explain_scan.h"

#include <fmt/format.h>

#include <map>

#include "base/strings.h"
#include "report/scan_summary.h"
#include "report/text_layout.h"

namespace whittle {

namespace {

constexpr size_t kMostAffected = 40;

class Page {
 public:
  explicit Page(const Invocation& invocation) : invocation_(invocation) {}

  void title(std::string_view name, const std::string& facts) {
    out_ += styled(printable(name), Style::Heading, invocation_.stdout_color) + facts + "\n";
  }

  void heading(std::string_view text) {
    out_ += "\n" + styled(text, Style::Bold, invocation_.stdout_color) + "\n";
  }

  void paragraph(std::string_view text) {
    if (!text.empty()) out_ += indented("", printable(text), invocation_.stdout_width);
  }

  void item(std::string_view text) {
    out_ += indented("  ", printable(text), invocation_.stdout_width);
  }

  void field(std::string_view name, std::string_view text) {
    if (text.empty()) return;
    out_ += indented(fmt::format("{}: ", name), printable(text), invocation_.stdout_width);
  }

  std::string take() { return std::move(out_); }

 private:
  const Invocation& invocation_;
  std::string out_;
};

std::string level_text(const VulnLevel& level) {
  std::string score = level.score ? fmt::format(" {:.1f}", *level.score) : "";
  std::string vector = level.cvss.empty() ? "" : " (" + level.cvss + ")";
  return fmt::format("{}{} by {}{}", to_text(level.level), score, level.source, vector);
}

std::string epss_text(const VulnRecord& record) {
  if (!record.epss) return "";
  std::string text = fmt::format("{:.1f} % within 30 days", *record.epss * 100);
  if (record.epss_percentile)
    text += fmt::format(", above {:.0f} % of all", *record.epss_percentile * 100);
  return text;
}

void add_affected(const VulnRecord& record, Page& page) {
  if (record.affected.empty()) return;
  page.heading("Affected");
  // Records that say the same of a package are one line.
  std::map<std::tuple<std::string, std::string, std::string>, std::vector<std::string>> lines;
  for (const VulnAffected& one : record.affected)
    lines[{one.ecosystem, one.name, one.versions}].push_back(one.advisory);
  size_t count = 0;
  for (const auto& [key, advisories] : lines) {
    const auto& [ecosystem, name, versions] = key;
    if (++count > kMostAffected) continue;
    page.item(fmt::format("{} {}: {} ({})", ecosystem, name, versions, join(advisories, ", ")));
  }
  if (count > kMostAffected) page.item(fmt::format("and {} more", count - kMostAffected));
}

}  // namespace

std::string explain_check(const ImageCheck& check, const Invocation& invocation) {
  Page page(invocation);
  page.title(check.id,
             fmt::format(", a check of `scan --scanners config`, {}", to_text(check.level)));
  page.paragraph(fmt::format("Finds that {}.", check.title));
  page.paragraph(check.why);
  page.heading("What to do:");
  page.paragraph(std::string(check.remedy) + ".");
  std::vector<std::string> ids = ids_of(check);
  ids.erase(ids.begin());
  page.field("Also known as", join(ids, ", "));
  page.heading("Keeping it back:");
  page.paragraph(
      fmt::format("--ignore {0}, or a line `{0}` in .trivyignore or .dockleignore.", check.id));
  return page.take();
}

std::string explain_secret_rule(const SecretRuleInfo& rule, const Invocation& invocation) {
  Page page(invocation);
  page.title(rule.id, fmt::format(", a rule for secrets, {}", to_text(rule.level)));
  page.paragraph(fmt::format("Finds: {} ({}).", rule.title, rule.category));
  page.paragraph(rule.shape == SecretShape::Fixed
                     ? "Looked for in texts, programs and other binary files."
                     : "Looked for in texts.");
  page.field("Pattern", full_pattern(rule));
  page.heading("What to do:");
  page.paragraph(
      "Revoke it and make a new one: it must count as known. Hand the new one to a build with RUN "
      "--mount=type=secret, and to the container when it starts.");
  page.heading("Keeping it back:");
  page.paragraph(
      fmt::format("--ignore {}, a line in .trivyignore, or `whittle:allow-secret` in the secret's "
                  "line of the file.",
                  rule.id));
  return page.take();
}

std::string explain_record(const VulnRecord& record, const Invocation& invocation) {
  Page page(invocation);
  std::string level =
      record.levels.empty() ? "" : ", " + std::string(to_text(record.levels[0].level));
  page.title(record.id, level);
  page.paragraph(record.summary);
  if (!record.exploited_since.empty())
    page.field("Known to be exploited",
               fmt::format("since {} (CISA KEV){}",
                           record.exploited_since,
                           record.is_ransomware ? ", by ransomware" : ""));
  page.field("EPSS", epss_text(record));
  page.field("Exploitation",
             record.exploitation.empty() ? "" : record.exploitation + " (CISA SSVC)");
  for (const VulnLevel& one : record.levels) page.field("Level", level_text(one));
  page.field("Also known as", join(record.aliases, ", "));
  page.field("Advisories", join(record.advisories, ", "));
  page.field("Published", record.published.substr(0, 10));
  page.field("More", record.url);
  add_affected(record, page);
  return page.take();
}

std::string explain_match(const VulnInImage& match, const Invocation& invocation) {
  Page page(invocation);
  const ScanReport& report = match.report;
  page.heading("In " + printable(report.analysis->target));
  for (const ScanRow& row : scan_rows(report, ScanRowsWith::Suppressed)) {
    if (row.vulnerability == nullptr) continue;
    const Package& package = package_of(report, *row.vulnerability);
    const std::string& fixed = row.vulnerability->fixed_version;
    std::string source = package.source_name.empty() || package.source_name == package.name
                             ? ""
                             : fmt::format(" of the source {}", package.source_name);
    std::string where = where_text(report, row);
    page.item(fmt::format(
        "{}{} is affected{}{}",
        row.subject,
        source,
        fixed.empty() ? ", and no fixed version is known" : fmt::format(", fixed in {}", fixed),
        where.empty() ? "" : fmt::format(" ({})", where)));
    page.item("  recorded in " + package.database);
    if (const LayerFacts* layer = layer_of(report, row);
        layer != nullptr && !layer->command.empty())
      page.item("  by " + layer->command);
    if (!row.suppressed.empty()) page.item("  does not count: " + row.suppressed);
    if (!row.help.empty()) page.item("  " + row.help + ".");
  }
  const std::vector<Package>& packages = report.analysis->packages.packages;
  for (uint32_t index : match.unaffected)
    page.item(fmt::format("{} {} is not affected", packages[index].name, packages[index].version));
  bool has_none = report.findings.empty() && report.suppressed.empty() && match.unaffected.empty();
  if (has_none) page.item("none of its packages is named by a record of it");
  return page.take();
}

}  // namespace whittle
