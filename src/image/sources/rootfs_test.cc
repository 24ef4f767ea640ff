#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/subprocess.h"
#include "image/sources/sources.h"
#include "support/image_builder.h"

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// A small tree with one of each.
TempDir made_tree() {
  TempDir folder = std::move(TempDir::make("rootfs-test")).value();
  Command command;
  command.args = {"sh",
                  "-ec",
                  "cd \"$0\"; mkdir -p a/b; printf hello > a/b/f; ln a/b/f z; ln -s ../a link; "
                  "mkfifo p; chmod 1777 a/b; "
                  "touch -d @1000000000.25 a/b/f; printf x > 'odd name'",
                  folder.path().string()};
  CHECK(run_checked(command, test::no_cancel()).ok());
  return folder;
}

TEST(Rootfs, IsAnImageOfOneLayer) {
  TempDir folder = made_tree();
  auto image = open_image("rootfs:" + folder.path().string(), test::open_options());
  ASSERT_TRUE(image.ok()) << image.error().message();
  ASSERT_EQ((*image)->info().layers.size(), 1U);
  EXPECT_EQ((*image)->info().layers[0].history_index, 0);
  auto merged = test::read_and_merge(**image);
  ASSERT_TRUE(merged.ok()) << merged.error().message();
  const MergedTree& tree = (*merged)->tree;
  EXPECT_THAT(test::paths_of(tree),
              ElementsAre("a/", "a/b/", "a/b/f", "link", "odd name", "p", "z"));
  EXPECT_EQ(tree.file_count(), 3U);
  EXPECT_EQ(tree.content_bytes(), 6U);
  const LayerIndex& index = (*merged)->layers[0].index;
  for (const Entry& entry : index.entries) {
    if (index.path(entry) == "a/b") {
      EXPECT_EQ(entry.mode, 01777U);
    }
    if (index.path(entry) == "link") {
      EXPECT_EQ(index.link_target(entry), "../a");
    }
    if (index.path(entry) != "a/b/f") continue;
    EXPECT_EQ(entry.mtime_seconds, 1000000000);
    EXPECT_EQ(index.mtime_nanoseconds_of(entry), 250000000U);
    EXPECT_EQ(entry.uid, ::getuid());
  }
}

TEST(Rootfs, GnuTarUnpacksTheLayerToTheSameTree) {
  if (find_program("tar").empty()) GTEST_SKIP() << "needs tar";
  TempDir folder = made_tree();
  auto image = open_image("rootfs:" + folder.path().string(), test::open_options());
  ASSERT_TRUE(image.ok());
  auto layer = (*image)->open_layer(0);
  ASSERT_TRUE(layer.ok());
  TempDir copy = std::move(TempDir::make("rootfs-copy")).value();
  Command command;
  command.args = {"tar", "-xpf", "-", "-C", copy.path().string()};
  command.input = *read_all(**layer, 1 << 20);
  ASSERT_TRUE(run_checked(command, test::no_cancel()).ok());
  // Names, types, modes, links, times and sizes of both trees, as find sees them.
  auto listing = [](const fs::path& root) {
    Command find;
    find.args = {"sh",
                 "-ec",
                 "cd \"$0\"; find . -printf '%p %y %m %n %l %T@ %s\\n' | grep -v '^[^ ]* d' | sort",
                 root.string()};
    return std::move(run_checked(find, test::no_cancel())).value().out;
  };
  std::string before = listing(folder.path());
  EXPECT_THAT(before, HasSubstr("./a/b/f f"));
  EXPECT_EQ(listing(copy.path()), before);
}

TEST(Rootfs, NoticesAFileThatChangesUnderIt) {
  TempDir folder = made_tree();
  auto image = open_image("rootfs:" + folder.path().string(), test::open_options());
  ASSERT_TRUE(image.ok());
  ASSERT_TRUE(write_file_atomic(folder.path() / "odd name", "changed").ok());
  auto layers = read_layers(**image, test::read_options());
  ASSERT_FALSE(layers.ok());
  EXPECT_THAT(layers.error().message(), HasSubstr("diff id"));
}

TEST(Rootfs, NeedsAFolder) {
  auto missing = open_image("rootfs:/does/not/exist", test::open_options());
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().kind(), ErrorKind::NotFound);
}

}  // namespace
}  // namespace whittle
