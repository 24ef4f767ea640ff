#include "analyze/blame.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dockerfile/parser.h"

namespace whittle {
namespace {

using ::testing::ElementsAre;

// An image with one layer per history entry that is not marked empty ("-" in front).
ImageInfo image_of(const std::vector<std::string>& history) {
  ImageInfo image;
  for (const std::string& text : history) {
    HistoryEntry entry;
    entry.empty_layer = text.starts_with("-");
    entry.created_by = entry.empty_layer ? text.substr(1) : text;
    if (!entry.empty_layer) {
      Layer layer;
      layer.history_index = static_cast<int>(image.config.history.size());
      image.layers.push_back(layer);
    }
    image.config.history.push_back(entry);
  }
  return image;
}

// Per layer: the line of the instruction that made it, 0 for none.
std::vector<uint32_t> blame(const std::string& text,
                            const std::vector<std::string>& history,
                            const std::string& target = "") {
  Result<Dockerfile> file = parse_dockerfile(text, "Dockerfile", Limits{});
  EXPECT_TRUE(file.ok());
  std::vector<uint32_t> lines;
  for (int i : instructions_of_layers(image_of(history), *file, evaluate(*file, {}), target)) {
    lines.push_back(i < 0 ? 0 : file->instructions[static_cast<size_t>(i)].first_line);
  }
  return lines;
}

constexpr const char* kFile = R"(FROM debian:bookworm-slim
ARG V=1
RUN echo $V > /x
COPY Dockerfile /y
ENV A=b
WORKDIR /w
LABEL a=b
CMD ["x"]
)";

TEST(Blame, buildkit_history) {
  EXPECT_THAT(blame(kFile,
                    {"",
                     "-ARG V=1",
                     "RUN |1 V=1 /bin/sh -c echo $V > /x # buildkit",
                     "COPY Dockerfile /y # buildkit",
                     "-ENV A=b",
                     "WORKDIR /w",
                     "-LABEL a=b",
                     "-CMD [\"x\"]"}),
              ElementsAre(0, 3, 4, 6));
}

TEST(Blame, classic_history_with_a_label_of_ours_at_the_end) {
  EXPECT_THAT(blame(kFile,
                    {"",
                     "-/bin/sh -c #(nop)  ARG V=1",
                     "|1 V=1 /bin/sh -c echo $V > /x",
                     "/bin/sh -c #(nop) COPY file:c5c4b9f4 in /y ",
                     "-/bin/sh -c #(nop)  ENV A=b",
                     "-/bin/sh -c #(nop) WORKDIR /w",
                     "-/bin/sh -c #(nop)  LABEL a=b",
                     "-/bin/sh -c #(nop)  CMD [\"x\"]",
                     "-/bin/sh -c #(nop)  LABEL l=m"}),
              ElementsAre(0, 3, 4));
}

TEST(Blame, buildah_history) {
  EXPECT_THAT(blame("FROM base\nRUN make all\nCOPY . /app\n",
                    {"/bin/sh -c #(nop) ADD file:1 in / ",
                     "/bin/sh -c make all",
                     "/bin/sh -c #(nop) COPY dir:2 in /app "}),
              ElementsAre(0, 2, 3));
}

TEST(Blame, base_image_with_the_same_steps_is_not_taken_for_ours) {
  EXPECT_THAT(blame("FROM base\nRUN make all\n",
                    {"RUN /bin/sh -c make all # buildkit", "RUN /bin/sh -c make all # buildkit"}),
              ElementsAre(0, 2));
}

TEST(Blame, chain_of_stages_and_target) {
  constexpr const char* kStages =
      "FROM a AS one\nRUN first\nFROM one AS two\nRUN second\nFROM b AS three\nRUN third\n";
  EXPECT_THAT(blame(kStages,
                    {"", "RUN /bin/sh -c first # buildkit", "RUN /bin/sh -c second # buildkit"},
                    "two"),
              ElementsAre(0, 2, 4));
  EXPECT_THAT(blame(kStages, {"", "RUN /bin/sh -c third # buildkit"}), ElementsAre(0, 6));
}

TEST(Blame, triggers_of_the_base_are_blamed_on_from) {
  EXPECT_THAT(blame("FROM node:onbuild\nRUN own\n",
                    {"/bin/sh -c #(nop) ADD file:1 in / ",
                     "-/bin/sh -c #(nop)  ONBUILD COPY package.json /app/",
                     "-/bin/sh -c #(nop)  ONBUILD RUN npm install",
                     "COPY package.json /app/ # buildkit",
                     "RUN /bin/sh -c npm install # buildkit",
                     "RUN /bin/sh -c own # buildkit"}),
              ElementsAre(0, 1, 1, 2));
}

TEST(Blame, triggers_of_a_stage_are_blamed_on_their_line) {
  EXPECT_THAT(blame("FROM a AS base\nRUN first\nONBUILD RUN later\nFROM base\nRUN own\n",
                    {"",
                     "RUN /bin/sh -c first # buildkit",
                     "-ONBUILD RUN later",
                     "RUN /bin/sh -c later # buildkit",
                     "RUN /bin/sh -c own # buildkit"}),
              ElementsAre(0, 2, 3, 5));
}

TEST(Blame, continued_lines_are_one_text) {
  EXPECT_THAT(blame("FROM a\nRUN one \\\n # why\n  && two\n",
                    {"", "RUN /bin/sh -c one   && two # buildkit"}),
              ElementsAre(0, 2));
}

TEST(Blame, missing_history_blames_nobody) {
  ImageInfo image;
  image.layers.resize(2);
  Result<Dockerfile> file = parse_dockerfile("FROM a\nRUN x\n", "Dockerfile", Limits{});
  ASSERT_TRUE(file.ok());
  EXPECT_THAT(instructions_of_layers(image, *file, evaluate(*file, {}), ""), ElementsAre(-1, -1));
}

}  // namespace
}  // namespace whittle
