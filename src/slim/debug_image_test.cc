// Debug companions, read again as any image is.
#include "slim/debug_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/fs.h"
#include "slim/slim_test_support.h"
#include "support/programs.h"

namespace whittle {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsSupersetOf;

constexpr uint64_t kMaxBytes = 64ULL << 20;

TEST(DebugImageTest, AddsItsToolsAndStartsAShell) {
  std::unique_ptr<test::MemoryImage> slim =
      test::image_of("layer\ndir app mode=0700\nfile app/run size=9\nsymlink bin -> usr/bin\n");
  Result<std::unique_ptr<Image>> made = make_debug_image(*slim, "no program", Limits());
  ASSERT_TRUE(made.ok()) << made.error().message();
  const ImageInfo& info = (*made)->info();
  ASSERT_EQ(info.layers.size(), 2U);
  EXPECT_EQ(info.layers[0].diff_id, slim->info().layers[0].diff_id);
  EXPECT_THAT(info.config.run.cmd, ElementsAre("/.whittle/bin/sh"));
  EXPECT_TRUE(info.config.run.entrypoint.empty());
  EXPECT_THAT(info.config.run.env, Contains(testing::StartsWith("PATH=/.whittle/bin:")));
  EXPECT_THAT(info.config.run.env, Contains("A=b"));
  Result<std::unique_ptr<test::Merged>> merged = test::read_and_merge(**made, test::read_options());
  ASSERT_TRUE(merged.ok()) << merged.error().message();
  const MergedTree& tree = (*merged)->tree;
  EXPECT_THAT(test::paths_of(tree),
              IsSupersetOf({".whittle/",
                            ".whittle/bin/",
                            ".whittle/bin/busybox",
                            ".whittle/bin/sh",
                            "app/run",
                            "bin"}));
  TreePaths paths(tree);
  EXPECT_EQ(paths.resolve("/.whittle/bin/ls", kRootNode), tree.find(".whittle/bin/busybox"));
  EXPECT_EQ(paths.entry(tree.find(".whittle/bin/busybox"))->mode, 0755U);
  Result<std::unique_ptr<Image>> again = make_debug_image(*slim, "no program", Limits());
  EXPECT_EQ((*again)->info().config_digest, info.config_digest);
}

TEST(DebugImageTest, KnowsWhatABusyboxAnswersTo) {
  test::Outcome said = test::run({"/usr/bin/busybox", "--list"});
  Result<std::string> program = read_file("/usr/bin/busybox", kMaxBytes);
  if (!said.ok || !program.ok()) GTEST_SKIP() << "no busybox here";
  std::vector<std::string> expected;
  for (std::string_view line : split_lines(said.out)) expected.emplace_back(line);
  EXPECT_EQ(busybox_names(*program), expected);
}

TEST(DebugImageTest, TellsStaticProgramsFromOthers) {
  EXPECT_FALSE(is_static_program("#!/bin/sh\n", "amd64"));
  Result<std::string> program = read_file("/proc/self/exe", uint64_t{1} << 30);
  ASSERT_TRUE(program.ok());
  EXPECT_FALSE(is_static_program(*program, "amd64"));
  EXPECT_FALSE(is_static_program(*program, "of no machine"));
}

}  // namespace
}  // namespace whittle
