#include "report/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "base/strings.h"

namespace whittle {

namespace {

std::string signed_count(double change) {
  return fmt::format("{:+}", static_cast<int64_t>(change));
}

std::string signed_bytes(double change) {
  return format_bytes_delta(static_cast<int64_t>(change));
}

std::string signed_seconds(double change) {
  return (change < 0 ? "-" : "+") + format_seconds(std::abs(change));
}

// How one measure is written.
struct Unit {
  std::string (*text)(double value);
  std::string (*change)(double change);
  double equal_within;  // differences up to here are "same"
};

constexpr Unit kBytes = {
    [](double v) { return format_bytes(static_cast<uint64_t>(v)); }, signed_bytes, 0};
constexpr Unit kCount = {
    [](double v) { return fmt::format("{}", static_cast<uint64_t>(v)); }, signed_count, 0};
constexpr Unit kSeconds = {[](double v) { return format_seconds(v); }, signed_seconds, 0.005};

template <typename T>
std::optional<double> as_double(const std::optional<T>& value) {
  if (!value) return std::nullopt;
  return static_cast<double>(*value);
}

ComparisonRow compare(std::string label,
                      std::optional<double> before,
                      bool has_after,
                      std::optional<double> after,
                      std::optional<double> slim,
                      const Unit& unit) {
  ComparisonRow row;
  row.label = std::move(label);
  row.before = before ? unit.text(*before) : std::string(kNotMeasured);
  row.is_measured = before || after;
  if (has_after) row.after = after ? unit.text(*after) : std::string(kNotMeasured);
  if (slim) row.slim = unit.text(*slim);
  if (slim) after = slim;
  if (!before || !after) return row;
  double change = *after - *before;
  if (std::abs(change) <= unit.equal_within) {
    row.change = "same";
    row.trend = Trend::Same;
    return row;
  }
  row.change = unit.change(change);
  row.percent = percent_change(*before, *after);
  row.trend = change < 0 ? Trend::Better : Trend::Worse;
  return row;
}

bool has_slim_result(const OptimizeReport& report) {
  return report.slim && report.slim->is_result();
}

std::string rebuild_label(const OptimizeReport& report) {
  if (report.touched_file.empty()) return "rebuild after a change";
  return "rebuild, " + printable(report.touched_file) + " changed";
}

// "1.2 GiB -> 143.2 MiB (-88.3 %)" of the first measure that got better; "" if none did.
std::string best_improvement(const OptimizeReport& report) {
  std::vector<ComparisonRow> rows = comparison_rows(report);
  for (const ComparisonRow& row : rows) {
    if (row.trend != Trend::Better) continue;
    std::string name = row.label == "image size" ? "" : row.label + " ";
    std::string percent = row.percent.empty() ? "" : " (" + row.percent + ")";
    std::vector<std::string> cells = comparison_cells(report, row);
    std::erase(cells, "");
    return name + join(cells, " -> ") + percent;
  }
  return "";
}

size_t count_status(const std::vector<ReportedChange>& changes, ChangeStatus status) {
  return static_cast<size_t>(std::count_if(
      changes.begin(), changes.end(), [&](const auto& change) { return change.status == status; }));
}

}  // namespace

std::string percent_change(double before, double after) {
  if (before == 0 || before == after) return "";
  return fmt::format("{:+.1f} %", (after - before) / before * 100);
}

std::vector<ComparisonRow> comparison_rows(const OptimizeReport& report) {
  static const SideMeasure kNothing;
  const SideMeasure& a = report.before;
  const SideMeasure& b = report.after ? *report.after : kNothing;
  std::optional<uint64_t> none;
  bool is_slim = has_slim_result(report);
  auto row = [&](std::string label,
                 auto SideMeasure::*member,
                 const Unit& unit,
                 const std::optional<uint64_t>& slim = {}) {
    return compare(std::move(label),
                   as_double(a.*member),
                   report.after.has_value(),
                   as_double(b.*member),
                   as_double(slim),
                   unit);
  };
  std::vector<ComparisonRow> rows = {
      row("image size",
          &SideMeasure::image_bytes,
          kBytes,
          is_slim ? report.slim->image_bytes : none),
      row("size as gzip",
          &SideMeasure::gzip_bytes,
          kBytes,
          is_slim ? report.slim->gzip_bytes : none),
      row("layers", &SideMeasure::layers, kCount, is_slim ? report.slim->layers : none),
      row("context size", &SideMeasure::context_bytes, kBytes),
      row("context files", &SideMeasure::context_files, kCount),
      row("build without cache", &SideMeasure::build_seconds, kSeconds),
      row(rebuild_label(report), &SideMeasure::rebuild_seconds, kSeconds),
  };
  if (report.engine.empty()) std::erase_if(rows, [](const auto& one) { return !one.is_measured; });
  return rows;
}

std::vector<std::string> comparison_columns(const OptimizeReport& report) {
  std::vector<std::string> columns = {"before"};
  bool is_slim = has_slim_result(report);
  if (report.after) columns.emplace_back(is_slim ? "fixed" : "after");
  if (is_slim) columns.emplace_back("slim");
  return columns;
}

std::vector<std::string> comparison_cells(const OptimizeReport& report, const ComparisonRow& row) {
  std::vector<std::string> cells = {row.before};
  if (report.after) cells.push_back(row.after);
  if (has_slim_result(report)) cells.push_back(row.slim);
  return cells;
}

std::vector<std::string> slim_twin_texts(const OptimizeReport& report) {
  if (!report.slim) return {};
  const SlimSide& slim = *report.slim;
  if (!slim.is_result()) {
    return {fmt::format("Not slim: {}", slim.why_not),
            report.after ? "The result is the image of the new Dockerfile."
                         : "The image stays as it is."};
  }
  std::vector<std::string> texts;
  std::string packages;
  if (slim.packages_before > 0)
    packages = fmt::format(", of {} of {} packages", slim.packages, slim.packages_before);
  texts.push_back(fmt::format("{} of {} files stay{}.", slim.files, slim.files_before, packages));
  if (slim.policy != slim.wanted)
    texts.push_back(fmt::format("Policy {} did not hold, {} did.", slim.wanted, slim.policy));
  if (slim.put_back > 0) {
    texts.push_back(fmt::format("{} that a run of it missed {} put back.",
                                count_of(slim.put_back, "path"),
                                slim.put_back == 1 ? "was" : "were"));
  }
  if (slim.probe) {
    texts.push_back(fmt::format(
        "It was run beside the {} image and answers alike, and passes the same {} as the image of "
        "the unchanged project.",
        report.after ? "fixed" : "original",
        count_of(slim.probe->checks.size(), "check")));
  }
  return texts;
}

std::string headline(const OptimizeReport& report) {
  std::string project = printable(report.project);
  switch (report.verdict) {
    case Verdict::Improved: {
      std::string gain = best_improvement(report);
      return project + ": " + (gain.empty() ? "improved" : gain) + ", and it still works";
    }
    case Verdict::Unchanged:
      if (count_status(report.changes, ChangeStatus::Applied) > 0) {
        return fmt::format("{}: {}, no measure got better", project, count_changes(report.changes));
      }
      if (count_status(report.changes, ChangeStatus::TakenBack) > 0) {
        return project + ": unchanged, none of the changes held";
      }
      return project + ": unchanged, nothing to improve was found";
    case Verdict::Planned:
      if (report.changes.empty()) return project + ": nothing to improve was found";
      return project + ": " + count_of(report.changes.size(), "change") + " planned, nothing built";
  }
  return project;
}

std::string verdict_basis(const OptimizeReport& report) {
  if (report.verdict == Verdict::Planned) {
    return "This is a plan: savings are expected, not measured.";
  }
  if (report.engine.empty()) return "Nothing was built.";
  std::string engine = printable(report.engine);
  if (report.probe_before && report.probe_after) {
    return fmt::format("Built with {} before and after; {} passed the same {}{}.",
                       engine,
                       has_slim_result(report) ? "both images and the slim one" : "both images",
                       report.probe_is_automatic ? "automatic probe: " : "probe: ",
                       count_of(report.probe_after->checks.size(), "check"));
  }
  if (report.probe_before && has_slim_result(report)) {
    return fmt::format("Built with {}; the image and the slim one passed the same {}{}.",
                       engine,
                       report.probe_is_automatic ? "automatic probe: " : "probe: ",
                       count_of(report.probe_before->checks.size(), "check"));
  }
  return fmt::format("Built with {}.", engine);
}

std::string place_of(const Change& change) {
  if (change.id.line == 0) return "context";
  return fmt::format("line {}", change.id.line);
}

std::string saving_text(const ReportedChange& change) {
  std::vector<std::string> parts;
  auto negative = [](uint64_t saving) { return (saving > 0 ? "-" : "") + format_bytes(saving); };
  // A saving of n bytes is a change of -n.
  auto measured = [](int64_t saving) { return format_bytes_delta(-saving); };
  if (change.change.expected_saving_bytes) {
    parts.push_back("expected " + negative(*change.change.expected_saving_bytes));
  }
  bool has_scope = change.change.saving.kind != SavingKind::None;
  if (change.measured_saving_bytes) {
    parts.push_back("measured " + measured(*change.measured_saving_bytes));
  } else if (change.status == ChangeStatus::Applied && has_scope) {
    parts.push_back("saving " + std::string(kNotMeasured));
  }
  if (change.measured_context_bytes) {
    parts.push_back("context " + measured(*change.measured_context_bytes));
  }
  return join(parts, ", ");
}

std::string count_changes(const std::vector<ReportedChange>& changes) {
  static constexpr std::array<std::pair<ChangeStatus, std::string_view>, 3> kWords = {{
      {ChangeStatus::Applied, "applied"},
      {ChangeStatus::Planned, "planned"},
      {ChangeStatus::TakenBack, "taken back"},
  }};
  std::vector<std::string> parts;
  for (const auto& [status, word] : kWords) {
    size_t count = count_status(changes, status);
    if (count > 0) parts.push_back(fmt::format("{} {}", count, word));
  }
  return join(parts, ", ");
}

std::vector<const ReportedChange*> changes_by_weight(const OptimizeReport& report) {
  auto weight = [](const ReportedChange& change) {
    int64_t expected = static_cast<int64_t>(change.change.expected_saving_bytes.value_or(0));
    return std::max(change.measured_saving_bytes.value_or(expected),
                    change.measured_context_bytes.value_or(0));
  };
  std::vector<const ReportedChange*> changes;
  for (const ReportedChange& change : report.changes) changes.push_back(&change);
  std::stable_sort(changes.begin(), changes.end(), [&](const auto* a, const auto* b) {
    bool a_held = a->status != ChangeStatus::TakenBack;
    bool b_held = b->status != ChangeStatus::TakenBack;
    return a_held != b_held ? a_held : weight(*a) > weight(*b);
  });
  return changes;
}

std::string source_line(const OptimizeReport& report, Range range) {
  std::string_view text = report.dockerfile_text;
  if (range.begin >= text.size() || range.empty()) return "";
  size_t begin = range.begin == 0 ? std::string_view::npos : text.rfind('\n', range.begin - 1);
  begin = begin == std::string_view::npos ? 0 : begin + 1;
  std::string_view line = text.substr(begin, text.find('\n', begin) - begin);
  std::string out;
  for (char c : trim_right(line)) out += c == '\t' ? ' ' : c;
  return printable(out);
}

uint32_t line_of(const OptimizeReport& report, const Finding& finding) {
  if (finding.range.empty() && finding.range.begin == 0) return 0;
  return LineIndex(report.dockerfile_text).line_of(finding.range.begin);
}

std::string advice(const Finding& finding) {
  return printable(finding.fix ? finding.fix->title : finding.help);
}

}  // namespace whittle
