// hadolint's formats against hadolint itself: its JSON gives the findings, our rendering of them
// must be the bytes that it prints in its other formats.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/fs.h"
#include "base/subprocess.h"
#include "report/formats/formats.h"
#include "support/sample_lint_report.h"

namespace whittle {
namespace {

using nlohmann::json;

std::string render(std::string_view format, const LintReport& report, bool color = false) {
  RenderOptions options;
  options.color = color;
  return find_format(format)->lint(report, options);
}

TEST(HadolintFormats, TtyNamesIdsAndInstructionLines) {
  // The third finding is on line 3, in the instruction of line 2; its rule has no id of hadolint.
  EXPECT_EQ(render("hadolint-tty", sample_lint_report()),
            "app/Dockerfile:1 DL3006 warning: `untagged-image` is found, which is bad\n"
            "app/Dockerfile:2 DL3009 info: `apt-lists` is found, which is bad\n"
            "app/Dockerfile:2 WH2999 error: `no-errexit` is found, which is bad\n"
            "app/Dockerfile:6 DL3025 style: `shell-form` is found, which is bad\n"
            "c/locked:1:1 cannot read c/locked: permission denied \n");
}

TEST(HadolintFormats, TtyColoursTheLevel) {
  std::string text = render("hadolint-tty", sample_lint_report(), true);
  EXPECT_NE(text.find("DL3006 \x1b[1m\x1b[93mwarning\x1b[0m: "), std::string::npos);
  EXPECT_NE(text.find("DL3009 \x1b[92minfo\x1b[0m: "), std::string::npos);
}

TEST(HadolintFormats, OneFindingAnIdAndInstruction) {
  LintReport report = sample_lint_report();
  LintedFile& file = report.files[0];
  file.findings.push_back(file.findings[1]);
  EXPECT_EQ(json::parse(render("hadolint-json", report)).size(), 5U);
}

// From hadolint 2.15.1 itself, for `FROM debian`.
TEST(HadolintFormats, FingerprintIsThatOfHadolint) {
  LintReport report;
  report.rules = {described("untagged-image", "WH2001", {"DL3006"}, Severity::Warning)};
  LintedFile& file = report.files.emplace_back();
  file.path = "Dockerfile";
  file.text = "FROM debian\n";
  file.lines = LineIndex(file.text);
  Finding finding;
  finding.rule = "untagged-image";
  finding.message = "Always tag the version of an image explicitly";
  file.findings = {finding};
  EXPECT_EQ(json::parse(render("hadolint-gitlab_codeclimate", report))[0]["fingerprint"],
            "a5f619896c28deda3bf91ec64062b6849dab3183");
}

std::string output_of(std::vector<std::string> args) {
  Command command;
  command.args = std::move(args);
  Result<CommandResult> result = run_command(command, CancelToken());
  EXPECT_TRUE(result.ok());
  return result.ok() ? result->out : "";
}

Severity severity_of(const std::string& level) {
  for (Severity one : {Severity::Style, Severity::Info, Severity::Warning, Severity::Error}) {
    if (to_text(one) == level) return one;
  }
  return Severity::Error;
}

// The report behind hadolint's JSON; files in the order of `paths`.
LintReport report_from(const json& findings, const std::vector<std::string>& paths) {
  LintReport report;
  for (const std::string& path : paths) {
    LintedFile& file = report.files.emplace_back();
    file.path = path;
    file.text = *read_file(path, 1 << 20);
    file.lines = LineIndex(file.text);
    for (const json& one : findings) {
      if (one["file"] != path) continue;
      Finding finding;
      std::string code = one["code"];
      finding.rule = code == "DL1000" ? "parse-error" : "rule-of-" + code;
      finding.severity = severity_of(one["level"]);
      finding.message = one["message"];
      uint32_t begin = file.lines.line_begin(one["line"]) + one["column"].get<uint32_t>() - 1;
      finding.range = {begin, begin};
      file.findings.push_back(finding);
      report.rules.push_back(described(finding.rule, "", {code}, finding.severity));
    }
  }
  return report;
}

// The run's time is in it, ours is always the same.
std::string without_times(std::string text) {
  size_t begin = text.find("<testsuites");
  size_t end = text.find('>', begin);
  return begin == std::string::npos ? text : text.erase(begin, end - begin);
}

TEST(HadolintFormats, AreTheBytesOfHadolint) {
  if (find_program("hadolint").empty()) GTEST_SKIP() << "hadolint is not installed";
  Result<TempDir> dir = TempDir::make("hadolint");
  ASSERT_TRUE(dir.ok());
  std::vector<std::string> paths;
  auto add = [&](std::string_view name, std::string_view text) {
    paths.push_back((dir->path() / name).string());
    ASSERT_TRUE(write_file_atomic(paths.back(), text).ok());
  };
  add("a<b>&\"'\xC3\xA9", "FROM debian\nRUN cd / && \\\n  echo $FOO\nMAINTAINER x\n");
  add("broken", "FROM debian:12\n \xC3\xA9 RUM x\n");
  add("clean", "FROM debian:12\n");
  add("style", "FROM debian:12\nLABEL +x=1\nENTRYPOINT y\n");
  auto hadolint = [&](const std::string& format) {
    std::vector<std::string> args = {"hadolint", "--no-color", "-f", format};
    args.insert(args.end(), paths.begin(), paths.end());
    return output_of(args);
  };
  LintReport report = report_from(json::parse(hadolint("json")), paths);
  for (std::string format : {"tty",
                             "json",
                             "checkstyle",
                             "codeclimate",
                             "gitlab_codeclimate",
                             "gnu",
                             "codacy",
                             "sonarqube",
                             "sarif",
                             "junit"}) {
    EXPECT_EQ(without_times(render("hadolint-" + format, report)), without_times(hadolint(format)))
        << format;
  }
}

}  // namespace
}  // namespace whittle
