// Podman's store on disk: one that Podman makes here, and lists that are crafted.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/rooted.h"
#include "image/sources/base64.h"
#include "image/sources/containers_storage_records.h"
#include "image/sources/select.h"
#include "image/sources/tar_split.h"
#include "image/write.h"
#include "support/layout_builder.h"

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kImage = R"(
layer
dir etc
file etc/os text=base mode=0640 uid=7 gid=8
file etc/gone text=gone
dir lib
file lib/a size=70000
file lib/b size=10
symlink link -> etc/os
hardlink lib/c -> lib/a
layer
whiteout etc/gone
dir lib
opaque lib
file lib/new text=new
layer
dir empty
)";

// A store that Podman filled; nullopt where it cannot (no program, no rights).
class PodmanStore {
 public:
  explicit PodmanStore(const std::string& driver) {
    if (find_program("podman").empty()) return;
    WriteOptions write;
    write.reference = "docker.io/team/app:1";
    write.cancel = &test::no_cancel();
    write.progress = &test::no_progress();
    fs::path archive = folder_.path() / "a.tar";
    CHECK(write_docker_archive(*test::image_of(kImage), archive, write).ok());
    CHECK(write_file_atomic(folder_.path() / "conf",
                            "[containers]\ndefault_ulimits=[]\n[engine]\nruntime=\"runc\"\n")
              .ok());
    Command command;
    command.args = {"podman",
                    "--root",
                    root().string(),
                    "--runroot",
                    (folder_.path() / "run").string(),
                    "--storage-driver",
                    driver,
                    "load",
                    "--quiet",
                    "--input",
                    archive.string()};
    command.env = {{"CONTAINERS_CONF", (folder_.path() / "conf").string()}};
    Result<CommandResult> loaded = run_command(command, test::no_cancel());
    is_there_ = loaded.ok() && loaded->succeeded();
    if (loaded.ok() && !is_there_) GTEST_LOG_(INFO) << loaded->err;
  }

  ~PodmanStore() {
    // Podman leaves a bind mount of its overlay folder behind.
    Command command;
    command.args = {"umount", (root() / "overlay").string()};
    static_cast<void>(run_command(command, test::no_cancel()));
  }

  bool is_there() const { return is_there_; }

  fs::path root() const { return folder_.path() / "root"; }

  std::string target(const std::string& name) const {
    return "containers-storage:[" + root().string() + "]" + name;
  }

  // Removes the record of every layer.
  void forget_records(const std::string& driver) {
    for (const auto& item : fs::directory_iterator(root() / (driver + "-layers"))) {
      if (item.path().extension() == ".gz") fs::remove(item.path());
    }
  }

 private:
  TempDir folder_ = test::temp_dir("podman");
  bool is_there_ = false;
};

class ContainersStorage : public testing::TestWithParam<const char*> {};

TEST_P(ContainersStorage, PutsLayersTogetherAgain) {
  PodmanStore store(GetParam());
  if (!store.is_there()) GTEST_SKIP() << "needs podman and the rights to load an image";
  std::unique_ptr<test::MemoryImage> original = test::image_of(kImage);
  std::string id(digest_hex(original->info().config_digest));
  for (const std::string& name :
       {std::string("docker.io/team/app:1"), std::string("team/app:1"), id, id.substr(0, 12)}) {
    auto image = open_image(store.target(name), test::open_options());
    ASSERT_TRUE(image.ok()) << image.error().message();
    const ImageInfo& info = (*image)->info();
    EXPECT_EQ(info.source, "containers-storage");
    EXPECT_THAT(info.names, ElementsAre("docker.io/team/app:1"));
    EXPECT_EQ(info.config.raw_json, original->info().config.raw_json);
    EXPECT_FALSE(info.manifest_digest.empty());
    // Every digest is checked on the way.
    auto merged = test::read_and_merge(**image);
    ASSERT_TRUE(merged.ok()) << merged.error().message();
    auto expected = test::read_and_merge(*original);
    EXPECT_EQ(test::paths_of((*merged)->tree), test::paths_of((*expected)->tree));
    EXPECT_EQ((*merged)->layers[0].index.tar_bytes, (*expected)->layers[0].index.tar_bytes);
  }
  auto none = open_image(store.target("nothing"), test::open_options());
  ASSERT_FALSE(none.ok());
  EXPECT_THAT(none.error().hint(), HasSubstr("docker.io/team/app:1"));
}

INSTANTIATE_TEST_SUITE_P(Drivers, ContainersStorage, testing::Values("overlay", "vfs"));

TEST(ContainersStorageFolders, AreListedWhereTheRecordIsGone) {
  PodmanStore store("overlay");
  if (!store.is_there()) GTEST_SKIP() << "needs podman and the rights to load an image";
  store.forget_records("overlay");
  auto image = open_image(store.target("team/app:1"), test::open_options());
  ASSERT_TRUE(image.ok()) << image.error().message();
  std::unique_ptr<test::MemoryImage> original = test::image_of(kImage);
  auto expected = test::read_and_merge(*original);
  std::vector<LayerIndex> lists;
  for (size_t i = 0; i < 3; ++i) {
    auto list = (*image)->list_layer(i);
    ASSERT_TRUE(list.ok()) << list.error().message();
    ASSERT_TRUE(list->has_value());
    EXPECT_TRUE((*list)->is_listed);
    EXPECT_EQ((*list)->diff_id, original->info().layers[i].diff_id);
    lists.push_back(std::move(**list));
  }
  auto tree = merge_layers({&lists[0], &lists[1], &lists[2]});
  ASSERT_TRUE(tree.ok()) << tree.error().message();
  EXPECT_EQ(test::paths_of(*tree), test::paths_of((*expected)->tree));
  EXPECT_EQ(tree->content_bytes(), (*expected)->tree.content_bytes());
  const Entry& os = lists[0].entries[static_cast<uint32_t>(
      tree->nodes[static_cast<uint32_t>(tree->find("etc/os"))].entry.entry)];
  EXPECT_EQ(os.uid, 7U);
  EXPECT_EQ(os.mode, 0640U);
  // The same as an archive, for those who want contents.
  auto bytes = (*image)->open_layer(1);
  ASSERT_TRUE(bytes.ok());
  auto read = read_layer(**bytes, 1, test::read_options());
  ASSERT_TRUE(read.ok()) << read.error().message();
  EXPECT_EQ(read->index.entries.size(), lists[1].entries.size());
}

TEST(ContainersStorageFolders, WithoutRecordAndFolderALayerIsMissing) {
  PodmanStore store("vfs");
  if (!store.is_there()) GTEST_SKIP() << "needs podman and the rights to load an image";
  store.forget_records("vfs");
  auto image = open_image(store.target("team/app:1"), test::open_options());
  ASSERT_TRUE(image.ok()) << image.error().message();
  EXPECT_EQ((*image)->info().layers[0].availability, Availability::Missing);
  auto bytes = (*image)->open_layer(0);
  ASSERT_FALSE(bytes.ok());
  EXPECT_THAT(bytes.error().message(), HasSubstr("tar-split"));
}

TEST(ContainersStorageLists, AreParsedAndBounded) {
  Limits limits;
  auto images = parse_storage_images(
      R"([{"id":"ab12","names":null,"layer":"cd","digest":"nonsense",
           "big-data-names":["manifest"]}])",
      limits);
  ASSERT_TRUE(images.ok()) << images.error().message();
  EXPECT_EQ((*images)[0].top_layer, "cd");
  EXPECT_EQ((*images)[0].digest, "");
  EXPECT_THAT((*images)[0].document_names, ElementsAre("manifest"));
  for (const char* bad : {R"({})", R"([{"id":"../x"}])", R"([{"names":["a"]}])", R"([{"id":1}])"})
    EXPECT_FALSE(parse_storage_images(bad, limits).ok()) << bad;
  auto layers = parse_storage_layers(R"([{"id":"a","parent":"b","diff-size":-1}])", limits);
  ASSERT_TRUE(layers.ok());
  EXPECT_EQ((*layers)[0].diff_bytes, 0U);
  EXPECT_FALSE(parse_storage_layers(R"([{"id":"a","parent":"../b"}])", limits).ok());
  EXPECT_EQ(storage_file_name("manifest"), "manifest");
  EXPECT_EQ(storage_file_name("sha256:ab"), "=c2hhMjU2OmFi");
}

TEST(ContainersStorageLists, TheConfigurationSaysWhereStoresAre) {
  StorageConfig config = parse_storage_config(R"(
[storage]
driver = "overlay"
# graphroot = "/no"
graphroot = "/data/images"
[storage.options]
additionalimagestores = [ # shared
  "/usr/lib/images",
  '/mnt/images',
]
other = "x"
)");
  EXPECT_EQ(config.graph_root, "/data/images");
  EXPECT_THAT(config.more_stores, ElementsAre("/usr/lib/images", "/mnt/images"));
}

TEST(StoreNames, HaveTwoSpellings) {
  using Pair = std::pair<std::string, std::string>;
  TempDir folder = test::temp_dir("stores");
  std::string root = folder.path().string();
  EXPECT_EQ(split_store_name("[/a/b]app:1"), Pair("/a/b", "app:1"));
  EXPECT_EQ(split_store_name("[overlay@/a/b+/run]app@sha256:00"), Pair("/a/b", "app@sha256:00"));
  EXPECT_EQ(split_store_name(root + "@app:1"), Pair(root, "app:1"));
  EXPECT_EQ(split_store_name(root), Pair(root, ""));
  EXPECT_EQ(split_store_name("app:1"), Pair("", "app:1"));
}

// Records of a file between two segments.
Result<std::string> put_together(const std::string& records, const fs::path& folder) {
  auto open = [&](std::string_view name) {
    return open_in_root(folder, name, O_RDONLY | O_NOFOLLOW);
  };
  return read_all(*tar_split_source(string_source(records), open, Limits()), 1 << 20);
}

TEST(TarSplit, AnswersDamageWithErrors) {
  TempDir folder = test::temp_dir("tar-split");
  test::write_files(folder.path(), {{"a", "12345"}});
  fs::create_symlink("/etc/passwd", folder.path() / "out");
  std::string head = R"({"type":2,"payload":")" + encode_base64("HEAD") + "\",\"position\":0}\n";
  auto file = [](const std::string& name, int size) {
    return R"({"type":1,"name":")" + name + R"(","size":)" + std::to_string(size) + "}\n";
  };
  EXPECT_EQ(*put_together(head + file("a", 5) + head, folder.path()), "HEAD12345HEAD");
  EXPECT_EQ(*put_together(head + file("/./a", 3) + "\n", folder.path()), "HEAD123");
  EXPECT_EQ(*put_together(R"({"type":1,"name_raw":"YQ==","size":1})", folder.path()), "1");
  EXPECT_EQ(*put_together(file("nothing", 0), folder.path()), "");
  for (const std::string& bad : {file("a", 6),
                                 file("a", -1),
                                 file("b", 1),
                                 file("out", 1),
                                 file("../a", 6),
                                 std::string("{\"type\":3}"),
                                 std::string("{"),
                                 std::string("{\"type\":2,\"payload\":\"?\"}"),
                                 std::string("{\"type\":1,\"name_raw\":\"?\",\"size\":1}")}) {
    EXPECT_FALSE(put_together(bad, folder.path()).ok()) << bad;
  }
}

TEST(TarSplit, WhatIsSkippedIsNotOpened) {
  int opened = 0;
  auto open = [&](std::string_view) -> Result<UniqueFd> {
    ++opened;
    return Error("opened");
  };
  std::string records = R"({"type":2,"payload":")" + encode_base64("HEAD") + "\"}\n" +
                        R"({"type":1,"name":"a","size":1000000000000})" + "\n" +
                        R"({"type":2,"payload":")" + encode_base64("TAIL") + "\"}\n";
  auto source = tar_split_source(string_source(records), open, Limits());
  EXPECT_EQ(source->skip(1'000'000'000'006), 1'000'000'000'006U);
  EXPECT_EQ(*read_all(*source, 100), "IL");
  EXPECT_EQ(opened, 0);
  EXPECT_EQ(source->skip(5), 0U);
}

}  // namespace
}  // namespace whittle
