#include "report/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/sample_report.h"

namespace whittle {
namespace {

const ComparisonRow& row_named(const std::vector<ComparisonRow>& rows, std::string_view label) {
  for (const ComparisonRow& row : rows) {
    if (row.label == label) return row;
  }
  ADD_FAILURE() << "no row " << label;
  static const ComparisonRow none;
  return none;
}

TEST(Summary, RowsCompareEveryMeasure) {
  std::vector<ComparisonRow> rows = comparison_rows(sample_report());
  ASSERT_EQ(rows.size(), 7U);
  const ComparisonRow& size = row_named(rows, "image size");
  // 200,000,000 / 2^20 = 190.73; 150,000,000 / 2^20 = 143.05; the difference 50,000,000 / 2^20
  // = 47.68.
  EXPECT_EQ(size.before, "190.7 MiB");
  EXPECT_EQ(size.after, "143.1 MiB");
  EXPECT_EQ(size.change, "-47.7 MiB");
  EXPECT_EQ(size.percent, "-25.0 %");
  EXPECT_EQ(size.trend, Trend::Better);
  const ComparisonRow& build = row_named(rows, "build without cache");
  EXPECT_EQ(build.change, "+5.76 s");
  EXPECT_EQ(build.percent, "+6.8 %");  // 5.76 / 84.24
  EXPECT_EQ(build.trend, Trend::Worse);
  EXPECT_EQ(row_named(rows, "layers").change, "-1");
}

TEST(Summary, WhatWasNotMeasuredIsNeverZero) {
  OptimizeReport report = sample_report();
  std::vector<ComparisonRow> rows = comparison_rows(report);
  const ComparisonRow& rebuild = row_named(rows, "rebuild, main.py changed");
  EXPECT_EQ(rebuild.after, "not measured");
  EXPECT_EQ(rebuild.change, "");
  EXPECT_EQ(rebuild.percent, "");
  EXPECT_EQ(rebuild.trend, Trend::None);
  report.before = {};
  report.after = SideMeasure();
  for (const ComparisonRow& row : comparison_rows(report)) {
    EXPECT_EQ(row.before, "not measured") << row.label;
    EXPECT_EQ(row.after, "not measured") << row.label;
  }
}

TEST(Summary, EqualMeasuresAreSaidToBeTheSame) {
  OptimizeReport report = sample_report();
  report.after = report.before;
  for (const ComparisonRow& row : comparison_rows(report))
    EXPECT_EQ(row.change, "same") << row.label;
}

TEST(Summary, PercentOfNothingIsNotSaid) {
  EXPECT_EQ(percent_change(0, 10), "");
  EXPECT_EQ(percent_change(10, 10), "");
  EXPECT_EQ(percent_change(8, 1), "-87.5 %");
  EXPECT_EQ(percent_change(8, 9), "+12.5 %");
}

TEST(Summary, HeadlineNamesTheFirstMeasureThatGotBetter) {
  OptimizeReport report = sample_report();
  EXPECT_EQ(headline(report), "shop: 190.7 MiB -> 143.1 MiB (-25.0 %), and it still works");
  report.after->image_bytes = report.before.image_bytes;
  report.after->gzip_bytes = report.before.gzip_bytes;
  report.after->layers = report.before.layers;
  EXPECT_EQ(headline(report),
            "shop: context size 4.0 MiB -> 1.0 MiB (-75.0 %), and it still works");
}

TEST(Summary, ASlimImageAloneIsComparedWithTheBaseline) {
  OptimizeReport report = sample_slimmed_report();
  report.after.reset();
  EXPECT_THAT(comparison_columns(report), testing::ElementsAre("before", "slim"));
  std::vector<ComparisonRow> rows = comparison_rows(report);
  const ComparisonRow& size = row_named(rows, "image size");
  EXPECT_THAT(comparison_cells(report, size), testing::ElementsAre("190.7 MiB", "47.7 MiB"));
  EXPECT_EQ(headline(report), "shop: 190.7 MiB -> 47.7 MiB (-75.0 %), and it still works");
  EXPECT_THAT(comparison_columns(sample_not_slimmed_report()),
              testing::ElementsAre("before", "after"));
}

TEST(Summary, HeadlineOfOtherVerdicts) {
  OptimizeReport report = sample_report();
  report.verdict = Verdict::Unchanged;
  EXPECT_EQ(headline(report), "shop: 2 applied, 1 taken back, no measure got better");
  report.changes.erase(report.changes.begin(), report.changes.begin() + 2);
  EXPECT_EQ(headline(report), "shop: unchanged, none of the changes held");
  report.changes.clear();
  EXPECT_EQ(headline(report), "shop: unchanged, nothing to improve was found");
  report.verdict = Verdict::Planned;
  EXPECT_EQ(headline(report), "shop: nothing to improve was found");
  report.changes.resize(1);
  EXPECT_EQ(headline(report), "shop: 1 change planned, nothing built");
}

TEST(Summary, SavingsAreChangesOfTheImage) {
  EXPECT_EQ(saving_text(sample_applied_change()), "expected -41.3 MiB, measured -41.3 MiB");
  EXPECT_EQ(saving_text(sample_taken_back_change()), "expected -19.1 MiB");
  ReportedChange change = sample_applied_change();
  change.measured_saving_bytes.reset();
  EXPECT_EQ(saving_text(change), "expected -41.3 MiB, saving not measured");
  change.measured_saving_bytes = -1024;  // it grew
  EXPECT_EQ(saving_text(change), "expected -41.3 MiB, measured +1.0 KiB");
  EXPECT_EQ(saving_text(ReportedChange()), "");
}

TEST(Summary, LargeSavingsComeFirstAndWhatWasTakenBackLast) {
  OptimizeReport report;
  report.changes = {sample_taken_back_change(),
                    ReportedChange(),
                    sample_ignore_change(),
                    sample_applied_change()};
  std::vector<const ReportedChange*> sorted = changes_by_weight(report);
  EXPECT_THAT(sorted,
              testing::ElementsAre(
                  &report.changes[3], &report.changes[2], &report.changes[1], &report.changes[0]));
}

TEST(Summary, SourceLineIsTheOneTheFindingBeginsIn) {
  OptimizeReport report = sample_report();
  EXPECT_EQ(source_line(report, range_of_line(3)), "RUN apt-get install -y curl python3");
  EXPECT_EQ(source_line(report, {4, 9}), "FROM debian:bookworm");
  EXPECT_EQ(source_line(report, {0, 0}), "");
  EXPECT_EQ(source_line(report, {90000, 90001}), "");
  report.dockerfile_text = "RUN\techo \x1b[31m\r\n";
  EXPECT_EQ(source_line(report, {4, 5}), "RUN echo \\x1b[31m");
}

}  // namespace
}  // namespace whittle
