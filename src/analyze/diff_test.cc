#include "analyze/diff.h"

#include "analyze/analyze_test_support.h"

namespace whittle {
namespace {

using test::AnalyzedImage;
using test::prepare;

ImageDiff diff(const AnalyzedImage& before, const AnalyzedImage& after, bool semantic = false) {
  DiffInput input;
  input.before = test::analyzed(before.input);
  input.after = test::analyzed(after.input);
  input.before_image = before.image.get();
  input.after_image = after.image.get();
  input.groups.dimensions = {Dimension::Dir};
  input.semantic = semantic;
  input.cancel = &test::no_cancel();
  Result<ImageDiff> result = diff_images(input);
  EXPECT_TRUE(result.ok());
  return result.ok() ? std::move(*result) : ImageDiff();
}

std::string flags_of(const FileDifference& what) {
  std::string flags;
  if (what.content) flags += " content";
  if (what.type) flags += " type";
  if (what.mode) flags += " mode";
  if (what.owner) flags += " owner";
  if (what.time) flags += " time";
  if (what.link_target) flags += " target";
  if (what.xattrs) flags += " xattrs";
  if (what.hard_links) flags += " links";
  return flags;
}

std::string files_of(const ImageDiff& diff) {
  std::string lines;
  for (const FileChange& change : diff.files) {
    constexpr const char* kMarks[] = {"+", "-", "~"};
    lines += std::string(kMarks[static_cast<size_t>(change.kind)]) + change.path +
             flags_of(change.what) + "\n";
  }
  return lines;
}

std::string files(std::string_view before, std::string_view after, bool semantic = false) {
  return files_of(diff(prepare(before), prepare(after), semantic));
}

TEST(Diff, equal_images) {
  constexpr const char* kText = "layer\ndir d\nfile d/a text=x\nhardlink d/b -> d/a\n";
  ImageDiff got = diff(prepare(kText), prepare(kText));
  EXPECT_TRUE(got.is_equal);
  EXPECT_EQ(1U, got.shared_layers);
  EXPECT_EQ("", files_of(got));
}

TEST(Diff, each_difference_of_a_file) {
  EXPECT_EQ(
      "+/b\n-/c\n",
      files("layer\nfile a text=x\nfile c text=x\n", "layer\nfile a text=x\nfile b text=x\n"));
  EXPECT_EQ("~/a content\n", files("layer\nfile a text=x\n", "layer\nfile a text=y\n"));
  EXPECT_EQ("~/a content\n", files("layer\nfile a text=x\n", "layer\nfile a text=yy\n"));
  EXPECT_EQ("~/a mode\n", files("layer\nfile a text=x\n", "layer\nfile a text=x mode=0755\n"));
  EXPECT_EQ("~/a owner\n", files("layer\nfile a text=x\n", "layer\nfile a text=x gid=3\n"));
  EXPECT_EQ("~/a time\n", files("layer\nfile a text=x\n", "layer\nfile a text=x mtime=3\n"));
  EXPECT_EQ("~/l target\n", files("layer\nsymlink l -> a\n", "layer\nsymlink l -> b\n"));
  EXPECT_EQ("~/a type mode\n", files("layer\nfile a\n", "layer\ndir a\n"));
  EXPECT_EQ(
      "~/a links\n~/b links\n",
      files("layer\nfile a text=x\nfile b text=x\n", "layer\nfile a text=x\nhardlink b -> a\n"));
}

TEST(Diff, the_merged_trees_count_and_not_the_layers) {
  ImageDiff got = diff(prepare("layer\nfile a text=x\nfile b text=x\nlayer\nwhiteout b\n"),
                       prepare("layer\nfile a text=x\n"),
                       true);
  EXPECT_EQ("", files_of(got));
  EXPECT_TRUE(got.is_equal);
  EXPECT_EQ(0U, got.shared_layers);
  EXPECT_EQ(2U, got.before_bytes.stored);
  EXPECT_EQ(1U, got.after_bytes.stored);
}

TEST(Diff, folders_and_order) {
  EXPECT_EQ("+/a/x\n+/a/x/1\n+/a-b\n",
            files("layer\ndir a\n", "layer\ndir a\nfile a-b\ndir a/x\nfile a/x/1\n"));
}

TEST(Diff, semantic_ignores_time_and_packing) {
  constexpr const char* kBefore = "layer\nfile a text=x\nfile b text=x\n";
  constexpr const char* kAfter = "layer gzip\nfile b text=x mtime=9\nfile a text=x\n";
  EXPECT_EQ("~/b time\n", files(kBefore, kAfter));
  AnalyzedImage before = prepare(kBefore, {"RUN a"});
  AnalyzedImage after = prepare(kAfter, {"RUN b"});
  after.image->info().config.created = "2026-01-01T00:00:00Z";
  EXPECT_TRUE(diff(before, after, true).is_equal);
  EXPECT_FALSE(diff(before, after).is_equal);
}

TEST(Diff, configuration) {
  AnalyzedImage before = prepare("layer\nfile a\n", {"RUN a"});
  AnalyzedImage after = prepare("layer\nfile a\n", {"RUN b", "-CMD x"});
  auto set = [](AnalyzedImage& image, const std::function<void(RunConfig&)>& change) {
    auto read = std::const_pointer_cast<ReadImage>(image.read);
    change(read->info.config.run);
  };
  set(before, [](RunConfig& run) {
    run.env = {"A=1", "B=1"};
    run.cmd = {"sh", "-c", "a \"b\""};
    run.labels = {{"l", "1"}};
    run.exposed_ports = {"80/tcp"};
  });
  set(after, [](RunConfig& run) {
    run.env = {"A=2", "C=3"};
    run.user = "app";
    run.exposed_ports = {"80/tcp", "81/tcp"};
  });
  std::string lines;
  for (const ConfigChange& change : diff(before, after).config) {
    lines += change.field + ": " + change.before.value_or("-") + " > " +
             change.after.value_or("-") + "\n";
  }
  EXPECT_EQ(
      "User: - > app\nEnv A: 1 > 2\nEnv B: 1 > -\nEnv C: - > 3\nCmd: [\"sh\", \"-c\", \"a "
      "\\\"b\\\"\"] > -\nExposedPort: - > 81/tcp\nLabel l: 1 > -\nhistory 1: RUN a > RUN b\n"
      "history 2: - > CMD x\n",
      lines);
}

}  // namespace
}  // namespace whittle
