// An inventory as a table for people: a line a package.
#include <fmt/format.h>

#include <algorithm>

#include "base/strings.h"
#include "report/analysis_summary.h"
#include "report/formats/formats_list.h"
#include "report/sbom_parts.h"
#include "report/text_layout.h"

namespace whittle {

namespace {

constexpr size_t kColumns = 5;
constexpr size_t kMaxWidths[kColumns] = {60, 50, 12, 5, 60};

using Row = std::vector<std::string>;

std::string licenses_text(const Package& package) {
  return truncated(printable(join(package.licenses, ", ")), kMaxWidths[kColumns - 1]);
}

std::vector<Row> rows_of(const PackageCatalog& catalog) {
  std::vector<Row> rows = {{"NAME", "VERSION", "TYPE", "LAYER", "LICENSE"}};
  for (size_t i = 0; i < installed_count(catalog); ++i) {
    const Package& package = catalog.packages[i];
    std::string name = printable(package.name);
    if (package.owner != kNoPackage && package.owner < catalog.packages.size())
      name += " (of " + printable(catalog.packages[package.owner].name) + ")";
    rows.push_back({truncated(name, kMaxWidths[0]),
                    truncated(printable(package.version), kMaxWidths[1]),
                    printable(package.type),
                    fmt::format("{}", package.layer + 1),
                    licenses_text(package)});
  }
  return rows;
}

std::string head(const Analysis& analysis) {
  const Distribution& distribution = analysis.packages.distribution;
  std::string system = distribution.name.empty()
                           ? std::string(trim(distribution.id + " " + distribution.version))
                           : distribution.name;
  std::string text = printable(image_title(analysis)) + "\n  ";
  if (!system.empty()) text += printable(system) + ", ";
  return text + count_of(installed_count(analysis.packages), "package") + ", " +
         count_of(analysis.layers.size(), "layer") + "\n\n";
}

std::string table(const std::vector<Row>& rows, bool color) {
  std::vector<size_t> widths(kColumns, 0);
  for (const Row& row : rows) {
    for (size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  std::string out;
  for (size_t at = 0; at < rows.size(); ++at) {
    std::string line;
    for (size_t i = 0; i < kColumns; ++i)
      line += (i == 0 ? "" : "  ") + pad_right(rows[at][i], widths[i]);
    line = trim_right(line);
    out += styled(line, at == 0 ? Style::Heading : Style::Plain, color) + "\n";
  }
  return out;
}

}  // namespace

std::string sbom_as_table(const SbomReport& report, const RenderOptions& options) {
  const PackageCatalog& catalog = report.analysis->packages;
  std::string out = head(*report.analysis);
  if (installed_count(catalog) > 0) out += table(rows_of(catalog), options.color);
  for (const std::string& problem : catalog.problems)
    out += styled("note: " + printable(problem), Style::Caution, options.color) + "\n";
  return out;
}

}  // namespace whittle
