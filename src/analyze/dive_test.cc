#include "analyze/dive.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/image_builder.h"

namespace whittle {
namespace {

DiveCompat dive_of(const std::vector<ReadLayer>& layers) {
  std::vector<const LayerIndex*> indexes;
  for (const ReadLayer& layer : layers) indexes.push_back(&layer.index);
  Result<PathIndex> paths = PathIndex::make(indexes);
  EXPECT_TRUE(paths.ok());
  return dive_figures(indexes, *paths);
}

DiveCompat dive(std::string_view text) {
  auto layers = read_layers(*test::image_of(text), test::read_options());
  EXPECT_TRUE(layers.ok());
  return dive_of(*layers);
}

// "count bytes path" of each inefficient file.
std::string listed(const DiveCompat& dive) {
  std::string lines;
  for (const DiveFile& file : dive.inefficient)
    lines += std::to_string(file.count) + " " + std::to_string(file.bytes) + " " + file.path + "\n";
  return lines;
}

// All expected values are computed by hand from the formulas of dive's efficiency.go.

TEST(Dive, nothing_is_wasted) {
  DiveCompat got = dive("layer\nfile a size=100\nlayer\nfile b size=50\n");
  EXPECT_EQ(1.0, got.efficiency);
  EXPECT_EQ(150, got.size_bytes);
  EXPECT_EQ(50, got.user_size_bytes);
  EXPECT_EQ(0, got.wasted_bytes);
  EXPECT_EQ(0.0, got.wasted_user_percent);
  EXPECT_EQ((std::vector<int64_t>{100, 50}), got.layer_bytes);
}

TEST(Dive, one_layer_divides_by_zero) {
  DiveCompat got = dive("layer\nfile a size=100\n");
  EXPECT_TRUE(std::isnan(got.wasted_user_percent));
  EXPECT_EQ(1.0, dive("layer\ndir a\n").efficiency);
  DiveCompat infinite = dive("layer\nfile a size=100\nlayer\nwhiteout a\n");
  EXPECT_TRUE(std::isinf(infinite.wasted_user_percent));
}

TEST(Dive, a_deleted_file_counts_once_and_least_nothing) {
  DiveCompat got = dive("layer\nfile a size=100\nlayer\nwhiteout a\n");
  EXPECT_EQ(0.0, got.efficiency);
  EXPECT_EQ("2 100 /a\n", listed(got));
}

TEST(Dive, a_deleted_folder_counts_in_both_sums) {
  DiveCompat got = dive("layer\ndir d\nfile d/a size=100\nfile b size=10\nlayer\nwhiteout d\n");
  // d/a 100, b 10, and /d: 100 in both sums.
  EXPECT_EQ(1.0, got.efficiency);
  EXPECT_EQ("", listed(got));
}

TEST(Dive, an_implied_folder_is_no_folder) {
  DiveCompat got = dive("layer\nfile d/a size=100\nlayer\nwhiteout d\n");
  EXPECT_EQ(1.0, got.efficiency);  // 100 and 0 in both sums
  // A layer that only implies a folder takes its being one away.
  got = dive("layer\ndir d\nfile d/a size=100\nlayer\nfile d/b size=1\nlayer\nwhiteout d\n");
  EXPECT_EQ(1.0, got.efficiency);
  EXPECT_EQ(0, got.wasted_bytes);
  got = dive("layer\ndir d\nfile d/a size=100\nlayer\ndir d\nfile d/b size=1\nlayer\nwhiteout d\n");
  EXPECT_EQ(1.0, got.efficiency);
  // d as a leaf of its own first: seen twice, 0 and 101 bytes.
  got = dive(
      "layer\ndir d\nlayer\ndir d\nfile d/a size=100\nlayer\ndir d\nfile d/b size=1\n"
      "layer\nwhiteout d\n");
  EXPECT_EQ("2 101 /d\n", listed(got));
  EXPECT_EQ(101.0 / 202.0, got.efficiency);
}

TEST(Dive, all_copies_count) {
  DiveCompat got = dive("layer\nfile a size=100\nlayer\nfile a size=100\nlayer\nfile a size=40\n");
  EXPECT_EQ("3 240 /a\n", listed(got));
  EXPECT_EQ(40.0 / 240.0, got.efficiency);
  EXPECT_EQ(240.0 / 140.0, got.wasted_user_percent);
}

TEST(Dive, empty_things_are_listed) {
  DiveCompat got = dive(
      "layer\ndir etc\nfile z\nfile l size=5\nhardlink h -> l\nsymlink s -> l\n"
      "layer\ndir etc\nfile z\nfile l size=5\nhardlink h -> l\nsymlink s -> l\n");
  EXPECT_EQ("2 10 /l\n2 0 /z\n2 0 /s\n2 0 /h\n2 0 /etc\n", listed(got));
}

TEST(Dive, a_whiteout_of_nothing_ends_its_layer) {
  DiveCompat got = dive(
      "layer\nfile b size=10\nlayer\nfile a size=5\nwhiteout m\nfile z size=1000\nfile b "
      "size=10\n");
  // In the walk: ".wh.m", then a, b, z. Only /m comes in, with a least of -1.
  EXPECT_EQ((10.0 - 1.0) / 10.0, got.efficiency);
  EXPECT_EQ("", listed(got));
  EXPECT_EQ(1025, got.size_bytes);
  got = dive("layer\nfile b size=10\nlayer\nfile -a size=5\nwhiteout m\nfile z size=1000\n");
  EXPECT_EQ((15.0 - 1.0) / 15.0, got.efficiency);
}

TEST(Dive, opaque_markers_remove_nothing_but_are_folders) {
  DiveCompat got = dive("layer\ndir d\nfile d/a size=100\nlayer\nopaque d\nfile d/b size=1\n");
  EXPECT_EQ(1.0, got.efficiency);
  // Alone, the marker leaves an empty folder.
  got = dive("layer\ndir d\nlayer\nopaque d\n");
  EXPECT_EQ("2 0 /d\n", listed(got));
}

TEST(Dive, a_file_in_a_folders_place_keeps_what_is_below) {
  DiveCompat got = dive(
      "layer\ndir d\nfile d/a size=100\nlayer\nfile d size=7\nlayer\ndir d\nlayer\nwhiteout d\n");
  // The last whiteout removes the folder with d/a: 100, its own size is that of the last header.
  EXPECT_EQ("3 107 /d\n", listed(got));
  EXPECT_EQ((100.0 + 0.0) / (100.0 + 7.0 + 0.0 + 100.0), got.efficiency);
}

TEST(Dive, names_before_their_whiteout_are_removed_with_it) {
  // ".bashrc" sorts before ".wh..bashrc": made and removed again. "x" is removed first.
  DiveCompat got = dive(
      "layer\nfile b size=1\nfile x size=1\nfile -y size=1\n"
      "layer\nwhiteout x\nfile x size=10\nwhiteout -y\nfile -y size=10\n"
      "layer\nwhiteout x\nwhiteout -y\n");
  // Layer 3: "-y" is there no more in dive's eyes. Its walk: ".wh.-y" first, which ends the layer.
  EXPECT_EQ("3 11 /x\n3 11 /-y\n", listed(got));
  EXPECT_EQ(1.0 / 23.0, got.efficiency);
}

TEST(Dive, a_whiteout_in_the_lowest_layer_looks_at_that_layer) {
  DiveCompat got = dive("layer\ndir d\nfile d/a size=100\nwhiteout d\n");
  EXPECT_EQ(1.0, got.efficiency);  // 100 for d/a, 100 for /d, in both sums
  got = dive("layer\nwhiteout q\nfile a size=10\n");
  EXPECT_EQ(1.0, got.efficiency);  // -1 over 0: nothing was counted but the whiteout
}

TEST(Dive, duplicates_count_in_the_layer_only) {
  DiveCompat got = dive("layer\nfile a size=100\nfile a size=30\nlayer\nfile a size=5\n");
  EXPECT_EQ(135, got.size_bytes);
  EXPECT_EQ("2 35 /a\n", listed(got));
  EXPECT_EQ(5.0 / 35.0, got.efficiency);
}

TEST(Dive, folders_named_like_whiteouts) {
  // ".wh.b" holds a file, so it is no leaf; laid over the layer below it removes b.
  DiveCompat got = dive(
      "layer\nfile b size=10\nlayer\nfile .wh.b/c size=5\nlayer\nwhiteout b\nfile x size=100\n");
  // Layer 3 ends at once: b is gone.
  EXPECT_EQ((10.0 + 5.0) / (10.0 + 5.0), got.efficiency);
  EXPECT_EQ("", listed(got));
}

TEST(Dive, sizes_in_headers_of_what_has_no_content) {
  auto layers = read_layers(*test::image_of("layer\ndir d\nfile d/a size=10\nsymlink l -> d\n"
                                            "layer\nwhiteout d\nsymlink l -> x\n"),
                            test::read_options());
  ASSERT_TRUE(layers.ok());
  (*layers)[0].index.odd_sizes = {{EntryId{0}, 4096}, {EntryId{2}, 3}};
  (*layers)[1].index.odd_sizes = {{EntryId{1}, 8}};
  (*layers)[1].index.dropped_bytes = 2;
  DiveCompat got = dive_of(*layers);
  EXPECT_EQ((std::vector<int64_t>{4109, 10}), got.layer_bytes);
  EXPECT_EQ("2 11 /l\n", listed(got));
  // d/a 10, /l 3 of 11, and the whiteout of /d with 4106 in both sums.
  EXPECT_EQ((10.0 + 3.0 + 4106.0) / (10.0 + 11.0 + 4106.0), got.efficiency);
}

}  // namespace
}  // namespace whittle
