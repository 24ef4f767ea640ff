#include "dockerfile/expand.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "support/dockerfile.h"

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

const std::map<std::string, std::string> kVariables = {
    {"x", "value"}, {"empty", ""}, {"path", "/usr/lib/x.tar.gz"}, {"blanks", " a  b "}};

std::optional<std::string> lookup(std::string_view name) {
  auto found = kVariables.find(std::string(name));
  if (found == kVariables.end()) return std::nullopt;
  return found->second;
}

std::string expanded(std::string_view word, char escape = '\\') {
  auto result = expand_word(word, escape, lookup);
  return result.ok() ? result->text : "error: " + result.error().message();
}

TEST(ExpandWord, TakesQuotesAndEscapesAway) {
  EXPECT_EQ("a bcd", expanded("a' b'c\"d\""));
  EXPECT_EQ("$xvaluevalue", expanded("\\$x$x\"$x\""));
  EXPECT_EQ("$x\\'", expanded("'$x\\'\\'"));
  EXPECT_EQ("a\\b\"$\\", expanded("\"a\\b\\\"\\$\\\\\""));
  EXPECT_EQ("a\\value", expanded("`a\\$x", '`'));
}

TEST(ExpandWord, KnowsTheModifiers) {
  EXPECT_EQ("value,d,,d", expanded("${x:-d},${no:-d},${empty-d},${empty:-d}"));
  EXPECT_EQ("w,,w,", expanded("${x:+w},${no:+w},${empty+w},${empty:+w}"));
  EXPECT_EQ("usr/lib/x.tar.gz,x.tar.gz", expanded("${path#*/},${path##*/}"));
  EXPECT_EQ("/usr/lib/x.tar,/usr/lib/x", expanded("${path%.*},${path%%.*}"));
  EXPECT_EQ("/usr.lib/x.tar.gz", expanded("${path/r\\/l/r.l}"));
  EXPECT_EQ("_usr_lib_x.tar.gz", expanded("${path//\\//_}"));
  EXPECT_EQ("value", expanded("${x//no/x}"));
  EXPECT_EQ("-v-a-l-u-e-", expanded("${x///-}"));
  EXPECT_EQ("d-value", expanded("${no:-d-${empty:-$x}}"));
}

TEST(ExpandWord, RefusesBadSyntax) {
  for (const char* word : {"${x",
                           "${}",
                           "${:x}",
                           "${x=y}",
                           "${x:#y}",
                           "${x:%y}",
                           "${x!}",
                           "'a",
                           "\"a",
                           "${x/a}",
                           "${x#\\a}",
                           "${x:",
                           "${"}) {
    EXPECT_FALSE(expand_word(word, '\\', lookup).ok()) << word;
  }
  EXPECT_EQ("error: no: must be given", expanded("${no:?must be given}"));
  EXPECT_EQ("error: empty: must not be empty", expanded("${empty:?}"));
  EXPECT_EQ("", expanded("${empty?}"));
}

TEST(ExpandWord, TellsWhichNamesHaveNoValue) {
  auto result = expand_word("$a ${b:-x} ${c:+x} $d$a ${e#x} $x ${f//a/b}", '\\', lookup);
  ASSERT_TRUE(result.ok());
  EXPECT_THAT(result->unset, ElementsAre("a", "d", "e", "f"));
  EXPECT_THAT(result->found, ElementsAre("x"));
  EXPECT_THAT(result->missing, ElementsAre("a", "b", "c", "d", "e", "f"));
}

TEST(ExpandWord, IsBounded) {
  std::string nested;
  for (int i = 0; i < 1000; ++i) nested += "${no:-";
  EXPECT_FALSE(expand_word(nested + std::string(1000, '}'), '\\', lookup).ok());
  Lookup large = [](std::string_view) { return std::string(1000, 'a'); };
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "$a";
  for (const std::string& word : {many, '"' + many + '"', "${a//a/" + many + "}"}) {
    auto result = expand_word(word, '\\', large);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(ErrorKind::Limit, result.error().kind());
  }
}

TEST(ExpandWords, SplitsAtUnquotedBlanks) {
  EXPECT_THAT(*expand_words("a $blanks\"$blanks\" 'c d'\\ e", '\\', lookup),
              ElementsAre("a", "a", "b", " a  b ", "c d e"));
}

TEST(ExpandHeredoc, LeavesQuotesAlone) {
  auto body = expand_heredoc("it's \"$x\" \\$x\n", lookup);
  ASSERT_TRUE(body.ok());
  EXPECT_EQ("it's \"value\" $x\n", body->text);
}

std::optional<std::string> at_end(const Evaluation& evaluation, size_t stage, const char* name) {
  return evaluation.final_states.at(stage).environment.find(name);
}

TEST(Evaluate, ScopesGlobalArguments) {
  Dockerfile file = parse_ok(
      "ARG tag=1 base=a:$tag\nARG none\nFROM --platform=$BUILDPLATFORM ${base}-$TARGETARCH AS one\n"
      "ENV seen=[$tag]\nARG tag\nARG base=own\nARG none\nARG TARGETOS\nENV late=[$tag]\n"
      "FROM $none\nENV again=[$tag]\n");
  Evaluation evaluation = evaluate(file, {{"none", "given"}, {"unused", "u"}, {"HTTP_PROXY", "p"}});
  EXPECT_THAT(evaluation.stage_bases, ElementsAre("a:1-amd64", "given"));
  EXPECT_THAT(evaluation.parent_stage, ElementsAre(-1, -1));
  EXPECT_EQ("[]", at_end(evaluation, 0, "seen"));
  EXPECT_EQ("[1]", at_end(evaluation, 0, "late"));
  EXPECT_EQ("own", at_end(evaluation, 0, "base"));
  EXPECT_EQ("given", at_end(evaluation, 0, "none"));
  EXPECT_EQ("linux", at_end(evaluation, 0, "TARGETOS"));
  EXPECT_EQ(std::nullopt, at_end(evaluation, 0, "TARGETARCH"));
  EXPECT_EQ(std::nullopt, at_end(evaluation, 0, "HTTP_PROXY"));
  EXPECT_EQ("[]", at_end(evaluation, 1, "again"));
}

TEST(Evaluate, LetsBuildArgumentsOverride) {
  Dockerfile file = parse_ok("FROM a\nARG x=1\nARG TARGETARCH\nENV x2=$x arch=$TARGETARCH\n");
  Evaluation evaluation = evaluate(file, {{"x", "2"}, {"TARGETARCH", "arm64"}});
  EXPECT_EQ("2", at_end(evaluation, 0, "x2"));
  EXPECT_EQ("arm64", at_end(evaluation, 0, "arch"));
}

TEST(Evaluate, ShowsAllWordsTheEnvironmentBefore) {
  Dockerfile file = parse_ok("FROM a\nENV abc=hello\nENV abc=bye def=$abc\nENV ghi=$abc\n");
  Evaluation evaluation = evaluate(file, {});
  EXPECT_EQ("hello", at_end(evaluation, 0, "def"));
  EXPECT_EQ("bye", at_end(evaluation, 0, "ghi"));
  EXPECT_THAT(evaluation.states[2].environment.env, ElementsAre(Pair("abc", "hello")));
  EXPECT_THAT(evaluation.states[1].environment.env, IsEmpty());
}

// As measured with BuildKit: `ENV e=env`, `ARG e=arg`, `LABEL e=$e` gives "arg", and "env" in a
// stage from that one.
TEST(Evaluate, LetsTheLastOfEnvAndArgWin) {
  Dockerfile file = parse_ok(
      "FROM a AS base\nENV e=env\nARG e=arg\nARG a=1\nARG a=2\nENV l=$e$a\nFROM BASE\n"
      "ENV m=[$e][$a]\nENV a=env\nARG b=$a c=$b\n");
  Evaluation evaluation = evaluate(file, {});
  EXPECT_EQ("arg2", at_end(evaluation, 0, "l"));
  EXPECT_THAT(evaluation.parent_stage, ElementsAre(-1, 0));
  EXPECT_EQ("[env][2]", at_end(evaluation, 1, "m"));
  EXPECT_EQ("env", at_end(evaluation, 1, "a"));
  EXPECT_EQ("env", at_end(evaluation, 1, "c"));
}

TEST(Evaluate, FollowsFoldersUsersAndShells) {
  Dockerfile file = parse_ok(
      "FROM a AS b\nENV d=sub\nWORKDIR /x\nWORKDIR $d/../y\nUSER u$d\nSHELL [\"/bin/bash\", "
      "\"-c\"]\n"
      "RUN z\nFROM b\nWORKDIR rel\nFROM c\nRUN z\n");
  Evaluation evaluation = evaluate(file, {});
  const InstructionState& run = evaluation.states[6];
  EXPECT_EQ("/x/y", run.working_dir);
  EXPECT_EQ("usub", run.user);
  EXPECT_THAT(run.shell, ElementsAre("/bin/bash", "-c"));
  EXPECT_EQ("/x/y/rel", evaluation.final_states[1].working_dir);
  EXPECT_EQ("/", evaluation.states[10].working_dir);
  EXPECT_THAT(evaluation.states[10].shell, ElementsAre("/bin/sh", "-c"));
  EXPECT_EQ("", evaluation.states[10].user);
}

TEST(Evaluate, RunsTheTriggersOfAStage) {
  Dockerfile file = parse_ok(
      "FROM a AS b\nONBUILD ENV x=1\nONBUILD WORKDIR /w\nENV y=$x\nFROM b AS c\nENV z=[$x]\n"
      "FROM c\n");
  Evaluation evaluation = evaluate(file, {});
  EXPECT_EQ("", at_end(evaluation, 0, "y"));
  EXPECT_EQ(std::nullopt, at_end(evaluation, 0, "x"));
  EXPECT_EQ("[1]", at_end(evaluation, 1, "z"));
  EXPECT_EQ("/w", evaluation.final_states[1].working_dir);
  EXPECT_EQ("1", at_end(evaluation, 2, "x"));
}

TEST(Evaluate, KeepsWhatDoesNotExpand) {
  Dockerfile file = parse_ok("FROM ${x\nENV a=${b:?no} c=\"${d\"\nWORKDIR ${e\n");
  Evaluation evaluation = evaluate(file, {});
  EXPECT_THAT(evaluation.stage_bases, ElementsAre("${x"));
  EXPECT_EQ("${b:?no}", at_end(evaluation, 0, "a"));
  EXPECT_EQ("/${e", evaluation.final_states[0].working_dir);
}

TEST(Evaluate, IsBoundedForHostileFiles) {
  std::string text = "FROM a\nENV a=" + std::string(60000, 'a') + "\n";
  text += "ENV";
  for (int i = 0; i < 9000; ++i) text += " b" + std::to_string(i) + "=$a";
  text += "\n";
  for (int i = 0; i < 3000; ++i) text += "RUN x\n";
  Dockerfile file = parse_ok(text);
  Evaluation evaluation = evaluate(file, {});
  EXPECT_EQ(file.instructions.size(), evaluation.states.size());
  size_t bytes = 0;
  for (const InstructionState& state : evaluation.states) {
    for (const auto& [name, value] : state.environment.env) bytes += name.size() + value.size();
  }
  EXPECT_LT(bytes, size_t{130} << 20);
}

}  // namespace
}  // namespace whittle
