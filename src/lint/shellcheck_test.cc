// ShellCheck's findings in the places of the Dockerfile. A small script answers in its place, so
// that the tests run where it is not installed; where it is, it is asked too.
#include "lint/shellcheck.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "dockerfile/edit.h"
#include "dockerfile/parser.h"
#include "support/fake_shellcheck.h"

namespace whittle {

namespace {

using test::FakeShellcheck;

std::string comment(int line, int column, int end_line, int end_column, int code) {
  return test::shellcheck_answer(
      test::shellcheck_comment(line, column, end_line, end_column, code));
}

Dockerfile parse(const std::string& text) {
  Result<Dockerfile> file = parse_dockerfile(text, "Dockerfile", Limits());
  EXPECT_TRUE(file.ok());
  return std::move(*file);
}

std::vector<Finding> run(const Dockerfile& file, const ShellcheckOptions& options) {
  LintInput input = make_lint_input(file, {}, Limits());
  Shellcheck shellcheck(options);
  Result<std::vector<Finding>> findings = shellcheck.findings(input, {}, CancelToken());
  EXPECT_TRUE(findings.ok());
  return std::move(*findings);
}

TEST(Shellcheck, PositionsCrossContinuationsAndCountCharacters) {
  // Line 3 of what is asked is "echo é   $x && y": `$x` is in columns 10 to 12.
  FakeShellcheck fake(comment(3, 10, 3, 12, 2086));
  Dockerfile file = parse("FROM debian\nENV A=1\nRUN echo é \\\n  $x && y\n");
  std::vector<Finding> findings = run(file, fake.options());
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].rule, "SC2086");
  EXPECT_EQ(findings[0].severity, Severity::Info);
  EXPECT_EQ(file.lines.position(findings[0].range.begin), (Position{4, 3}));
  EXPECT_EQ(fake.text("arguments"), "--norc -f json1 0\n");
  EXPECT_EQ(fake.text("input").substr(0, 37), "# shellcheck shell=dash\nexport A=1 HT");
}

TEST(Shellcheck, HeredocsWithTabsTakenOff) {
  // Line 4 of what is asked is "echo $x".
  FakeShellcheck fake(comment(4, 6, 4, 8, 2086));
  Dockerfile file =
      parse("FROM debian\nSHELL [\"/bin/bash\", \"-c\"]\nRUN <<-EOF\n\tset -e\n\techo $x\n\tEOF\n");
  std::vector<Finding> findings = run(file, fake.options());
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(file.text(findings[0].range), "$x");
  EXPECT_NE(fake.text("input").find("shell=bash"), std::string::npos);
}

TEST(Shellcheck, LeavesOutWhatABuildCannotAnswer) {
  for (int code : {1090, 1091, 2187})
    EXPECT_TRUE(
        run(parse("FROM debian\nRUN a\n"), FakeShellcheck(comment(3, 1, 3, 2, code)).options())
            .empty());
  FakeShellcheck fake(comment(3, 1, 3, 2, 2086));
  EXPECT_TRUE(run(parse("FROM debian\nRUN [\"a\"]\n"), fake.options()).empty());
  EXPECT_TRUE(run(parse("FROM debian\nSHELL [\"pwsh\"]\nRUN a\n"), fake.options()).empty());
  EXPECT_TRUE(run(parse("FROM debian\nRUN <<EOF\n#!/usr/bin/env python3\na\nEOF\n"), fake.options())
                  .empty());
  EXPECT_EQ(fake.text("arguments"), "");
  // The first lines are ours.
  for (int line : {1, 2})
    EXPECT_TRUE(run(parse("FROM debian\nRUN a\n"),
                    FakeShellcheck(comment(line, 1, line, 2, 2086)).options())
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
  Shellcheck shellcheck(options);
  EXPECT_FALSE(shellcheck.is_there());
  Dockerfile file = parse("FROM debian\nRUN a\n");
  LintInput input = make_lint_input(file, {}, Limits());
  Result<std::vector<Finding>> findings = shellcheck.findings(input, {}, CancelToken());
  ASSERT_FALSE(findings.ok());
  EXPECT_EQ(findings.error().kind(), ErrorKind::NotFound);
}

TEST(Shellcheck, AsksOnceAFileAndForWhatIsNew) {
  FakeShellcheck fake(R"({"comments":[]})");
  Shellcheck shellcheck(fake.options());
  auto ask = [&](const std::string& text) {
    Dockerfile file = parse(text);
    LintInput input = make_lint_input(file, {}, Limits());
    EXPECT_TRUE(shellcheck.findings(input, {}, CancelToken()).ok());
  };
  ask("FROM debian\nRUN a\nRUN b\nONBUILD RUN c\n");
  EXPECT_EQ(fake.text("arguments"), "--norc -f json1 0 1 2\n");
  ask("FROM debian\nRUN a\nRUN d\nRUN b\n");
  EXPECT_EQ(fake.text("arguments"), "--norc -f json1 0 1 2\n--norc -f json1 1\n");
  ask("FROM debian\nRUN b\n");
  EXPECT_EQ(fake.text("arguments"), "--norc -f json1 0 1 2\n--norc -f json1 1\n");
}

TEST(Shellcheck, CommandsWithHeredocs) {
  // Line 3 is the command, 4 and 5 the body.
  FakeShellcheck fake(comment(5, 1, 5, 3, 2086));
  Dockerfile file = parse("FROM debian\nRUN cat <<EOF > x && \\\n  y\na\n$b\nEOF\n");
  std::vector<Finding> findings = run(file, fake.options());
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(file.text(findings[0].range), "$b");
  EXPECT_NE(fake.text("input").find("\ncat <<EOF > x &&   y\na\n$b\nEOF\n"), std::string::npos);
}

TEST(Shellcheck, BashismsOnlyWhereTheShellIsKnown) {
  auto count = [](const std::string& base, bool is_sh_posix) {
    Dockerfile file = parse("FROM " + base + "\nRUN a\n");
    LintInput input = make_lint_input(file, {}, Limits());
    FakeShellcheck fake(comment(3, 1, 3, 2, 3010));
    Shellcheck shellcheck(fake.options());
    ShellcheckRequest request;
    request.is_sh_posix = is_sh_posix;
    Result<std::vector<Finding>> findings = shellcheck.findings(input, request, CancelToken());
    return findings.ok() ? findings->size() : 9;
  };
  EXPECT_EQ(count("debian", false), 1U);
  EXPECT_EQ(count("alpine", false), 0U);
  EXPECT_EQ(count("corp/thing", false), 0U);
  EXPECT_EQ(count("corp/thing", true), 1U);
}

TEST(Shellcheck, FixesAreItsOwn) {
  // "  a `b` \\" and "c": quotes around what is in columns 6 to 9, and a word for another.
  std::string fix =
      R"({"file":"0","line":3,"endLine":3,"column":6,"endColumn":9,"level":"style","code":2006,)"
      R"("message":"m.","fix":{"replacements":[)"
      R"({"line":3,"endLine":3,"column":9,"endColumn":9,"insertionPoint":"beforeStart","replacement":"]"},)"
      R"({"line":3,"endLine":3,"column":6,"endColumn":6,"insertionPoint":"afterEnd","replacement":"["},)"
      R"({"line":3,"endLine":3,"column":10,"endColumn":11,"insertionPoint":"afterEnd","replacement":"d"}]}})";
  FakeShellcheck fake(test::shellcheck_answer(fix));
  Dockerfile file = parse("FROM debian\nRUN echo `b`\\\n c\n");
  std::vector<Finding> findings = run(file, fake.options());
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].message, "m");
  ASSERT_TRUE(findings[0].fix);
  EXPECT_EQ(findings[0].fix->applicability, Applicability::Unsafe);
  Result<EditedText> edited = apply_edits(file.source, findings[0].fix->edits);
  ASSERT_TRUE(edited.ok());
  EXPECT_EQ(edited->text, "FROM debian\nRUN echo [`b`]\\\n d\n");
  // Heredocs are left alone.
  Dockerfile heredoc = parse("FROM debian\nRUN <<EOF\necho `b` c\nEOF\n");
  findings = run(heredoc, fake.options());
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_FALSE(findings[0].fix);
}

TEST(Shellcheck, AgreesWithTheRealOne) {
  if (!Shellcheck().is_there()) GTEST_SKIP() << "ShellCheck is not installed";
  Dockerfile file = parse(
      "FROM debian\nENV a.b=1 C=1\nRUN for f in *.x; do \\\n  # a comment\n  cp é $f /y; done\n"
      "RUN <<EOF\n#!/bin/bash\necho $known $C\nEOF\nRUN cat <<EOF > x && \\\n  cd $d\na\nEOF\n");
  std::vector<Finding> findings = run(file, {});
  std::vector<std::string> found;
  for (const Finding& finding : findings) {
    found.push_back(std::to_string(file.lines.line_of(finding.range.begin)) + " " + finding.rule +
                    " " + std::string(file.text(finding.range)));
  }
  // By hand, with what ShellCheck's wiki says of each.
  for (const char* wanted :
       {"5 SC2086 $f", "8 SC2154 $known", "8 SC2086 $known", "11 SC2164 cd $d"})
    EXPECT_NE(std::find(found.begin(), found.end(), wanted), found.end()) << wanted;
  EXPECT_EQ(std::find(found.begin(), found.end(), "7 SC1128 #!"), found.end());
}

}  // namespace

}  // namespace whittle
