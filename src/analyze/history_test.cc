#include "analyze/history.h"

#include <gtest/gtest.h>

namespace whittle {
namespace {

std::string command(const std::string& created_by) {
  HistoryEntry entry;
  entry.created_by = created_by;
  return command_of(entry);
}

TEST(History, buildkit) {
  EXPECT_EQ("RUN apt-get update", command("RUN /bin/sh -c apt-get update # buildkit"));
  EXPECT_EQ("RUN echo $V > /x",
            command("RUN |2 V=1 B=two words /bin/sh -c echo $V > /x # buildkit"));
  EXPECT_EQ("RUN set -x && make",
            command("RUN /bin/bash -o pipefail -c set -x   &&\tmake # buildkit"));
  EXPECT_EQ("RUN set -x", command("RUN /bin/ash -eo pipefail -c set -x # buildkit"));
  EXPECT_EQ("RUN cat <<EOF > /x one EOF",
            command("RUN /bin/sh -c cat <<EOF > /x\none\nEOF # buildkit"));
  EXPECT_EQ("COPY . /app", command("COPY . /app # buildkit"));
  EXPECT_EQ("RUN /app/configure --fast", command("RUN /app/configure --fast # buildkit"));
}

TEST(History, classic_builder) {
  EXPECT_EQ("CMD [\"bash\"]", command("/bin/sh -c #(nop)  CMD [\"bash\"]"));
  EXPECT_EQ("ADD file:ce026b62356e in /",
            command("/bin/sh -c #(nop) ADD "
                    "file:ce026b62356eec3ad1214f92be2c9dc063fe205bd5e600be3492c4dfb17148bd in / "));
  EXPECT_EQ("RUN make", command("/bin/sh -c make"));
  EXPECT_EQ("RUN make x", command("|1 V=a b /bin/sh -c make x"));
  EXPECT_EQ("RUN echo '#(nop)'", command("/bin/sh -c echo '#(nop)'"));
}

TEST(History, windows) {
  EXPECT_EQ("RUN dir", command("cmd /S /C dir"));
  EXPECT_EQ("ENV A=b", command("cmd /S /C #(nop) ENV A=b"));
  EXPECT_EQ("ENV A=b",
            command("powershell -Command $ErrorActionPreference = 'Stop'; #(nop) ENV A=b"));
  EXPECT_EQ("RUN Get-Item x",
            command("powershell -NoLogo -ExecutionPolicy Bypass -Command Get-Item x"));
}

TEST(History, other_builders) {
  EXPECT_EQ("RUN apt-get update", command("RUN apt-get update"));  // kaniko
  EXPECT_EQ(
      "COPY dir:0123456789ab in /app",
      command("/bin/sh -c #(nop) COPY "
              "dir:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef in /app"));
  EXPECT_EQ("jib-gradle-plugin:3.1.4", command("jib-gradle-plugin:3.1.4"));
  EXPECT_EQ("# debian.sh --arch 'amd64' out/ 'bookworm'",
            command("# debian.sh --arch 'amd64' out/ 'bookworm'"));
  EXPECT_EQ("", command(""));
  EXPECT_EQ("|", command("|"));
  EXPECT_EQ("RUN x", command("|1 A=b x"));
}

TEST(History, root_file_systems) {
  HistoryEntry entry;
  entry.created_by = "/bin/sh -c #(nop) ADD file:0123 in / ";
  EXPECT_TRUE(is_root_file_system(entry));
  entry.created_by = "COPY / / # buildkit";
  EXPECT_TRUE(is_root_file_system(entry));
  entry.created_by = "COPY . /app # buildkit";
  EXPECT_FALSE(is_root_file_system(entry));
}

}  // namespace
}  // namespace whittle
