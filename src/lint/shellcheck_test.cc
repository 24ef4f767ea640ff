// ShellCheck's findings in the places of the Dockerfile. A small script answers in its place, so
// that the tests run where it is not installed; where it is, it is asked too.
#include "lint/shellcheck.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "dockerfile/parser.h"

namespace whittle {

namespace {

// Writes what it was asked beside itself, and answers with `answer`.
class FakeShellcheck {
 public:
  explicit FakeShellcheck(const std::string& answer) {
    Result<TempDir> made = TempDir::make("shellcheck");
    EXPECT_TRUE(made.ok());
    folder_ = std::make_unique<TempDir>(std::move(*made));
    std::string script =
        "#!/bin/sh\ncd \"$(dirname \"$0\")\"\necho \"$@\" >> arguments\n"
        "cat >> input\ncat answer\n";
    EXPECT_TRUE(write_file_atomic(folder_->path() / "answer", answer).ok());
    EXPECT_TRUE(write_file_atomic(folder_->path() / "fake", script).ok());
    EXPECT_EQ(chmod((folder_->path() / "fake").c_str(), 0755), 0);
  }

  ShellcheckOptions options() const {
    ShellcheckOptions options;
    options.program = (folder_->path() / "fake").string();
    return options;
  }

  std::string text(const char* name) const {
    Result<std::string> text = read_file(folder_->path() / name, 1 << 20);
    return text.ok() ? *text : "";
  }

 private:
  std::unique_ptr<TempDir> folder_;
};

std::string comment(int line, int column, int end_line, int end_column, int code) {
  return R"({"comments":[{"file":"-","line":)" + std::to_string(line) + R"(,"endLine":)" +
         std::to_string(end_line) + R"(,"column":)" + std::to_string(column) + R"(,"endColumn":)" +
         std::to_string(end_column) + R"(,"level":"info","code":)" + std::to_string(code) +
         R"(,"message":"m","fix":null}]})";
}

Dockerfile parse(const std::string& text) {
  Result<Dockerfile> file = parse_dockerfile(text, "Dockerfile", Limits());
  EXPECT_TRUE(file.ok());
  return std::move(*file);
}

std::vector<Finding> run(const Dockerfile& file, const ShellcheckOptions& options) {
  LintInput input = make_lint_input(file, {}, Limits());
  Result<std::vector<Finding>> findings = shellcheck_findings(input, options, CancelToken());
  EXPECT_TRUE(findings.ok());
  return std::move(*findings);
}

TEST(Shellcheck, PositionsCrossContinuationsAndCountCharacters) {
  // Line 2 of the script is "echo é $x && y": `$x` is in columns 8 to 10.
  FakeShellcheck fake(comment(2, 8, 2, 10, 2086));
  Dockerfile file = parse("FROM debian\nENV A=1\nRUN echo é \\\n  $x && y\n");
  // The joined text keeps the blanks in front of `$x`: they stand in columns 8 and 9.
  std::vector<Finding> findings = run(file, fake.options());
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].rule, "SC2086");
  EXPECT_EQ(findings[0].severity, Severity::Info);
  EXPECT_EQ(file.lines.position(findings[0].range.begin).line, 4U);
  EXPECT_NE(fake.text("arguments").find("-f json1 -s sh -"), std::string::npos);
  EXPECT_EQ(fake.text("input").substr(0, 11), "export A=1 ");
}

TEST(Shellcheck, HeredocsWithTabsTakenOff) {
  // Line 3 of the script is "echo $x".
  FakeShellcheck fake(comment(3, 6, 3, 8, 2086));
  Dockerfile file =
      parse("FROM debian\nSHELL [\"/bin/bash\", \"-c\"]\nRUN <<-EOF\n\tset -e\n\techo $x\n\tEOF\n");
  std::vector<Finding> findings = run(file, fake.options());
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(file.text(findings[0].range), "$x");
  EXPECT_NE(fake.text("arguments").find("-s bash -"), std::string::npos);
}

TEST(Shellcheck, LeavesOutWhatABuildCannotAnswer) {
  for (int code : {1090, 1091, 2187})
    EXPECT_TRUE(
        run(parse("FROM debian\nRUN a\n"), FakeShellcheck(comment(2, 1, 2, 2, code)).options())
            .empty());
  FakeShellcheck fake(comment(2, 1, 2, 2, 2086));
  EXPECT_TRUE(run(parse("FROM debian\nRUN [\"a\"]\n"), fake.options()).empty());
  EXPECT_TRUE(run(parse("FROM debian\nSHELL [\"pwsh\"]\nRUN a\n"), fake.options()).empty());
  EXPECT_TRUE(run(parse("FROM debian\nRUN <<EOF\n#!/usr/bin/env python3\na\nEOF\n"), fake.options())
                  .empty());
  EXPECT_EQ(fake.text("arguments"), "");
  // The line of the exports is ours.
  EXPECT_TRUE(
      run(parse("FROM debian\nRUN a\n"), FakeShellcheck(comment(1, 1, 1, 2, 2086)).options())
          .empty());
}

TEST(Shellcheck, OtherAnswersGiveNothing) {
  for (const char* answer : {"", "no json", "[]", "{\"comments\":[1,{}]}", "{\"comments\":{}}"})
    EXPECT_TRUE(run(parse("FROM debian\nRUN a\n"), FakeShellcheck(answer).options()).empty())
        << answer;
  // Places behind the end are those of the end.
  Dockerfile file = parse("FROM debian\nRUN a\n");
  std::vector<Finding> findings =
      run(file, FakeShellcheck(comment(90, 90, 99, 99, 2086)).options());
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_LE(findings[0].range.end, file.source.size());
}

TEST(Shellcheck, IsAnErrorOnlyWhenMissing) {
  ShellcheckOptions options;
  options.program = "/nonexistent/shellcheck";
  EXPECT_FALSE(has_shellcheck(options, CancelToken()));
  Dockerfile file = parse("FROM debian\nRUN a\n");
  LintInput input = make_lint_input(file, {}, Limits());
  Result<std::vector<Finding>> findings = shellcheck_findings(input, options, CancelToken());
  ASSERT_FALSE(findings.ok());
  EXPECT_EQ(findings.error().kind(), ErrorKind::NotFound);
}

TEST(Shellcheck, AgreesWithTheRealOne) {
  if (!has_shellcheck({}, CancelToken())) GTEST_SKIP() << "ShellCheck is not installed";
  Dockerfile file =
      parse("FROM debian\nRUN for f in *.x; do \\\n  # a comment\n  cp é $f /y; done\n");
  std::vector<Finding> findings = run(file, {});
  bool is_found = false;
  for (const Finding& finding : findings)
    is_found = is_found || (finding.rule == "SC2086" && file.text(finding.range) == "$f");
  EXPECT_TRUE(is_found);
}

}  // namespace

}  // namespace whittle
