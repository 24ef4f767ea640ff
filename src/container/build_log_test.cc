// Logs as the builders really printed them (shortened), and the steps in them.
#include "container/build_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/strings.h"
#include "engine/simple_dockerfile.h"

namespace whittle {
namespace {

constexpr std::string_view kTwoStages = R"(FROM debian:bookworm-slim AS build
ENV A=1
WORKDIR /src
COPY a.txt .
RUN echo hello     && sleep 1
FROM debian:bookworm-slim
RUN sleep 1; echo side
COPY --from=build /src/a.txt /a.txt
RUN cat /a.txt
EXPOSE 8080
CMD ["cat", "/a.txt"]
)";

struct Read {
  std::vector<PrintedStep> printed;
  std::vector<BuildStep> steps;
};

// Feeds a log; a line of the form "@3.5" sets the clock.
Read read_log(BuilderKind kind, std::string_view log, std::string_view dockerfile, bool ok) {
  std::unique_ptr<BuildLog> reader = make_build_log(kind);
  double now = 0;
  for (std::string_view line : split_lines(log)) {
    if (line.starts_with("@")) {
      now = std::stod(std::string(line.substr(1)));
    } else {
      reader->line(line, now);
    }
  }
  Read out;
  out.printed = reader->finish(ok, now);
  out.steps = map_steps(out.printed, simple_dockerfile(dockerfile), kind);
  return out;
}

const BuildStep& at(const Read& read, uint32_t instruction) {
  static const BuildStep kNone;
  for (const BuildStep& step : read.steps) {
    if (step.instruction == instruction) return step;
  }
  ADD_FAILURE() << "no step for instruction " << instruction;
  return kNone;
}

std::vector<int> instructions(const Read& read) {
  std::vector<int> out;
  for (const BuildStep& step : read.steps)
    out.push_back(step.instruction ? static_cast<int>(*step.instruction) : -1);
  return out;
}

// docker 20.10 client with its built-in BuildKit: a digest line under each name.
constexpr std::string_view kBuildkit2010 = R"(#1 [internal] load build definition from Dockerfile
#1 sha256:83449f7ae967fc5abbc7ae57cf743deef661ff691ac6b97f90215f439e52509b
#1 transferring dockerfile: 274B done
#1 DONE 0.0s

#3 [internal] load metadata for docker.io/library/debian:bookworm-slim
#3 sha256:ab2e9382d71c421e0b71823fe92cec49d1864fbad12383606a966472994d5636
#3 DONE 0.0s

#4 [build 1/4] FROM docker.io/library/debian:bookworm-slim
#4 sha256:56bf5dcd38ee2f60f646b15b1b91e40b5e8375a457572f890edbccbd17190813
#4 DONE 0.0s

#7 [internal] load build context
#7 transferring context: 37B done
#7 DONE 0.0s

#6 [build 2/4] WORKDIR /src
#6 sha256:6362a3eb34bf4d721efeaa22146e7d8bb0f18204ba4dfe8c608f38b477cf26dc
#6 CACHED

#8 [build 3/4] COPY a.txt .
#8 DONE 0.0s

#9 [build 4/4] RUN echo hello     && sleep 1
#9 sha256:1d8d151914a154f824a4bb8acc64e7cc37cfe5b582bb694eb3e9392641752e0a
#9 0.076 hello
#9 DONE 1.1s

#5 [stage-1 2/4] RUN sleep 1; echo side
#5 1.111 #9 DONE 99.0s
#5 DONE 1.2s

#10 [stage-1 3/4] COPY --from=build /src/a.txt /a.txt
#10 DONE 0.0s

#11 [stage-1 4/4] RUN cat /a.txt
#11 0.046 data
#11 DONE 0.1s

#12 exporting to image
#12 exporting layers done
#12 writing image sha256:1fdd7f406d63de1e5988c60bc56d25d7c632c908cc18806ea40961ee8ba10ec9 done
#12 DONE 0.0s
)";

TEST(BuildLogTest, ReadsBuildkitOfDocker2010) {
  Read read = read_log(BuilderKind::Buildkit, kBuildkit2010, kTwoStages, true);
  EXPECT_THAT(instructions(read), testing::ElementsAre(0, 2, 3, 4, 6, 7, 8));
  EXPECT_TRUE(at(read, 2).cached);
  EXPECT_FALSE(at(read, 3).cached);
  EXPECT_DOUBLE_EQ(at(read, 4).seconds, 1.1);
  EXPECT_DOUBLE_EQ(at(read, 6).seconds, 1.2);
  EXPECT_EQ(at(read, 4).text, "RUN echo hello     && sleep 1");
}

// buildx prints no digests; parallel steps interleave, "..." marks a switch, the name comes again
// after it.
constexpr std::string_view kBuildx = R"(#0 building with "default" instance using docker driver

#1 [internal] load build definition from Dockerfile
#1 transferring dockerfile: 279B done
#1 DONE 0.0s

#4 [build 1/4] FROM docker.io/library/debian:bookworm-slim@sha256:8118d0da5204dcc2f648d416b4c25f97255a823797aeb17495a01f2eb9c1b487
#4 resolve docker.io/library/debian:bookworm-slim@sha256:8118d0da5204dcc2f648d416b4c25f97255a823797aeb17495a01f2eb9c1b487 0.0s done
#4 sha256:5b5fe70539cd6989aa19f25826309f9715a9489cf1c057982d6a84c1ad8975c7 28.08MB / 28.08MB 0.5s done
#4 CACHED

#5 [stage-1 2/4] RUN sleep 1; echo side
#5 ...

#6 [build 2/4] WORKDIR /src
#6 DONE 0.0s

#8 [build 3/4] COPY a.txt .
#8 DONE 0.1s

#5 [stage-1 2/4] RUN sleep 1; echo side
#5 1.054 side
#5 ...

#9 [build 4/4] RUN echo hello     && sleep 1
#9 0.052 hello
#9 DONE 1.1s

#5 [stage-1 2/4] RUN sleep 1; echo side
#5 DONE 1.3s

#10 [stage-1 3/4] COPY --from=build /src/a.txt /a.txt
#10 DONE 0.0s

#11 [stage-1 4/4] RUN cat /a.txt
#11 0.071 cat: /a.txt: Permission denied
#11 ERROR: process "/bin/sh -c cat /a.txt" did not complete successfully: exit code: 1
------
 > [stage-1 4/4] RUN cat /a.txt:
0.071 cat: /a.txt: Permission denied
------
Dockerfile:9
--------------------
ERROR: failed to solve: process "/bin/sh -c cat /a.txt" did not complete successfully: exit code: 1
)";

TEST(BuildLogTest, ReadsBuildxWithParallelStages) {
  Read read = read_log(BuilderKind::Buildkit, kBuildx, kTwoStages, false);
  EXPECT_THAT(instructions(read), testing::ElementsAre(0, 2, 3, 4, 6, 7, 8));
  EXPECT_TRUE(at(read, 0).cached);
  EXPECT_DOUBLE_EQ(at(read, 6).seconds, 1.3);
  EXPECT_TRUE(at(read, 8).failed);
  EXPECT_FALSE(at(read, 7).failed);
}

TEST(BuildLogTest, KnowsPlatformsAndPaddedNumbers) {
  constexpr std::string_view log =
      "#5 [linux/amd64 build  2/12] RUN true\n#5 CACHED\n#6 [linux/arm64->amd64 build 12/12] RUN "
      "false\n#6 CANCELED\n"
      "#7 [auth] library/debian:pull token for registry-1.docker.io\n#7 DONE 0.0s\n";
  Read read = read_log(BuilderKind::Buildkit, log, "FROM scratch\n", false);
  ASSERT_EQ(read.printed.size(), 2U);
  EXPECT_EQ(read.printed[0].stage, "build");
  EXPECT_EQ(read.printed[0].number, 2U);
  EXPECT_EQ(read.printed[0].total, 12U);
  EXPECT_TRUE(read.printed[0].cached);
  EXPECT_EQ(read.printed[1].number, 12U);
  EXPECT_EQ(read.printed[1].text, "RUN false");
}

TEST(BuildLogTest, DoesNotCountFromOfScratchOrOfAStage) {
  constexpr std::string_view dockerfile =
      "FROM scratch AS base\nCOPY a /a\nFROM base\nUSER nobody\nWORKDIR /w\nADD b /b\n";
  constexpr std::string_view log =
      "#1 [base 1/1] COPY a /a\n#1 DONE 0.1s\n#2 [stage-1 1/2] WORKDIR /w\n#2 DONE 0.2s\n#3 "
      "[stage-1 2/2] ADD b /b\n#3 DONE "
      "0.3s\n";
  Read read = read_log(BuilderKind::Buildkit, log, dockerfile, true);
  EXPECT_THAT(instructions(read), testing::ElementsAre(1, 4, 5));
}

TEST(BuildLogTest, FallsBackToTheTextWhenNumbersDisagree) {
  // ONBUILD of the base adds steps that the Dockerfile does not have.
  constexpr std::string_view log =
      "#1 [1/4] FROM base\n#1 CACHED\n#2 [2/4] COPY . /app\n#2 DONE 0.5s\n#3 [3/4] RUN npm "
      "install\n#3 DONE 2.0s\n"
      "#4 [4/4] RUN  make   all\n#4 DONE 7.0s\n";
  Read read = read_log(BuilderKind::Buildkit, log, "FROM base\nRUN make all\n", true);
  EXPECT_DOUBLE_EQ(at(read, 1).seconds, 7.0);
  EXPECT_THAT(instructions(read), testing::ElementsAre(0, 1, -1, -1));
}

constexpr std::string_view kClassic = R"(Sending build context to Docker daemon  11.78kB
@1
Step 1/12 : FROM debian:bookworm-slim AS build
 ---> a13b7caae09e
@2
Step 2/12 : ENV A=1
 ---> Using cache
 ---> 38a2024fb5b6
Step 3/12 : WORKDIR /src
 ---> Running in da65d4e6940e
Removing intermediate container da65d4e6940e
 ---> bf72c99c544b
Step 4/12 : COPY a.txt .
 ---> fdd28aa43638
Step 5/12 : RUN echo hello     && sleep 1
 ---> Running in 96dea1f41df0
hello
@3.5
Removing intermediate container 96dea1f41df0
 ---> 7917c3efa65a
@4
Step 6/12 : FROM debian:bookworm-slim
 ---> a13b7caae09e
Step 7/12 : RUN sleep 1; echo side
 ---> Running in 2afdfce07bdf
 ---> not an id
@6
)";

TEST(BuildLogTest, ReadsTheClassicBuilder) {
  Read read = read_log(BuilderKind::Classic, kClassic, kTwoStages, false);
  EXPECT_THAT(instructions(read), testing::ElementsAre(0, 1, 2, 3, 4, 5, 6));
  EXPECT_TRUE(at(read, 1).cached);
  EXPECT_FALSE(at(read, 2).cached);
  EXPECT_DOUBLE_EQ(at(read, 4).seconds, 1.5);
  EXPECT_TRUE(at(read, 6).failed);
  EXPECT_DOUBLE_EQ(at(read, 6).seconds, 2.0);
  EXPECT_EQ(read.printed[0].image, "") << "the base is not ours";
  EXPECT_EQ(read.printed[4].image, "7917c3efa65a");
}

TEST(BuildLogTest, ReadsTheClassicBuilderInColour) {
  Read read = read_log(BuilderKind::Classic,
                       "Step 1/1 : RUN false\n\x1b[91mcat: \x1b[0m\x1b[91m/nope\n\x1b[0mRemoving "
                       "intermediate container x\n",
                       "RUN false\n",
                       false);
  EXPECT_TRUE(at(read, 0).failed);
}

constexpr std::string_view kBuildah =
    R"([1/2] STEP 1/5: FROM localhost/debian:bookworm-slim AS build
[1/2] STEP 2/5: ENV A=1
--> Using cache 93228b3a3097bc0cec4747d3b4c830c85cef49edbd6da73a0ff2353df00e8011
--> 93228b3a309
[1/2] STEP 3/5: WORKDIR /src
--> a86e786348f
[1/2] STEP 4/5: COPY a.txt .
--> 3d6484a9f06
@1
[1/2] STEP 5/5: RUN echo hello     && sleep 1
hello
@2.5
--> bfd2805f1fa
[2/2] STEP 1/7: FROM localhost/debian:bookworm-slim
[2/2] STEP 2/7: RUN sleep 1; echo side
side
--> bdbe7ada711
[2/2] STEP 3/7: COPY --from=build /src/a.txt /a.txt
--> 42487097255
[2/2] STEP 4/7: RUN cat /a.txt
data
--> fe4d4adbe6f
[2/2] STEP 5/7: EXPOSE 8080
--> f8d48214c6d
[2/2] STEP 6/7: CMD ["cat", "/a.txt"]
--> e4c0d2cce56
[2/2] STEP 7/7: LABEL "x.ct"="1"
[2/2] COMMIT localhost/ct-t2
--> 343476f5048
Successfully tagged localhost/ct-t2:latest
343476f5048ab280328f20806288960c61d36f07b7c4debd89296b8750fcaad1
)";

TEST(BuildLogTest, ReadsBuildahAndPodman) {
  Read read = read_log(BuilderKind::Buildah, kBuildah, kTwoStages, true);
  EXPECT_THAT(instructions(read), testing::ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, -1));
  EXPECT_TRUE(at(read, 1).cached);
  EXPECT_FALSE(at(read, 2).cached);
  EXPECT_DOUBLE_EQ(at(read, 4).seconds, 1.5);
  EXPECT_EQ(read.printed[4].image, "bfd2805f1fa");
}

TEST(BuildLogTest, FindsTheStepThatFailsInBuildah) {
  Read read = read_log(BuilderKind::Buildah,
                       "STEP 1/3: FROM scratch\nSTEP 2/3: COPY a /a\n--> 3d6484a9f06\nSTEP 3/3: "
                       "RUN nope\nsubprocess exited "
                       "with status 1\nError: building at STEP \"RUN nope\": exit status 1\n",
                       "FROM scratch\nCOPY a /a\nRUN nope\n",
                       false);
  EXPECT_TRUE(at(read, 2).failed);
  EXPECT_FALSE(at(read, 1).failed);
}

TEST(BuildLogTest, FindsTheStageByItsFromWhenBuildahBuildsOne) {
  // With --target or unused stages buildah names no stage.
  Read read = read_log(BuilderKind::Buildah,
                       "STEP 1/2: FROM b AS two\nSTEP 2/2: RUN two\n--> 3d6484a9f06\n",
                       "FROM a AS one\nRUN one\nFROM b AS two\nRUN two\n",
                       true);
  EXPECT_THAT(instructions(read), testing::ElementsAre(2, 3));
}

TEST(BuildLogTest, SurvivesAnything) {
  for (BuilderKind kind : {BuilderKind::Buildkit, BuilderKind::Classic, BuilderKind::Buildah}) {
    Read read =
        read_log(kind,
                 "#\n#x\n#1\n#1 [\n#2 [ 1/\n#3 [/] x\n#4 [999999999999/1] x\n#4 DONE s\nStep "
                 "\nStep 1/ : x\n ---> "
                 "\n--> \n[1/\n[1/2] STEP\nSTEP 9/9: RUN x\nStep 7/7 : RUN y\n#9 [9/9] RUN z\n",
                 "FROM scratch\n",
                 false);
    for (const BuildStep& step : read.steps) EXPECT_FALSE(step.instruction.has_value());
  }
}

TEST(BuildLogTest, BoundsTheNumberOfSteps) {
  std::unique_ptr<BuildLog> log = make_build_log(BuilderKind::Buildkit);
  for (size_t i = 1; i < kMaxPrintedSteps + 100; ++i)
    log->line("#" + std::to_string(i) + " [1/2] RUN x", 0);
  EXPECT_EQ(log->finish(true, 0).size(), kMaxPrintedSteps);
}

TEST(BuildLogTest, SaysWhatRunsNow) {
  std::unique_ptr<BuildLog> log = make_build_log(BuilderKind::Buildkit);
  EXPECT_EQ(log->current(), "");
  log->line("#5 [build 2/4] RUN make", 0);
  EXPECT_EQ(log->current(), "build 2/4 RUN make");
}

TEST(BuildLogTest, FindsTheInstructionOfAParseError) {
  Dockerfile file = simple_dockerfile("FROM a\nRUN b\nNOPE c\n");
  EXPECT_EQ(
      instruction_named_in(
          "failed to solve: dockerfile parse error on line 3: unknown instruction: NOPE", file),
      2U);
  EXPECT_EQ(
      instruction_named_in("Error response from daemon: dockerfile parse error line 2: x", file),
      1U);
  EXPECT_FALSE(instruction_named_in("parse error on line 77", file).has_value());
  EXPECT_FALSE(instruction_named_in("all is well", file).has_value());
}

}  // namespace
}  // namespace whittle
