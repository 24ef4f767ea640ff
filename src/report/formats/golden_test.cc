// Every form of a scan and of an inventory, byte by byte: tests/golden holds what the sample
// reports give. UPDATE_GOLDEN=1 writes them anew; tests/golden/golden_test.py holds them against
// the rules of the formats and against what the samples are known to hold.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "base/fs.h"
#include "base/strings.h"
#include "report/formats/formats.h"
#include "support/sample_scan_report.h"

namespace whittle {
namespace {

using test::sample_scan_report;

fs::path folder() {
  return fs::path(WHITTLE_SOURCE_DIR) / "tests" / "golden";
}

// Of a page, the data: the rest is data/html/scan as it is.
std::string data_of_page(const std::string& page) {
  size_t begin = page.find("{\"schema_version\"");
  size_t end = page.find("</script", begin);
  CHECK(begin != std::string::npos && end != std::string::npos);
  return page.substr(begin, end - begin) + "\n";
}

std::string program_version() {
  std::string text = find_format("json")->scan(sample_scan_report(), {});
  return nlohmann::json::parse(text)["tool"]["version"].get<std::string>();
}

// What stays the same from one version of the program to the next.
std::string lasting(const FormatInfo& format, const std::string& text) {
  static const std::string version = program_version();
  std::string out = format.name == "html" ? data_of_page(text) : text;
  return replace_all(out, version, "0.0.0");
}

void compare(const std::string& name, const std::string& text) {
  SCOPED_TRACE(name);
  fs::path file = folder() / name;
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file_atomic(file, text).ok());
  }
  Result<std::string> expected = read_file(file, 1 << 20);
  ASSERT_TRUE(expected.ok()) << "UPDATE_GOLDEN=1 writes it";
  EXPECT_EQ(text, *expected);
}

std::string file_name(std::string_view report, const FormatInfo& format) {
  return std::string(report) + "." + std::string(format.name) + "." + std::string(format.extension);
}

TEST(Golden, EveryFormOfAScan) {
  ScanReport report = sample_scan_report();
  report.show_suppressed = true;
  RenderOptions options;
  options.width = 100;
  for (const FormatInfo& format : format_table()) {
    if (format.scan == nullptr) continue;
    compare(file_name("scan", format), lasting(format, format.scan(report, options)));
  }
}

TEST(Golden, EveryFormOfAnInventory) {
  SbomReport report;
  report.analysis = sample_scan_report().analysis;
  report.created_seconds = 1'767'322'800;  // 2026-01-02T03:00:00Z
  RenderOptions options;
  options.width = 100;
  for (const FormatInfo& format : format_table()) {
    if (format.sbom == nullptr) continue;
    compare(file_name("sbom", format), lasting(format, format.sbom(report, options)));
  }
}

// A form that is taken from the table leaves no file behind.
TEST(Golden, EveryFileIsCompared) {
  std::set<std::string> expected;
  for (const FormatInfo& format : format_table()) {
    if (format.scan != nullptr) expected.insert(file_name("scan", format));
    if (format.sbom != nullptr) expected.insert(file_name("sbom", format));
  }
  for (const fs::directory_entry& entry : fs::directory_iterator(folder())) {
    std::string name = entry.path().filename().string();
    bool is_report = name.starts_with("scan.") || name.starts_with("sbom.");
    EXPECT_TRUE(!is_report || expected.contains(name)) << name;
  }
}

}  // namespace
}  // namespace whittle
