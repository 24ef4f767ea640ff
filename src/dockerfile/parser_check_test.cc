// What the parser refuses beyond syntax: flags, counts of arguments, stages, triggers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dockerfile/flags_mount.h"
#include "dockerfile/parser.h"
#include "support/dockerfile.h"

namespace whittle {
namespace {

using testing::ElementsAre;

std::vector<std::string> texts_of(const std::vector<Word>& words) {
  std::vector<std::string> out;
  for (const Word& word : words) out.push_back(word.text);
  return out;
}

TEST(ParserCheck, RefusesTriggersThatCannotBe) {
  Dockerfile file = parse_ok(
      "FROM a\nONBUILD\nONBUILD ONBUILD RUN x\nONBUILD from b\nONBUILD MAINTAINER m\n"
      "ONBUILD FOO\nONBUILD RUN --x y\n");
  EXPECT_EQ(
      "2: ONBUILD needs at least one argument\n"
      "3: ONBUILD cannot be the trigger of an ONBUILD\n"
      "4: FROM cannot be the trigger of an ONBUILD\n"
      "5: MAINTAINER cannot be the trigger of an ONBUILD\n",
      problems_of(file));
}

TEST(ParserCheck, ReadsHealthchecks) {
  Dockerfile file = parse_ok(
      "FROM a\nHEALTHCHECK --interval=1m30s --retries=3 cmd curl \\\n x\n"
      "HEALTHCHECK CMD [\"a\", \"b\"]\nHEALTHCHECK NONE\nHEALTHCHECK --timeout=5 CMD x\n"
      "HEALTHCHECK --interval=10us CMD x\nHEALTHCHECK CMD\nHEALTHCHECK NONE x\nHEALTHCHECK TCP 1\n"
      "HEALTHCHECK --retries=-1 CMD x\nHEALTHCHECK --start-period=0 --interval=1.5h CMD x\n");
  EXPECT_THAT(texts_of(file.instructions[1].words), ElementsAre("cmd", "curl  x"));
  EXPECT_EQ(ArgumentForm::Shell, file.instructions[1].form);
  EXPECT_THAT(texts_of(file.instructions[2].words), ElementsAre("CMD", "a", "b"));
  EXPECT_EQ(ArgumentForm::Json, file.instructions[2].form);
  EXPECT_THAT(texts_of(file.instructions[3].words), ElementsAre("NONE"));
  EXPECT_EQ(
      "6: `5` is no duration (such as `30s` or `1m30s`)\n"
      "7: `--interval` is shorter than 1 ms\n"
      "8: HEALTHCHECK CMD has no command\n"
      "9: HEALTHCHECK NONE takes no arguments\n"
      "10: HEALTHCHECK has the unknown type `TCP`, expected `CMD`\n"
      "11: `--retries` takes a count, not `-1`\n",
      problems_of(file));
}

TEST(ParserCheck, ChecksFlags) {
  Dockerfile file = parse_ok(
      "FROM --platfrom=x a\nCOPY --link --chown=a --link=false b c\nCOPY --chown b c\n"
      "COPY --link=maybe b c\nADD --exclude=a --exclude=b --checksum=\"x y\" c d\n"
      "RUN --network=lan x\nCMD --foo x\nRUN --mount=type=cache -- --x\nCOPY --link= a b\nUSER "
      "--link u\n");
  EXPECT_EQ(
      "1: FROM has no flag `--platfrom`, did you mean `--platform`\n"
      "2: `--link` is given twice\n"
      "3: `--chown` has no value\n"
      "4: `--link` takes `true` or `false`, not `maybe`\n"
      "6: `--network` takes one of `default`, `none`, `host`, not `lan`\n"
      "7: CMD has no flag `--foo`\n"
      "9: `--link` has an empty value\n"
      "10: USER has no flag `--link`\n",
      problems_of(file));
  EXPECT_EQ("--link=false", file.text(file.problems[1].range));
  EXPECT_EQ("x y", file.instructions[4].flags[2].value);
  EXPECT_EQ("\"x y\"", file.text(file.instructions[4].flags[2].value_range));
  EXPECT_EQ("--x", file.instructions[7].text);
}

TEST(ParserCheck, FindsStages) {
  Dockerfile file = parse_ok(
      "ARG v\nFROM a:$v AS Build\nRUN b\n\nFROM --platform=x build as second\nFROM second\nRUN "
      "c\n");
  EXPECT_FALSE(file.has_errors());
  ASSERT_EQ(3U, file.stages.size());
  EXPECT_EQ("a:$v", file.stages[0].base);
  EXPECT_EQ("build", file.stages[0].name);
  EXPECT_EQ("Build", file.text(file.stages[0].name_range));
  EXPECT_EQ(1U, file.stages[0].from);
  EXPECT_EQ(3U, file.stages[0].end);
  EXPECT_EQ("build", file.text(file.stages[1].base_range));
  EXPECT_EQ("", file.stages[2].name);
  EXPECT_TRUE(file.stages[2].name_range.empty());
  EXPECT_EQ(Instruction::kNoStage, file.instructions[0].stage);
  EXPECT_EQ(0U, file.instructions[2].stage);
  EXPECT_EQ(2U, file.instructions.back().stage);
}

TEST(ParserCheck, RefusesBadFroms) {
  Dockerfile file = parse_ok(
      "FROM\nFROM a b\nFROM a AS\nFROM a AS 1b\nFROM a AS b/c\nFROM a IS b\nFROM a AS scratch\n");
  std::string counts = "needs either one argument or three (`image AS name`)\n";
  std::string rule =
      " is no name for a stage, it must begin with a letter and hold only letters, digits and "
      "`-_.`\n";
  EXPECT_EQ("1: FROM " + counts + "2: FROM " + counts + "3: FROM " + counts + "4: `1b`" + rule +
                "5: `b/c`" + rule + "6: FROM " + counts +
                "7w the stage name `scratch` is reserved by the builder\n",
            problems_of(file));
  EXPECT_EQ(7U, file.stages.size());
}

TEST(ParserCheck, RefusesEmptyNames) {
  Dockerfile file = parse_ok("FROM a\nENV A=1 \\\n=x\nARG =y\nVOLUME [\"\"]\n");
  expect_lossless(file);
  EXPECT_EQ("3: ENV has an empty name\n4: ARG has an empty name\n5: VOLUME has an empty path\n",
            problems_of(file));
}

TEST(ParseMount, ReadsOptionsAndDefaults) {
  auto cache = parse_mount("type=cache,id=x,TARGET=/root/.cache,mode=0755,uid=$u,ro=false");
  ASSERT_TRUE(cache.ok());
  EXPECT_EQ(MountType::Cache, cache->type);
  EXPECT_EQ("/root/.cache", cache->target);
  EXPECT_EQ("shared", cache->sharing);
  EXPECT_EQ("$u", cache->uid);
  EXPECT_FALSE(cache->read_only);
  auto bind = parse_mount("from=base,src=/a,dst=/b");
  ASSERT_TRUE(bind.ok());
  EXPECT_EQ(MountType::Bind, bind->type);
  EXPECT_EQ("base", bind->from);
  EXPECT_EQ("/a", bind->source);
  EXPECT_EQ("/b", bind->target);
  EXPECT_TRUE(bind->read_only);
  EXPECT_FALSE(parse_mount("target=/b,rw")->read_only);
  EXPECT_TRUE(parse_mount("type=tmpfs,target=/b,readonly")->read_only);
  EXPECT_FALSE(parse_mount("type=cache,target=/b")->read_only);
  auto secret = parse_mount("type=secret,id=s,env=TOKEN,required");
  ASSERT_TRUE(secret.ok());
  EXPECT_TRUE(secret->required);
  EXPECT_EQ("TOKEN", secret->env);
  EXPECT_EQ("/a,\"b", parse_mount("\"target=/a,\"\"b\",type=cache")->target);
  EXPECT_TRUE(parse_mount("type=$t,sharing=x")->has_variable_type);
}

TEST(ParseMount, RefusesWhatTheBuilderRefuses) {
  for (const char* value : {"type=volume,target=/a",
                            "target",
                            "targt=/a",
                            "ro=maybe",
                            "from=$x",
                            "\"target=/a",
                            "ta\"rget=/a",
                            "target=/a,sharing=locked",
                            "",
                            "type=cache,target=/a,sharing=mine",
                            "type=tmpfs,target=/a,mode=1"}) {
    EXPECT_FALSE(parse_mount(value).ok()) << value;
  }
  EXPECT_EQ("2: `--mount`: `from` takes no variables\n3: `--mount`: a quoted field is not closed\n",
            problems_of(parse_ok("FROM a\nRUN --mount=FROM=$x,z b\nRUN --mount=\\\"a b\n")));
}

}  // namespace
}  // namespace whittle
