#include "lint/suppress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dockerfile/parser.h"

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Ids are their own rules, but for what names several.
std::vector<std::string> rules_of(std::string_view id) {
  if (id == "DL3009") return {"apt-lists", "apt-archives"};
  if (id == "nothing") return {};
  return {std::string(id)};
}

struct Parsed {
  Dockerfile file;
  Suppressions suppressions;
};

Parsed parsed(const std::string& text) {
  Result<Dockerfile> file = parse_dockerfile(text, "Dockerfile", Limits());
  EXPECT_TRUE(file.ok());
  Parsed result{std::move(*file), {}};
  result.suppressions = find_suppressions(result.file, rules_of);
  return result;
}

// Lines on which a finding of the rule that begins with the line's text is kept back.
std::vector<uint32_t> kept_back(const std::string& text, const std::string& rule) {
  Parsed all = parsed(text);
  std::vector<uint32_t> lines;
  for (uint32_t line = 1; line <= all.file.lines.line_count(); ++line) {
    Finding finding;
    finding.rule = rule;
    uint32_t begin = all.file.lines.line_begin(line);
    while (begin < text.size() && (text[begin] == ' ' || text[begin] == '\t')) ++begin;
    uint32_t end = all.file.lines.line_begin(line + 1);
    if (end <= begin + 1) continue;
    finding.range = {begin, end - 1};
    for (const Suppression& one : all.suppressions.list) {
      for (const SuppressedId& id : one.ids) {
        if (suppresses(one, id, finding)) lines.push_back(line);
      }
    }
  }
  return lines;
}

std::vector<std::string> ids_of(const std::string& comment) {
  Parsed all = parsed(comment + "\nFROM a\n");
  std::vector<std::string> ids;
  for (const Suppression& one : all.suppressions.list) {
    for (const SuppressedId& id : one.ids) ids.push_back(id.text);
  }
  return ids;
}

std::string reason_of(const std::string& comment) {
  Parsed all = parsed(comment + "\nFROM a\n");
  return all.suppressions.list.size() == 1 ? all.suppressions.list[0].reason : "(none)";
}

TEST(Suppress, ReadsWhatTheToolsWrite) {
  EXPECT_THAT(ids_of("# whittle: ignore=a,b -- why"), ElementsAre("a", "b"));
  EXPECT_THAT(ids_of("# whittle ignore = a , b"), ElementsAre("a", "b"));
  EXPECT_THAT(ids_of("# hadolint ignore=DL3001,SC1081 # why"), ElementsAre("DL3001", "SC1081"));
  EXPECT_THAT(ids_of("#hadolint ignore=DL3001"), ElementsAre("DL3001"));
  EXPECT_THAT(ids_of("# tally ignore=hadolint/DL3006,x;reason=why"),
              ElementsAre("hadolint/DL3006", "x"));
  EXPECT_THAT(ids_of("#checkov:skip=CKV_DOCKER_3:why"), ElementsAre("CKV_DOCKER_3"));
  EXPECT_THAT(ids_of("# trivy:ignore:AVD-DS-0022"), ElementsAre("AVD-DS-0022"));
  EXPECT_THAT(ids_of("# trivy:ignore:DS-0001:exp:2030-01-01 trivy:ignore:DS-0002"),
              ElementsAre("DS-0001", "DS-0002"));
  EXPECT_THAT(ids_of("# check=skip=A,B;error=true"), ElementsAre("A", "B"));
  EXPECT_THAT(ids_of("# dockerfile-utils: ignore"), ElementsAre(""));
}

TEST(Suppress, LeavesOtherCommentsAlone) {
  for (const char* comment : {"# hadolint",
                              "# hadolint ignore",
                              "# hadolint ignore=",
                              "# hadolint ignored=DL3006",
                              "# hadolints ignore=DL3006",
                              "# whittle: ignores nothing",
                              "# ignore=DL3006",
                              "# trivy:ignore:",
                              "# checkov:skip",
                              "# check=error=true",
                              "# dockerfile-utils: ignored"}) {
    EXPECT_THAT(ids_of(comment), IsEmpty()) << comment;
  }
}

TEST(Suppress, Reasons) {
  EXPECT_EQ(reason_of("# whittle: ignore=a -- the base needs it"), "the base needs it");
  EXPECT_EQ(reason_of("# hadolint ignore=DL3001 # the base needs it"), "the base needs it");
  EXPECT_EQ(reason_of("# hadolint ignore=DL3001 the base needs it"), "the base needs it");
  EXPECT_EQ(reason_of("# tally ignore=a;reason=the base needs it"), "the base needs it");
  EXPECT_EQ(reason_of("#checkov:skip=CKV_DOCKER_3:the base needs it"), "the base needs it");
  EXPECT_EQ(reason_of("# check=skip=A // the base needs it"), "the base needs it");
  EXPECT_EQ(reason_of("# whittle: ignore=a"), "");
}

TEST(Suppress, NextInstruction) {
  EXPECT_THAT(kept_back("FROM a\n# whittle: ignore=x\nRUN b \\\n  c\nRUN d\n", "x"),
              ElementsAre(3, 4));
  EXPECT_THAT(kept_back("FROM a\n# whittle: ignore=x\nRUN b\n", "y"), IsEmpty());
  // Stacked, and with other comments between.
  EXPECT_THAT(kept_back("FROM a\n# hadolint ignore=x\n# hadolint ignore=y\n# text\nRUN b\n", "x"),
              ElementsAre(5));
  // Not across an empty line.
  EXPECT_THAT(kept_back("FROM a\n# hadolint ignore=x\n\nRUN b\n", "x"), IsEmpty());
  EXPECT_THAT(kept_back("FROM a\nRUN b\n# hadolint ignore=x\n", "x"), IsEmpty());
}

TEST(Suppress, OneIdForSeveralRules) {
  EXPECT_THAT(kept_back("FROM a\n# hadolint ignore=DL3009\nRUN b\n", "apt-archives"),
              ElementsAre(3));
  EXPECT_THAT(kept_back("FROM a\n# hadolint ignore=nothing\nRUN b\n", "apt-archives"), IsEmpty());
}

TEST(Suppress, InsideOfARun) {
  std::string text = "FROM a\nRUN b \\\n  # whittle: ignore=x\n  && c \\\n  && d\n";
  EXPECT_THAT(kept_back(text, "x"), ElementsAre(4));
  // A finding about the whole instruction covers the line, too.
  Parsed all = parsed(text);
  Finding whole;
  whole.rule = "x";
  whole.range = all.file.instructions[1].range;
  EXPECT_TRUE(suppresses(all.suppressions.list[0], all.suppressions.list[0].ids[0], whole));
  // Text of a heredoc is no comment.
  EXPECT_THAT(kept_back("FROM a\nRUN <<E\n# whittle: ignore=x\nb\nE\n", "x"), IsEmpty());
}

TEST(Suppress, WholeFile) {
  for (const char* comment : {"# whittle: ignore-file=x -- why",
                              "# hadolint global ignore=x",
                              "# tally global ignore=x",
                              "#checkov:skip=x:why"}) {
    EXPECT_THAT(kept_back("FROM a\nRUN b\n" + std::string(comment) + "\n", "x"),
                ElementsAre(1, 2, 3))
        << comment;
  }
  EXPECT_THAT(kept_back("# check=skip=x\nFROM a\n", "x"), ElementsAre(1, 2));
  // Behind the first lines it speaks of the next instruction.
  EXPECT_THAT(kept_back("FROM a\n# check=skip=x // why\nRUN b\nRUN c\n", "x"), ElementsAre(3));
}

TEST(Suppress, StageWithoutItsFrom) {
  EXPECT_THAT(
      kept_back("FROM a\nRUN b\n# hadolint stage ignore=x\nFROM c\nRUN d\nRUN e\nFROM f\nRUN g\n",
                "x"),
      ElementsAre(5, 6));
  EXPECT_THAT(kept_back("FROM a\n# hadolint stage ignore=x\nRUN b\nRUN c\n", "x"), IsEmpty());
}

TEST(Suppress, FindingsAboutTheContextNeedTheFile) {
  Finding finding;
  finding.rule = "x";
  Parsed next = parsed("# whittle: ignore=x\nFROM a\n");
  EXPECT_FALSE(suppresses(next.suppressions.list[0], next.suppressions.list[0].ids[0], finding));
  Parsed file = parsed("# whittle: ignore-file=x\nFROM a\n");
  EXPECT_TRUE(suppresses(file.suppressions.list[0], file.suppressions.list[0].ids[0], finding));
}

TEST(Suppress, SkipAllIsAboutChecks) {
  Parsed all = parsed("# check=skip=all\nFROM a\n");
  ASSERT_EQ(all.suppressions.list.size(), 1U);
  const SuppressedId& id = all.suppressions.list[0].ids[0];
  EXPECT_FALSE(id.is_all);
  EXPECT_EQ(id.rules.size(), 22U);
  EXPECT_EQ(id.rules.count("StageNameCasing"), 1U);
}

TEST(Suppress, ErrorTrue) {
  EXPECT_TRUE(parsed("# check=error=true\nFROM a\n").suppressions.are_checks_errors);
  EXPECT_TRUE(parsed("# check=skip=A;error=true\nFROM a\n").suppressions.are_checks_errors);
  EXPECT_FALSE(parsed("# check=skip=A\nFROM a\n").suppressions.are_checks_errors);
}

TEST(Suppress, IdsOfOtherTools) {
  EXPECT_EQ(normal_rule_id("AVD-DS-0022"), "DS-0022");
  EXPECT_EQ(normal_rule_id("DS022"), "DS-0022");
  EXPECT_EQ(normal_rule_id("DS-0022"), "DS-0022");
  EXPECT_EQ(normal_rule_id("hadolint/DL3006"), "DL3006");
  EXPECT_EQ(normal_rule_id("DSx"), "DSx");
  EXPECT_EQ(normal_rule_id(" apt-lists "), "apt-lists");
}

std::vector<std::string> shells_of(const std::string& text) {
  Result<Dockerfile> file = parse_dockerfile(text, "Dockerfile", Limits());
  EXPECT_TRUE(file.ok());
  LintInput input = make_lint_input(*file, {}, Limits());
  std::vector<std::string> shells;
  for (size_t i = 0; i < file->instructions.size(); ++i) {
    if (file->instructions[i].kind == InstructionKind::Run)
      shells.push_back(input.evaluation.states[i].shell[0]);
  }
  return shells;
}

TEST(Suppress, ShellPragma) {
  EXPECT_THAT(shells_of("FROM a\n# hadolint shell=powershell\nRUN b\nRUN c\nFROM d\nRUN e\n"),
              ElementsAre("powershell", "powershell", "/bin/sh"));
  EXPECT_THAT(shells_of("# hadolint shell=bash\nFROM a\nRUN b\nFROM d\nRUN e\n"),
              ElementsAre("bash", "bash"));
  EXPECT_THAT(
      shells_of("# hadolint shell=bash\nFROM a\nRUN b\nSHELL [\"/bin/ash\", \"-c\"]\nRUN e\n"),
      ElementsAre("bash", "/bin/ash"));
}

}  // namespace
}  // namespace whittle
