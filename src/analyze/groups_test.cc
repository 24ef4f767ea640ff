#include "analyze/groups.h"

#include <random>

#include "analyze/analyze_test_support.h"

namespace whittle {
namespace {

using test::analyzed;

GroupOptions by(std::string_view dimensions, size_t most = 0) {
  GroupOptions options;
  Result<std::vector<Dimension>> parsed = parse_dimensions(dimensions);
  EXPECT_TRUE(parsed.ok());
  options.dimensions = *parsed;
  options.most = most;
  return options;
}

std::string text_of(const std::vector<GroupRow>& rows, const std::string& indent = "") {
  std::string text;
  for (const GroupRow& row : rows) {
    text += indent + row.key + " " + std::to_string(row.bytes.stored) + " " +
            std::to_string(row.bytes.final) + " " + std::to_string(row.bytes.files) + "\n" +
            text_of(row.rows, indent + "  ");
  }
  return text;
}

constexpr const char* kImage =
    "layer\nfile usr/lib/x/deep/a.so size=100\nfile usr/lib/x/b.so size=50 uid=5 gid=6\n"
    "file readme size=7\ndir empty\n"
    "layer\nfile usr/lib/x/b.so size=60\nfile app/main.py size=30\nfile app/.env size=1\n"
    "layer\nwhiteout app\n";

TEST(Groups, one_dimension_each) {
  auto analysis = analyzed(kImage);
  EXPECT_EQ("/usr/lib/x 210 160 3\n/app 31 0 2\n/ 7 7 1\n", text_of(group(*analysis, by("dir"))));
  EXPECT_EQ(".so 210 160 3\n.py 30 0 1\n[none] 8 7 2\n", text_of(group(*analysis, by("ext"))));
  EXPECT_EQ("0:0 198 167 5\n5:6 50 0 1\n", text_of(group(*analysis, by("owner"))));
  EXPECT_EQ("kept 167 167 3\noverwritten-other 50 0 1\ndeleted-later 31 0 2\n",
            text_of(group(*analysis, by("cause"))));
  EXPECT_EQ("layer 1: layer 1 157 107 3\nlayer 2: layer 2 91 60 3\n",
            text_of(group(*analysis, by("layer"))));
  EXPECT_EQ("[none] 248 167 6\n", text_of(group(*analysis, by("package"))));
  EXPECT_EQ("libraries 210 160 3\nother 38 7 3\n", text_of(group(*analysis, by("kind"))));
  EXPECT_EQ(
      "/usr/lib/x/b.so 110 60 2\n/usr/lib/x/deep/a.so 100 100 1\n/app/main.py 30 0 1\n"
      "/readme 7 7 1\n/app/.env 1 0 1\n",
      text_of(group(*analysis, by("path"))));
}

TEST(Groups, each_alone_is_what_it_is_alone) {
  auto analysis = analyzed(kImage);
  for (bool only_lost : {false, true}) {
    GroupOptions options = by("dir,ext,owner,cause,layer,package,kind,path", 1);
    options.only_lost = only_lost;
    std::vector<std::vector<GroupRow>> all = group_each(*analysis, options);
    ASSERT_EQ(options.dimensions.size(), all.size());
    for (size_t i = 0; i < all.size(); ++i) {
      GroupOptions alone = options;
      alone.dimensions = {options.dimensions[i]};
      EXPECT_EQ(text_of(group(*analysis, alone)), text_of(all[i])) << i;
    }
  }
}

TEST(Groups, two_dimensions_and_the_rest) {
  auto analysis = analyzed(kImage);
  EXPECT_EQ(
      "/usr/lib/x 210 160 3\n  layer 1: layer 1 150 100 2\n  layer 2: layer 2 60 60 1\n"
      "[2 Others] 38 7 3\n",
      text_of(group(*analysis, by("dir,layer", 1))));
  // A rest of one is shown as it is.
  EXPECT_EQ("/usr/lib/x 210 160 3\n/app 31 0 2\n/ 7 7 1\n",
            text_of(group(*analysis, by("dir", 2))));
}

TEST(Groups, lost_and_own_only) {
  auto analysis = analyzed(kImage,
                           {"/bin/sh -c #(nop) ADD file:1 in / ",
                            "-/bin/sh -c #(nop)  CMD [\"sh\"]",
                            "RUN /bin/sh -c a",
                            "RUN /bin/sh -c b"});
  GroupOptions options = by("layer");
  options.only_lost = true;
  EXPECT_EQ("layer 1: ADD file:1 in / 50 0 1\nlayer 2: RUN a 31 0 2\n",
            text_of(group(*analysis, options)));
  EXPECT_EQ(81U, group_total(*analysis, options).stored);
  options.only_own = true;
  EXPECT_EQ("layer 2: RUN a 31 0 2\n", text_of(group(*analysis, options)));
}

TEST(Groups, dimensions_are_known_by_name) {
  EXPECT_EQ(9U, dimension_table().size());
  Result<std::vector<Dimension>> bad = parse_dimensions("layer,colour");
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(ErrorKind::Usage, bad.error().kind());
  EXPECT_NE(std::string::npos, bad.error().hint().find("package"));
  EXPECT_FALSE(parse_dimensions("dir,dir").ok());
  EXPECT_FALSE(parse_dimensions("").ok());
}

void expect_sums(const std::vector<GroupRow>& rows, const GroupBytes& whole) {
  GroupBytes sum;
  for (const GroupRow& row : rows) {
    sum.stored += row.bytes.stored;
    sum.final += row.bytes.final;
    sum.files += row.bytes.files;
    if (!row.rows.empty()) expect_sums(row.rows, row.bytes);
  }
  EXPECT_EQ(whole.stored, sum.stored);
  EXPECT_EQ(whole.final, sum.final);
  EXPECT_EQ(whole.files, sum.files);
}

TEST(Groups, every_level_sums_to_its_parent) {
  std::mt19937 random(11);
  std::string text = "layer\n";
  for (int i = 0; i < 300; ++i) {
    if (i % 60 == 59) text += "layer\n";
    text += "file d" + std::to_string(random() % 5) + "/e" + std::to_string(random() % 5) + "/f" +
            std::to_string(random() % 40) + (random() % 2 == 0 ? ".py" : ".js") +
            " size=" + std::to_string(random() % 500) + " uid=" + std::to_string(random() % 3) +
            "\n";
  }
  auto analysis = analyzed(text);
  for (const char* dimensions : {"layer,dir,ext", "owner,cause", "kind,path", "ext,owner,layer"}) {
    for (size_t most : {0U, 1U, 3U}) {
      GroupOptions options = by(dimensions, most);
      expect_sums(group(*analysis, options), group_total(*analysis, options));
    }
  }
  EXPECT_EQ(analysis->total.stored, group_total(*analysis, by("layer")).stored);
  EXPECT_EQ(analysis->total.final, group_total(*analysis, by("layer")).final);
}

TEST(Groups, changes_of_two_images) {
  auto before = analyzed("layer\nfile a/x size=10\nfile b/x size=5\nfile c/x size=3\n");
  auto after = analyzed("layer\nfile a/x size=10\nfile b/x size=9\nlayer\nfile d/x size=100\n");
  std::vector<GroupChange> changes = group_changes(*before, *after, by("dir"));
  ASSERT_EQ(4U, changes.size());
  EXPECT_EQ("/d", changes[0].key);
  EXPECT_TRUE(changes[0].is_new);
  EXPECT_EQ("/b", changes[1].key);
  EXPECT_EQ(5U, changes[1].before.stored);
  EXPECT_EQ(9U, changes[1].after.stored);
  EXPECT_EQ("/c", changes[2].key);
  EXPECT_TRUE(changes[2].is_gone);
  EXPECT_EQ("/a", changes[3].key);
  changes = group_changes(*before, *after, by("dir", 1));
  ASSERT_EQ(2U, changes.size());
  EXPECT_EQ("[3 Others]", changes[1].key);
  EXPECT_EQ(18U, changes[1].before.stored);
  EXPECT_EQ(19U, changes[1].after.stored);
}

}  // namespace
}  // namespace whittle
