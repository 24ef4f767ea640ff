#include "dockerfile/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/strings.h"
#include "support/dockerfile.h"

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> tokens_of(const Dockerfile& file) {
  const std::vector<std::string> kNames = {"bom",
                                           "blank",
                                           "newline",
                                           "comment",
                                           "directive",
                                           "keyword",
                                           "flag",
                                           "argument",
                                           "continuation",
                                           "body",
                                           "end",
                                           "garbage"};
  std::vector<std::string> out;
  for (const Token& token : file.tokens) {
    if (token.kind == TokenKind::Blank || token.kind == TokenKind::Newline) continue;
    out.push_back(kNames[static_cast<size_t>(token.kind)] + ":" +
                  std::string(file.text(token.range)));
  }
  return out;
}

std::vector<std::string> texts_of(const std::vector<Word>& words) {
  std::vector<std::string> out;
  for (const Word& word : words) out.push_back(word.text);
  return out;
}

TEST(Parser, TilesTheTextWithTokens) {
  Dockerfile file = parse_ok(
      "\xEF\xBB\xBF# syntax=x\n\n # c\nFROM --platform=a  b  AS c \nRUN --mount=type=cache,\\\n"
      "  target=/x  a  b \\ \n# d\n\t\n  <<E\nbody\nE\nFOO bar baz\n");
  EXPECT_THAT(tokens_of(file),
              ElementsAre("bom:\xEF\xBB\xBF",
                          "directive:# syntax=x",
                          "comment:# c",
                          "keyword:FROM",
                          "flag:--platform=a",
                          "argument:b  AS c",
                          "keyword:RUN",
                          "flag:--mount=type=cache,",
                          "continuation:\\",
                          "argument:target=/x  a  b",
                          "continuation:\\ ",
                          "comment:# d",
                          "argument:<<E",
                          "body:body\n",
                          "end:E",
                          "keyword:FOO",
                          "garbage:bar baz"));
  expect_lossless(file);
}

TEST(Parser, JoinsAFlagAcrossAContinuationOnlyWhereNoBlankIs) {
  Dockerfile file =
      parse_ok("FROM a\nRUN --mount=type=cache,\\\ntarget=/x --net\\\n# c\n\nwork=none apt\n");
  const Instruction& run = file.instructions[1];
  ASSERT_EQ(2U, run.flags.size());
  EXPECT_EQ("type=cache,target=/x", run.flags[0].value);
  EXPECT_EQ("--mount=type=cache,\\\ntarget=/x", file.text(run.flags[0].range));
  EXPECT_EQ("type=cache,\\\ntarget=/x", file.text(run.flags[0].value_range));
  EXPECT_EQ("network", run.flags[1].name);
  EXPECT_EQ("--net\\\n# c\n\nwork=none", file.text(run.flags[1].range));
  EXPECT_EQ("none", file.text(run.flags[1].value_range));
  EXPECT_EQ("apt", run.text);
  EXPECT_FALSE(file.has_errors());
}

TEST(Parser, GivesWordsTheirPlacesAcrossContinuations) {
  std::string text =
      "FROM x\r\nCOPY --chown=a \\\r\n   # why\r\n\r\n  src/a  sr\\\r\nc/b\\\r\n  /dest \r\n";
  Dockerfile file = parse_ok(text);
  EXPECT_EQ("\r\n", file.line_end);
  const Instruction& copy = file.instructions[1];
  EXPECT_THAT(texts_of(copy.words), ElementsAre("src/a", "src/b", "/dest"));
  EXPECT_EQ("src/a", file.text(copy.words[0].range));
  EXPECT_EQ("sr\\\r\nc/b", file.text(copy.words[1].range));
  EXPECT_EQ("/dest", file.text(copy.words[2].range));
  EXPECT_EQ("src/a  src/b  /dest", copy.text);
  EXPECT_EQ("src/a  sr\\\r\nc/b\\\r\n  /dest", file.text(copy.arguments));
  ASSERT_EQ(1U, copy.comments.size());
  EXPECT_EQ("# why", file.text(copy.comments[0]));
  ASSERT_EQ(1U, copy.empty_lines.size());
  EXPECT_EQ("\r\n", file.text(copy.empty_lines[0]));
  EXPECT_EQ(text.size() - 2, copy.range.end);
  EXPECT_EQ(2U, copy.first_line);
  EXPECT_EQ(7U, copy.last_line);
  EXPECT_EQ("4w an empty line inside a continued instruction\n", problems_of(file));
}

TEST(Parser, MapsTheJoinedTextBackToTheFile) {
  Dockerfile file = parse_ok("FROM a\nRUN one \\\n  # c\n  two \\\n  three\n");
  const Instruction& run = file.instructions[1];
  EXPECT_EQ("one   two   three", run.text);
  auto at = static_cast<uint32_t>(run.text.find("two"));
  EXPECT_EQ("two", file.text(run.source_range(at, at + 3)));
  EXPECT_EQ("one \\\n  # c\n  two", file.text(run.source_range(0, at + 3)));
}

TEST(Parser, TakesTwoEscapeCharactersAsNoContinuation) {
  Dockerfile file = parse_ok("FROM a\nWORKDIR C:\\\\\nRUN b \\\\\\\nUSER c\n");
  ASSERT_EQ(4U, file.instructions.size());
  EXPECT_EQ("C:\\\\", file.instructions[1].text);
  EXPECT_EQ("b \\\\\\", file.instructions[2].text);
}

TEST(Parser, TakesABareContinuationBeforeTheKeyword) {
  Dockerfile file = parse_ok("FROM a\n\\\n# c\n\n  RUN b\n");
  expect_lossless(file);
  ASSERT_EQ(2U, file.instructions.size());
  EXPECT_EQ("RUN b", file.text(file.instructions[1].range));
  EXPECT_EQ(2U, file.instructions[1].first_line);
  EXPECT_TRUE(file.instructions[1].comments.empty());
}

TEST(Parser, EndsAContinuationAtTheEndOfTheFile) {
  Dockerfile file = parse_ok("FROM a\nRUN b \\\n# c\n\n");
  ASSERT_EQ(2U, file.instructions.size());
  EXPECT_EQ("b", file.instructions[1].text);
  EXPECT_EQ(4U, file.instructions[1].last_line);
  EXPECT_FALSE(file.has_errors());
}

TEST(Parser, FollowsTheEscapeDirective) {
  Dockerfile file = parse_ok("# escape=`\r\nFROM a\r\nRUN b `\r\n  C:\\\r\nENV x=a` b y=\\\n");
  EXPECT_EQ('`', file.escape);
  ASSERT_EQ(3U, file.instructions.size());
  EXPECT_EQ("b   C:\\", file.instructions[1].text);
  ASSERT_EQ(2U, file.instructions[2].pairs.size());
  EXPECT_EQ("a` b", file.instructions[2].pairs[0].value);
  EXPECT_EQ("\\", file.instructions[2].pairs[1].value);
}

TEST(Parser, ReadsDirectivesOnlyAtTheTop) {
  Dockerfile file = parse_ok(" # Syntax = a b \n#escape=`\n# other=1\n# check=skip=all\nFROM a\n");
  ASSERT_EQ(2U, file.directives.size());
  EXPECT_EQ("syntax", file.directives[0].key);
  EXPECT_EQ("a b", file.directives[0].value);
  EXPECT_EQ("a b", file.text(file.directives[0].value_range));
  EXPECT_EQ("# Syntax = a b ", file.text(file.directives[0].range));
  EXPECT_EQ('`', file.escape);
  EXPECT_EQ('\\', parse_ok("\n# escape=`\nFROM a").escape);
  EXPECT_EQ('\\', parse_ok("# a comment\n# escape=`\nFROM a").escape);
}

TEST(Parser, RefusesBadDirectives) {
  EXPECT_EQ("1: the escape character is `x`, not `\\` or a backtick\n",
            problems_of(parse_ok("# escape=x\nFROM a")));
  EXPECT_EQ("2: the directive `syntax` is given twice\n",
            problems_of(parse_ok("# syntax=x\n# Syntax=y\nFROM a")));
}

TEST(Parser, ReadsSeveralHeredocs) {
  std::string text = "FROM a\nRUN <<A 3<<-'B c' \\\n  cat <<\"\"\n$x\nA\n\t\ttwo\n\tB c\nUSER u\n";
  Dockerfile file = parse_ok(text);
  ASSERT_EQ(3U, file.instructions.size()) << problems_of(file);
  const Instruction& run = file.instructions[1];
  ASSERT_EQ(2U, run.heredocs.size());
  EXPECT_EQ("A", run.heredocs[0].name);
  EXPECT_TRUE(run.heredocs[0].expand);
  EXPECT_EQ("$x\n", run.heredocs[0].content);
  EXPECT_EQ("<<A", file.text(run.heredocs[0].word));
  EXPECT_EQ("$x\n", file.text(run.heredocs[0].body));
  EXPECT_EQ("A", file.text(run.heredocs[0].terminator));
  const Heredoc& second = run.heredocs[1];
  EXPECT_EQ("B c", second.name);
  EXPECT_EQ(3U, second.fd);
  EXPECT_FALSE(second.expand);
  EXPECT_TRUE(second.strip_tabs);
  EXPECT_EQ("two\n", second.content);
  EXPECT_EQ("3<<-'B c'", file.text(second.word));
  EXPECT_EQ("\t\ttwo\n", file.text(second.body));
  EXPECT_EQ("\tB c", file.text(second.terminator));
  EXPECT_EQ(second.terminator.end, run.range.end);
  EXPECT_EQ(2U, run.first_line);
  EXPECT_EQ(7U, run.last_line);
  EXPECT_EQ("<<A 3<<-'B c'   cat <<\"\"", run.text);
}

TEST(Parser, ReadsHeredocsWithOddNamesAndLineEnds) {
  Dockerfile file = parse_ok("FROM a\r\nRUN \\\r\n <<.\r\nx\r\n.\r\nCOPY <<f.txt /d\r\nf.txt\r\n");
  ASSERT_EQ(3U, file.instructions.size());
  EXPECT_EQ(".", file.instructions[1].heredocs[0].name);
  EXPECT_EQ("x\n", file.instructions[1].heredocs[0].content);
  EXPECT_EQ("x\r\n", file.text(file.instructions[1].heredocs[0].body));
  EXPECT_EQ("", file.instructions[2].heredocs[0].content);
  EXPECT_TRUE(file.instructions[2].heredocs[0].body.empty());
  expect_lossless(file);
}

TEST(Parser, ReportsAnUnterminatedHeredocAtItsWord) {
  Dockerfile file = parse_ok("FROM a\nRUN <<EOF\nUSER x\n EOF");
  ASSERT_EQ(2U, file.instructions.size());
  ASSERT_EQ(1U, file.problems.size());
  EXPECT_EQ("<<EOF", file.text(file.problems[0].range));
  EXPECT_EQ("the heredoc has no closing line `EOF`", file.problems[0].message);
  const Heredoc& heredoc = file.instructions[1].heredocs[0];
  EXPECT_FALSE(heredoc.terminated);
  EXPECT_EQ("USER x\n EOF", heredoc.content);
  EXPECT_TRUE(heredoc.terminator.empty());
  expect_lossless(file);
}

TEST(Parser, LeavesWordsAloneThatOpenNoHeredoc) {
  for (const char* text : {"RUN cat<<EOF",
                           "RUN [\"<<EOF\"]",
                           "RUN \"<<EOF\"",
                           "RUN a <<<EOF",
                           "RUN echo it's <<EOF",
                           "USER <<EOF",
                           "RUN echo $((1<<2))",
                           "RUN a \\<<EOF"}) {
    Dockerfile file = parse_ok(std::string("FROM a\n") + text + "\n");
    EXPECT_TRUE(file.instructions[1].heredocs.empty()) << text;
    EXPECT_FALSE(file.has_errors()) << text << problems_of(file);
  }
}

TEST(Parser, DecodesTheJsonForm) {
  Dockerfile file = parse_ok("FROM a\nCMD [ \"a b\" , \\\n \"\\u0041\\n\" ]\nSHELL [\"x\"]\n");
  const Instruction& cmd = file.instructions[1];
  EXPECT_EQ(ArgumentForm::Json, cmd.form);
  EXPECT_THAT(texts_of(cmd.words), ElementsAre("a b", "A\n"));
  EXPECT_EQ("\"a b\"", file.text(cmd.words[0].range));
  EXPECT_EQ("\"\\u0041\\n\"", file.text(cmd.words[1].range));
}

TEST(Parser, FallsBackFromBrokenJson) {
  Dockerfile file =
      parse_ok("FROM a\nCMD ['a', 'b']\nCMD [\"a\"\nCMD [\"a\"] b\nCOPY [a b] /c\nVOLUME [\"a\"\n");
  for (size_t i = 1; i <= 3; ++i) {
    EXPECT_EQ(ArgumentForm::Shell, file.instructions[i].form);
    ASSERT_EQ(1U, file.instructions[i].words.size());
    EXPECT_EQ(file.instructions[i].text, file.instructions[i].words[0].text);
  }
  EXPECT_THAT(texts_of(file.instructions[4].words), ElementsAre("[a", "b]", "/c"));
  EXPECT_EQ(ArgumentForm::Words, file.instructions[5].form);
  EXPECT_FALSE(file.has_errors());
}

TEST(Parser, RefusesAJsonArrayOfOtherValues) {
  Dockerfile file = parse_ok("FROM a\nCMD [\"echo\", [\"x\"], 1]\nVOLUME [null]\n");
  EXPECT_THAT(problems_of(file), HasSubstr("2: the JSON form takes strings only\n"));
  EXPECT_EQ("[\"x\"]", file.text(file.problems[0].range));
  EXPECT_EQ("1", file.text(file.problems[1].range));
  EXPECT_EQ("null", file.text(file.problems[2].range));
}

TEST(Parser, CutsPairs) {
  Dockerfile file = parse_ok(
      "FROM a\nENV a=1 \\\n  # c\n  b=\"x \\\n y\" c= d='$e'\nLABEL \"k k\"=v\nARG p q=1=2\n");
  const Instruction& env = file.instructions[1];
  EXPECT_EQ(ArgumentForm::KeyValue, env.form);
  ASSERT_EQ(4U, env.pairs.size());
  EXPECT_EQ("a", env.pairs[0].key);
  EXPECT_EQ("a=1", file.text(env.pairs[0].range));
  EXPECT_EQ("\"x  y\"", env.pairs[1].value);
  EXPECT_EQ("\"x \\\n y\"", file.text(env.pairs[1].value_range));
  EXPECT_EQ("b", file.text(env.pairs[1].key_range));
  EXPECT_TRUE(env.pairs[2].has_value);
  EXPECT_TRUE(env.pairs[2].value_range.empty());
  EXPECT_EQ(env.pairs[2].range.end, env.pairs[2].value_range.begin);
  EXPECT_EQ("'$e'", env.pairs[3].value);
  EXPECT_EQ("\"k k\"", file.instructions[2].pairs[0].key);
  const Instruction& arg = file.instructions[3];
  EXPECT_FALSE(arg.pairs[0].has_value);
  EXPECT_EQ("p", arg.pairs[0].key);
  EXPECT_EQ("1=2", arg.pairs[1].value);
}

TEST(Parser, TakesTheLegacyFormOfEnvAndLabel) {
  Dockerfile file = parse_ok("FROM a\nENV name the \\\n rest=x\nLABEL a  b\nENV one\nENV a=1 b\n");
  const Instruction& env = file.instructions[1];
  EXPECT_EQ(ArgumentForm::LegacyKeyValue, env.form);
  EXPECT_EQ("name", env.pairs[0].key);
  EXPECT_EQ("the  rest=x", env.pairs[0].value);
  EXPECT_EQ("the \\\n rest=x", file.text(env.pairs[0].value_range));
  EXPECT_EQ("b", file.instructions[2].pairs[0].value);
  EXPECT_EQ("5: ENV needs a name and a value\n6: `b` has no `=`, expected name=value\n",
            problems_of(file));
  EXPECT_EQ("b", file.text(file.problems[1].range));
}

TEST(Parser, NestsOnbuild) {
  Dockerfile file = parse_ok("FROM a\nONBUILD   copy --from=x \\\n <<E /d\n1\nE\n");
  const Instruction& outer = file.instructions[1];
  ASSERT_EQ(1U, outer.onbuild.size());
  const Instruction& inner = outer.onbuild[0];
  EXPECT_EQ(InstructionKind::Copy, inner.kind);
  EXPECT_EQ("copy", file.text(inner.keyword));
  EXPECT_EQ("--from=x", file.text(inner.flags.at(0).range));
  EXPECT_EQ("<<E /d", inner.text);
  EXPECT_EQ("/d", file.text(inner.words[1].range));
  EXPECT_EQ("copy --from=x  <<E /d", outer.text);
  EXPECT_EQ(1U, outer.heredocs.size());
  EXPECT_EQ("1\n", inner.heredocs.at(0).content);
  EXPECT_EQ("(onbuild (copy [\"--from=x\"] \"<<E\" \"/d\"))", to_sexpr(outer));
  EXPECT_FALSE(file.has_errors());
}

TEST(Parser, GoesOnBehindErrors) {
  Dockerfile file = parse_ok("RUNN x\nCMD [1]\nFROM\n\\\n\nCOPY a\nSHELL x\nRUN ok\n");
  EXPECT_EQ(
      "1: unknown instruction `RUNN`, did you mean `RUN`\n"
      "2: CMD stands before the first FROM\n"
      "2: the JSON form takes strings only\n"
      "3: FROM needs either one argument or three (`image AS name`)\n"
      "5w an empty line inside a continued instruction\n"
      "6: COPY needs at least two arguments\n"
      "7: SHELL needs the JSON form\n",
      problems_of(file));
  EXPECT_EQ("ok", file.instructions.back().text);
}

TEST(Parser, RefusesFilesWithoutInstructionsOrStages) {
  EXPECT_EQ("1: the file has no instructions\n", problems_of(parse_ok("")));
  EXPECT_EQ("3: the file has no instructions\n", problems_of(parse_ok("# a\n\n")));
  EXPECT_EQ("1: the file has no FROM\n", problems_of(parse_ok("ARG a")));
}

TEST(Parser, KeepsItsLimits) {
  Limits limits;
  limits.max_dockerfile_bytes = 10;
  auto large = parse_dockerfile("FROM abcdef", "D", limits);
  ASSERT_FALSE(large.ok());
  EXPECT_EQ(ErrorKind::Limit, large.error().kind());
  limits = Limits();
  limits.max_instructions = 2;
  EXPECT_TRUE(parse_dockerfile("FROM a\nRUN b", "D", limits).ok());
  auto many = parse_dockerfile("FROM a\nRUN b\nRUN c", "D", limits);
  ASSERT_FALSE(many.ok());
  EXPECT_EQ(ErrorKind::Limit, many.error().kind());
}

TEST(Sexpr, QuotesAsGoDoes) {
  Dockerfile file = parse_ok("FROM a\nCMD [\"\\u0000\\u007f\\\"\xC3\xA9\\u200b\\t\\\\\"]\n");
  EXPECT_EQ("(cmd \"\\x00\\x7f\\\"\xC3\xA9\\u200b\\t\\\\\")", to_sexpr(file.instructions[1]));
}

}  // namespace
}  // namespace whittle
