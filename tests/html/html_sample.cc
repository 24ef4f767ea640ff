// Prints the html page of a sample: html_sample sample|hostile|big|empty for `analyze`,
// scan|scan-hostile|scan-clean for `scan`, slim|slim-hostile for `slim`. For html_test.py.
#include <cstdio>
#include <string>
#include <string_view>

#include "report/formats/formats.h"
#include "support/hostile_analysis.h"
#include "support/sample_analysis.h"
#include "support/sample_scan_report.h"
#include "support/sample_slim_report.h"

namespace whittle::test {
namespace {

// More paths than the page shows one by one.
Analysis big_analysis() {
  Analysis analysis = sample_analysis();
  std::string layer;
  for (int folder = 0; folder < 300; ++folder) {
    for (int file = 0; file < 400; ++file) {
      layer += "file srv/f" + std::to_string(folder) + "/n" + std::to_string(file) + " " +
               std::to_string(1000 + folder * 7 + file) + "\n";
    }
  }
  std::vector<std::string> layers = sample_layers();
  layers[4] += layer;
  analysis.tree = sample_tree(layers);
  account_sample(analysis);
  return analysis;
}

// An image without a byte.
Analysis empty_analysis() {
  Analysis analysis;
  analysis.target = "empty.tar";
  analysis.tree = sample_tree({""});
  analysis.layers.resize(1);
  account_sample(analysis);
  return analysis;
}

Analysis analysis_named(std::string_view name) {
  if (name == "hostile") return hostile_analysis();
  if (name == "big") return big_analysis();
  if (name == "empty") return empty_analysis();
  return sample_analysis();
}

void print_page(std::string_view name) {
  AnalyzeReport report;
  auto analysis = std::make_shared<const Analysis>(analysis_named(name));
  auto row = [](std::string key, uint64_t bytes, uint64_t files) {
    return GroupRow{std::move(key), {bytes, 0, bytes / 3, files}, {}};
  };
  std::string place = name == "hostile" ? evil_text() : "Dockerfile:3";
  report.lost_by_line = {row(place, 43'300'000, 1), row("Dockerfile:7", 9'016'000, 3)};
  report.lost_by_dir = {row("/var/lib/apt/lists", 43'300'000, 1), row("/app", 9'016'000, 3)};
  report.lost_by_kind = {row("apt-lists", 43'300'000, 1), row("other", 9'016'000, 3)};
  report.lost_by_package = {row("[none]", 52'316'000, 4)};
  report.analysis = analysis;
  std::string page = find_format("html")->analyze(report, {});
  std::fwrite(page.data(), 1, page.size(), stdout);
}

void print_scan(std::string_view name) {
  ScanReport report = name == "scan-hostile" ? hostile_scan_report() : sample_scan_report();
  if (name == "scan-clean") {
    report.findings.clear();
    report.secrets.clear();
    report.checks.clear();
  }
  std::string page = find_format("html")->scan(report, {});
  std::fwrite(page.data(), 1, page.size(), stdout);
}

void print_slim(std::string_view name) {
  SlimReport report = sample_slim_report(name == "slim-hostile" ? evil_text() : "");
  std::string page = find_format("html")->slim(report, {});
  std::fwrite(page.data(), 1, page.size(), stdout);
}

}  // namespace
}  // namespace whittle::test

int main(int argc, char** argv) {
  std::string_view name = argc > 1 ? argv[1] : "sample";
  if (name.starts_with("scan")) {
    whittle::test::print_scan(name);
  } else if (name.starts_with("slim")) {
    whittle::test::print_slim(name);
  } else {
    whittle::test::print_page(name);
  }
  return 0;
}
