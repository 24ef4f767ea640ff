#include "analyze/savings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <numeric>

#include "base/fs.h"
#include "dockerfile/parser.h"

namespace whittle {
namespace {

using ::testing::ElementsAre;

struct File {
  std::string path;
  uint64_t size;
  EntryRole role = EntryRole::Normal;
  std::string kept = {};  // the content, where the index keeps it
};

void add_layer(ReadImage& image, const std::vector<File>& files) {
  ReadLayer layer;
  for (const File& file : files) {
    Entry entry;
    entry.path = {static_cast<uint32_t>(layer.index.names.size()),
                  static_cast<uint32_t>(file.path.size())};
    layer.index.names += file.path;
    entry.size_bytes = file.role == EntryRole::Normal ? file.size : 0;
    entry.role = file.role;
    EntryId id{static_cast<uint32_t>(layer.index.entries.size())};
    layer.index.entries.push_back(entry);
    if (file.kept.empty()) continue;
    layer.index.kept.push_back(
        {id, TopicId::Packages, {}, layer.index.kept_bytes.size(), file.kept.size()});
    layer.index.kept_bytes += file.kept;
  }
  image.layers.push_back(std::move(layer));
}

std::unique_ptr<ReadImage> image_of(const std::vector<std::vector<File>>& layers) {
  auto image = std::make_unique<ReadImage>();
  for (const std::vector<File>& files : layers) add_layer(*image, files);
  std::vector<const LayerIndex*> indexes;
  for (const ReadLayer& layer : image->layers) indexes.push_back(&layer.index);
  Result<MergedTree> tree = merge_layers(indexes);
  EXPECT_TRUE(tree.ok());
  image->tree = std::move(tree).value();
  return image;
}

Change change_of(SavingKind kind, std::vector<std::string> paths, uint32_t line = 0) {
  Change change;
  change.id = {"rule", line};
  change.saving = {kind, std::move(paths)};
  return change;
}

class SavingsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Result<TempDir> made = TempDir::make("savings-test");
    ASSERT_TRUE(made.ok());
    folder_.emplace(std::move(made).value());
    for (const char* name : {"app.py", "big.log", "conf/site.conf", "conf/old.log"}) {
      fs::path path = folder_->path() / name;
      ASSERT_TRUE(make_dirs(path.parent_path()).ok());
      std::ofstream(path) << "x";
    }
    Result<Dockerfile> file = parse_dockerfile(
        "FROM a\nRUN one\nRUN two\nCOPY . /app\nCOPY conf /etc/site/\n", "Dockerfile", Limits{});
    ASSERT_TRUE(file.ok());
    file_ = std::move(file).value();
    evaluation_ = evaluate(file_, {});
    Result<BuildContext> context = read_context(folder_->path(), {}, Limits{}, CancelToken());
    ASSERT_TRUE(context.ok());
    context_ = std::move(context).value();
  }

  Savings measure(const ReadImage& before,
                  const ReadImage& after,
                  const std::vector<Change>& changes,
                  std::vector<uint32_t> layer_lines = {}) {
    Savings savings = measure_savings(
        before, after, {file_, evaluation_, context_, std::move(layer_lines)}, changes);
    int64_t sum = std::accumulate(
        savings.image_bytes.begin(), savings.image_bytes.end(), savings.unattributed);
    EXPECT_EQ(
        sum,
        static_cast<int64_t>(before.image_bytes()) - static_cast<int64_t>(after.image_bytes()));
    return savings;
  }

  std::optional<TempDir> folder_;
  Dockerfile file_;
  Evaluation evaluation_;
  BuildContext context_;
};

TEST_F(SavingsTest, paths_count_what_is_gone_under_them) {
  auto before = image_of({{{"bin/sh", 100}}, {{"var/lib/apt/lists/a", 1000}, {"usr/x", 50}}});
  auto after = image_of({{{"bin/sh", 100}}, {{"var/lib/apt/lists/lock", 1}, {"usr/x", 40}}});
  Savings savings = measure(*before, *after, {change_of(SavingKind::Paths, {"var/lib/apt/lists"})});
  EXPECT_THAT(savings.image_bytes, ElementsAre(999));
  EXPECT_EQ(savings.unattributed, 10);
}

TEST_F(SavingsTest, each_byte_has_one_change_and_the_line_decides_among_equals) {
  auto before = image_of({{{"var/cache/a", 10}}, {{"var/cache/b", 200}}, {{"var/cache/c", 3000}}});
  auto after = image_of({{}, {}, {}});
  std::vector<Change> changes = {change_of(SavingKind::Paths, {"var/cache"}, 2),
                                 change_of(SavingKind::Paths, {"var/cache"}, 3)};
  EXPECT_THAT(measure(*before, *after, changes, {0, 2, 3}).image_bytes, ElementsAre(210, 3000));
}

TEST_F(SavingsTest, hidden_files_are_those_a_later_layer_deletes_or_replaces) {
  auto before = image_of({{{"a", 10}, {"b", 200}}, {{"a", 0, EntryRole::Whiteout}, {"b", 201}}});
  auto after = image_of({{{"b", 201}}});
  EXPECT_THAT(measure(*before, *after, {change_of(SavingKind::HiddenFiles, {})}).image_bytes,
              ElementsAre(210));
}

TEST_F(SavingsTest, context_files_are_followed_to_where_copy_puts_them_and_into_later_layers) {
  auto before = image_of({{{"app/app.py", 1}, {"app/big.log", 500}, {"app/conf/old.log", 70}},
                          {{"etc/site/old.log", 70}, {"etc/site/site.conf", 1}},
                          {{"app/big.log", 500}}});  // chmod in a later RUN copied it
  auto after = image_of({{{"app/app.py", 1}}, {{"etc/site/site.conf", 1}}});
  EXPECT_THAT(
      measure(*before, *after, {change_of(SavingKind::ContextFiles, {"**/*.log"})}).image_bytes,
      ElementsAre(1140));
}

TEST_F(SavingsTest, dropped_packages_take_their_files_through_linked_folders) {
  auto list = [](const std::string& name, const std::string& text) {
    return File{"var/lib/dpkg/info/" + name + ".list", 20, EntryRole::Normal, text};
  };
  File other = list("other", "/usr/bin/other\n");
  auto before = image_of({{{"usr/bin/tool", 900},
                           {"usr/bin/other", 30},
                           list("tool", "/.\n/usr\n/usr/bin\n/usr/bin/tool\n"),
                           other}});
  auto after = image_of({{{"usr/bin/other", 30}, other}});
  EXPECT_THAT(measure(*before, *after, {change_of(SavingKind::DroppedPackages, {})}).image_bytes,
              ElementsAre(920));
}

TEST_F(SavingsTest, growth_is_negative) {
  auto before = image_of({{{"x/a", 10}}});
  auto after = image_of({{{"x/a", 25}}});
  EXPECT_THAT(measure(*before, *after, {change_of(SavingKind::Paths, {"x"})}).image_bytes,
              ElementsAre(-15));
}

}  // namespace
}  // namespace whittle
