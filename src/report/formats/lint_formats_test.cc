#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "base/subprocess.h"
#include "report/formats/formats.h"
#include "support/sample_lint_report.h"

namespace whittle {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

std::string render(std::string_view format,
                   const LintReport& report,
                   const RenderOptions& options = {}) {
  const FormatInfo* info = find_format(format);
  CHECK(info != nullptr && info->lint != nullptr);
  return info->lint(report, options);
}

LintReport report_of(std::string text, Range range, std::string message = "It is so") {
  LintReport report;
  LintedFile& file = report.files.emplace_back();
  file.path = "Dockerfile";
  file.text = std::move(text);
  file.lines = LineIndex(file.text);
  Finding finding;
  finding.rule = "some-rule";
  finding.range = range;
  finding.message = std::move(message);
  file.findings = {finding};
  return report;
}

// Every foreign text replaced by something that wants to break out.
LintReport hostile_lint_report() {
  const std::string evil =
      "\x1b[31m ]]> <b a=\"'&\"> \xFF\xC2\x9B\x01\r\n::error::x,y %0A \xEF\xBF\xBE";
  LintReport report = sample_lint_report();
  LintedFile& file = report.files[0];
  file.path = file.error = evil;
  file.error.clear();
  file.text = evil + evil;
  file.lines = LineIndex(file.text);
  for (Finding& finding : file.findings) {
    finding.message = finding.help = evil;
    finding.range = {3, static_cast<uint32_t>(file.text.size())};
    finding.evidence = {{evil, evil}};
    if (finding.fix) finding.fix->title = finding.fix->edits[0].text = evil;
  }
  file.suppressed[0].reason = file.suppressed[0].by = evil;
  file.applied[0].title = evil;
  report.files[2].error = evil;
  for (RuleDescription& rule : report.rules) rule.why = rule.summary = rule.bad = evil;
  return report;
}

std::vector<std::string> lint_formats() {
  return format_names(&FormatInfo::lint);
}

TEST(LintFormats, RenderNothingAndEverything) {
  EXPECT_GE(lint_formats().size(), 23U);
  for (const std::string& format : lint_formats()) {
    SCOPED_TRACE(format);
    EXPECT_TRUE(is_valid_utf8(render(format, sample_lint_report())));
    EXPECT_TRUE(is_valid_utf8(render(format, hostile_lint_report())));
    render(format, {});
  }
}

TEST(LintFormats, JsonIsJson) {
  for (std::string_view format : {"json",
                                  "sarif",
                                  "gitlab",
                                  "sonarqube",
                                  "rdjson",
                                  "hadolint-json",
                                  "hadolint-sarif",
                                  "hadolint-sonarqube",
                                  "hadolint-gitlab_codeclimate"}) {
    SCOPED_TRACE(format);
    for (const LintReport& report : {sample_lint_report(), hostile_lint_report(), LintReport()}) {
      EXPECT_FALSE(json::parse(render(format, report), nullptr, false).is_discarded());
    }
  }
}

// By an independent reader: python's expat. Prints how many elements there are.
TEST(LintFormats, XmlIsXml) {
  if (find_program("python3").empty()) GTEST_SKIP() << "python3 is not installed";
  CancelToken cancel;
  for (std::string_view format : {"checkstyle", "junit", "hadolint-checkstyle", "hadolint-junit"}) {
    for (const LintReport& report : {sample_lint_report(), hostile_lint_report(), LintReport()}) {
      SCOPED_TRACE(format);
      Command command;
      command.args = {"python3",
                      "-c",
                      "import sys,xml.etree.ElementTree as e\n"
                      "print(len(list(e.fromstring(sys.stdin.buffer.read()).iter())))"};
      command.input = render(format, report);
      Result<CommandResult> result = run_command(command, cancel);
      ASSERT_TRUE(result.ok()) << result.error().message();
      EXPECT_EQ(result->exit_code, 0) << result->err << command.input;
    }
  }
}

TEST(TextFormat, ShowsTheExactPlace) {
  EXPECT_EQ(render("text", sample_lint_report()),
            R"(app/Dockerfile:1:6: warning: `untagged-image` is found, which is bad [untagged-image]
  |
1 | FROM debian
  |      ^^^^^^
  = help: Do otherwise
  = unsafe fix: Pin the tag

app/Dockerfile:2:17: info: `apt-lists` is found, which is bad [apt-lists]
  |
2 | RUN echo "🐳" && apt-get update && \
  |                  ^^^^^^^^^^^^^^^^^^^
3 |     apt-get install -y \
  |     ^^^^^^^^^^^^^^^^^^
  = help: Do otherwise
  = evidence: bytes 43305472, files 12
  = saves: 41.3 MiB

app/Dockerfile:3:2: error: `no-errexit` is found, which is bad [no-errexit]
  |
3 |     apt-get install -y \
  |     ^^^^^^^^^^^^^^^
  = help: Do otherwise
  = safe fix: Quote it

app/Dockerfile:6:1: style: `shell-form` is found, which is bad [shell-form]
  |
6 | CMD run
  | ^^^^^^^
  = help: Do otherwise
  = shown fix: Write JSON

c/locked: error: cannot read c/locked: permission denied [unreadable-file]
app/Dockerfile:3: fixed: Add `-y` [apt-yes]
5 findings in 3 files: 2 errors, 1 warning, 1 info, 1 style; 1 fixed; 2 suppressed
Can be fixed: 1 with --fix, 1 more with --unsafe-fixes
)");
}

TEST(TextFormat, SaysThatNothingWasFound) {
  LintReport report;
  report.files.resize(2);
  EXPECT_EQ(render("text", report), "No findings in 2 files\n");
}

TEST(TextFormat, ForeignTextDrivesNoTerminal) {
  RenderOptions options;
  options.verbose = true;
  std::string text = render("text", hostile_lint_report(), options);
  for (char c : text) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n') << text;
}

TEST(JsonFormat, HasPlacesInBytesAndCharacters) {
  json report = json::parse(render("json", sample_lint_report()));
  const json& finding = report["files"][0]["findings"][1];
  // "FROM debian\n" are 12 bytes; `RUN echo "` 10, the whale 4 (one character), `" && ` 5.
  EXPECT_EQ(finding["range"]["begin"], json({{"offset", 31}, {"line", 2}, {"column", 17}}));
  EXPECT_EQ(finding["range"]["end"], json({{"offset", 70}, {"line", 3}, {"column", 20}}));
  EXPECT_EQ(finding["expected_saving_bytes"], 43305472);
  EXPECT_EQ(report["files"][0]["findings"][2]["fix"]["edits"].size(), 2U);
  EXPECT_EQ(report["files"][0]["suppressed"][0]["reason"], "old");
  EXPECT_EQ(report["summary"]["errors"], 2);
  EXPECT_EQ(report["files"][2]["error"], "cannot read c/locked: permission denied");
}

TEST(JsonFormat, LintMeetsItsSchema) {
  if (find_program("python3").empty()) GTEST_SKIP() << "python3 is not installed";
  const std::string root = WHITTLE_SOURCE_DIR;
  CancelToken cancel;
  for (const LintReport& report : {sample_lint_report(), hostile_lint_report(), LintReport()}) {
    Command command;
    command.args = {"python3",
                    root + "/tests/cli/validate_json.py",
                    root + "/docs/json-schema/lint.schema.json"};
    command.input = render("json", report);
    Result<CommandResult> result = run_command(command, cancel);
    ASSERT_TRUE(result.ok()) << result.error().message();
    if (result->exit_code == 77) GTEST_SKIP() << result->out;
    EXPECT_EQ(result->exit_code, 0) << result->out << result->err;
  }
}

TEST(SarifFormat, HasRulesRegionsFixesAndSuppressions) {
  json run = json::parse(render("sarif", sample_lint_report()))["runs"][0];
  const json& results = run["results"];
  ASSERT_EQ(results.size(), 6U);  // four findings, two suppressed ones; the locked file is none
  for (const json& result : results) {
    EXPECT_EQ(run["tool"]["driver"]["rules"][result["ruleIndex"].get<size_t>()]["id"],
              result["ruleId"]);
    EXPECT_EQ(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
              "app/Dockerfile");
  }
  // The whale is two UTF-16 units.
  const json& region = results[1]["locations"][0]["physicalLocation"]["region"];
  EXPECT_EQ(region["startColumn"], 18);
  EXPECT_EQ(region["endLine"], 3);
  EXPECT_EQ(region["endColumn"], 20);
  EXPECT_EQ(region["byteOffset"], 31);
  const json& fix = results[2]["fixes"][0];
  EXPECT_EQ(fix["artifactChanges"][0]["replacements"].size(), 2U);
  EXPECT_FALSE(results[3].contains("fixes"));  // only shown
  EXPECT_EQ(results[4]["suppressions"][0]["kind"], "inSource");
  EXPECT_EQ(results[4]["suppressions"][0]["justification"], "old");
  EXPECT_EQ(results[5]["suppressions"][0]["kind"], "external");
  EXPECT_EQ(run["invocations"][0]["executionSuccessful"], false);
  EXPECT_EQ(run["tool"]["driver"]["rules"][0]["properties"]["security-severity"], "9.0");
}

TEST(SarifFormat, FingerprintsOutliveShiftedLines) {
  auto fingerprints = [](const LintReport& report) {
    std::vector<std::string> found;
    json run = json::parse(render("sarif", report))["runs"][0];
    for (const json& result : run["results"]) {
      found.push_back(result["partialFingerprints"]["whittleFinding/v1"]);
    }
    return found;
  };
  LintReport report = sample_lint_report();
  std::vector<std::string> before = fingerprints(report);
  LintedFile& file = report.files[0];
  file.text = "# one more line\n" + file.text;
  file.lines = LineIndex(file.text);
  for (Finding& finding : file.findings) {
    finding.range = {finding.range.begin + 16, finding.range.end + 16};
  }
  for (SuppressedFinding& hidden : file.suppressed) {
    hidden.finding.range = {hidden.finding.range.begin + 16, hidden.finding.range.end + 16};
  }
  EXPECT_EQ(fingerprints(report), before);
  std::sort(before.begin(), before.end());
  EXPECT_EQ(std::unique(before.begin(), before.end()), before.end());
}

TEST(GithubFormat, IsCommandsOneALine) {
  EXPECT_EQ(render("github", sample_lint_report()),
            "::warning file=app/Dockerfile,line=1,endLine=1,col=6,endColumn=12,title=untagged-image"
            "::`untagged-image` is found, which is bad. Do otherwise\n"
            "::notice file=app/Dockerfile,line=2,endLine=3,title=apt-lists"
            "::`apt-lists` is found, which is bad. Do otherwise\n"
            "::error file=app/Dockerfile,line=3,endLine=3,col=2,endColumn=17,title=no-errexit"
            "::`no-errexit` is found, which is bad. Do otherwise\n"
            "::notice file=app/Dockerfile,line=6,endLine=6,col=1,endColumn=8,title=shell-form"
            "::`shell-form` is found, which is bad. Do otherwise\n"
            "::error file=c/locked,title=unreadable-file"
            "::cannot read c/locked: permission denied\n");
}

TEST(GithubFormat, EscapesWhatTheRunnerReads) {
  LintReport report = report_of("FROM x\n", {0, 4}, "100%\r\n::error::x");
  report.files[0].path = "a:b,c%";
  EXPECT_EQ(render("github", report),
            "::warning file=a%3Ab%2Cc%25,line=1,endLine=1,col=1,endColumn=5,title=some-rule"
            "::100%25%0D%0A::error::x\n");
}

TEST(GitlabFormat, FingerprintsAreUniqueInTheReport) {
  LintReport report = sample_lint_report();
  report.files[1] = report.files[0];
  report.files[1].path = "b/Dockerfile";
  json issues = json::parse(render("gitlab", report));
  std::set<std::string> seen;
  for (const json& issue : issues) seen.insert(issue["fingerprint"].get<std::string>());
  EXPECT_EQ(issues.size(), 9U);
  EXPECT_EQ(seen.size(), issues.size());
  EXPECT_EQ(issues[1]["location"],
            json({{"path", "app/Dockerfile"}, {"lines", {{"begin", 2}, {"end", 3}}}}));
  EXPECT_EQ(issues[2]["severity"], "critical");
}

TEST(GnuFormat, HasTheRange) {
  EXPECT_EQ(render("gnu", sample_lint_report()),
            "whittle:app/Dockerfile:1.6-11: warning: `untagged-image` is found, which is bad "
            "[untagged-image]\n"
            "whittle:app/Dockerfile:2.17-3.19: info: `apt-lists` is found, which is bad "
            "[apt-lists]\n"
            "whittle:app/Dockerfile:3.2-16: error: `no-errexit` is found, which is bad "
            "[no-errexit]\n"
            "whittle:app/Dockerfile:6.1-7: style: `shell-form` is found, which is bad "
            "[shell-form]\n"
            "whittle:c/locked: error: cannot read c/locked: permission denied "
            "[unreadable-file]\n");
}

TEST(RdjsonFormat, SuggestsAFixAsOneEdit) {
  json report = json::parse(render("rdjson", sample_lint_report()));
  const json& diagnostics = report["diagnostics"];
  ASSERT_EQ(diagnostics.size(), 5U);
  // Columns count bytes: the whale has four.
  EXPECT_EQ(diagnostics[1]["location"]["range"]["start"], json({{"line", 2}, {"column", 20}}));
  const json& suggestion = diagnostics[2]["suggestions"][0];
  EXPECT_EQ(suggestion["text"], "\"apt-get install\"");
  EXPECT_EQ(suggestion["range"]["start"], json({{"line", 3}, {"column", 2}}));
  EXPECT_EQ(suggestion["range"]["end"], json({{"line", 3}, {"column", 17}}));
  EXPECT_FALSE(diagnostics[3].contains("suggestions"));
  std::string lines = render("rdjsonl", sample_lint_report());
  EXPECT_EQ(json::parse(split_lines(lines)[2]), diagnostics[2]);
}

TEST(SonarqubeFormat, HasRulesAndRangesThatAreNotEmpty) {
  json report = json::parse(render("sonarqube", sample_lint_report()));
  EXPECT_EQ(report["rules"].size(), 6U);
  EXPECT_EQ(report["issues"][1]["primaryLocation"]["textRange"],
            json({{"startLine", 2}, {"startColumn", 17}, {"endLine", 3}, {"endColumn", 19}}));
  EXPECT_EQ(report["issues"][4]["primaryLocation"]["textRange"], json({{"startLine", 1}}));
}

TEST(CodeclimateFormat, EndsEachIssueWithNul) {
  std::string text = render("codeclimate", sample_lint_report());
  EXPECT_EQ(std::count(text.begin(), text.end(), '\0'), 5);
  json issue = json::parse(text.substr(0, text.find('\0')));
  EXPECT_EQ(issue["type"], "issue");
  EXPECT_EQ(issue["location"]["positions"]["begin"], json({{"line", 1}, {"column", 6}}));
}

}  // namespace
}  // namespace whittle
