#include "plan/guard.h"

#include <gtest/gtest.h>

#include "dockerfile/parser.h"

namespace whittle {

namespace {

std::string difference(std::string before,
                       std::string after,
                       uint32_t declares = kDeclaresNothing) {
  Result<Dockerfile> a =
      parse_dockerfile("FROM debian\n" + std::move(before), "Dockerfile", Limits());
  Result<Dockerfile> b =
      parse_dockerfile("FROM debian\n" + std::move(after), "Dockerfile", Limits());
  EXPECT_TRUE(a.ok() && b.ok());
  return first_difference(*a, *b, declares, {}, Limits());
}

TEST(Guard, SameMeaningInOtherWords) {
  EXPECT_EQ(difference("ENV A b\n", "ENV A=\"b\"\n"), "");
  EXPECT_EQ(difference("RUN a\nRUN b\n", "RUN a \\\n && b\n"), "");
  EXPECT_EQ(difference("RUN a install x\n", "RUN a install --quiet x && rm -rf /y\n"), "");
  EXPECT_EQ(difference("EXPOSE 80 81\n", "EXPOSE 81\nEXPOSE 80\n"), "");
  EXPECT_EQ(difference("CMD a\n", "# comment\nCMD a\n"), "");
}

TEST(Guard, FindsWhatARuleMayNeverChange) {
  EXPECT_EQ(difference("ENV A=b\n", "ENV A=c\n"), "the environment");
  EXPECT_EQ(difference("ARG A=b\n", "ARG A=c\n"), "the build arguments");
  EXPECT_EQ(difference("WORKDIR /a\n", "WORKDIR /b\n"), "the working directory");
  EXPECT_EQ(difference("USER a\n", "USER b\n"), "the user");
  EXPECT_EQ(difference("SHELL [\"/bin/sh\", \"-c\"]\n", "SHELL [\"/bin/bash\", \"-c\"]\n"),
            "the shell");
  EXPECT_EQ(difference("CMD a\n", "CMD [\"a\"]\n"), "the image's configuration");
  EXPECT_EQ(difference("ENTRYPOINT a\n", "ENTRYPOINT b\n"), "the image's configuration");
  EXPECT_EQ(difference("HEALTHCHECK --interval=5s CMD a\n", "HEALTHCHECK CMD a\n"),
            "the image's configuration");
  EXPECT_EQ(difference("STOPSIGNAL 9\n", ""), "the image's configuration");
  EXPECT_EQ(difference("VOLUME /a\n", "VOLUME /b\n"), "the image's configuration");
  EXPECT_EQ(difference("ONBUILD RUN a\n", "ONBUILD RUN b\n"), "the image's configuration");
  EXPECT_EQ(difference("FROM a AS x\n", "FROM b AS x\n"), "the base images");
  EXPECT_EQ(difference("FROM a AS x\n", "FROM a AS y\n"), "the stages");
  EXPECT_EQ(difference("FROM a\n", ""), "the stages");
}

TEST(Guard, AllowsWhatIsDeclared) {
  std::string label = "LABEL org.opencontainers.image.authors=x\n";
  EXPECT_EQ(difference("MAINTAINER x\n", label), "the labels");
  EXPECT_EQ(difference("MAINTAINER x\n", label, kDeclaresLabels), "");
  EXPECT_EQ(difference("LABEL a=b\n", label, kDeclaresLabels), "the labels") << "none may go";
  EXPECT_EQ(difference("ADD a /b\n", "COPY a /b\n"), "the copied files");
  EXPECT_EQ(difference("ADD a /b\n", "COPY a /b\n", kDeclaresAddKind), "");
  EXPECT_EQ(difference("ADD a /b\n", "COPY a /c\n", kDeclaresAddKind), "the copied files");
  EXPECT_EQ(difference("COPY . .\nRUN a\n", "COPY x ./\nRUN a\nCOPY . .\n"), "the copied files");
  EXPECT_EQ(difference("COPY . .\nRUN a\n", "COPY x ./\nRUN a\nCOPY . .\n", kDeclaresCopies), "");
  EXPECT_EQ(difference("COPY . .\nRUN a\n", "COPY x ./\nRUN a\n", kDeclaresCopies),
            "the copied files");
}

TEST(Guard, KeepsEveryCommandInOrder) {
  EXPECT_EQ(difference("RUN a\nRUN b\n", "RUN b\nRUN a\n"), "the commands of RUN");
  EXPECT_EQ(difference("RUN a && b\n", "RUN a\n"), "the commands of RUN");
  EXPECT_EQ(difference("RUN a x y\n", "RUN a y x\n"), "the commands of RUN");
  EXPECT_EQ(difference("RUN A=1 a\n", "RUN A=2 a\n"), "the commands of RUN");
  EXPECT_EQ(difference("RUN a > x\n", "RUN a\n"), "the commands of RUN");
  EXPECT_EQ(difference("RUN --network=none a\n", "RUN a\n"), "the commands of RUN");
  EXPECT_EQ(difference("RUN a\nRUN b\n", "RUN b\n", kDeclaresCommands), "");
}

}  // namespace

}  // namespace whittle
