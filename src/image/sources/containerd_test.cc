// containerd's store on disk: one that containerd fills here, and databases that are crafted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "image/sources/bolt.h"
#include "image/sources/containerd_names.h"
#include "image/write.h"
#include "support/layout_builder.h"

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

void put(std::string& bytes, uint64_t value, size_t count) {
  for (size_t i = 0; i < count; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
}

// Items of a page: key, value, and whether the value is a bucket.
struct PageItem {
  std::string key;
  std::string value;
  bool is_bucket = false;
};

// A leaf page, without padding.
std::string leaf_page(uint64_t id, const std::vector<PageItem>& items) {
  std::string page;
  put(page, id, 8);
  put(page, 2, 2);
  put(page, items.size(), 2);
  put(page, 0, 4);
  std::string data;
  for (size_t i = 0; i < items.size(); ++i) {
    put(page, items[i].is_bucket ? 1 : 0, 4);
    put(page, (items.size() - i) * 16 + data.size(), 4);
    put(page, items[i].key.size(), 4);
    put(page, items[i].value.size(), 4);
    data += items[i].key + items[i].value;
  }
  return page + data;
}

std::string branch_page(uint64_t id, const std::vector<uint64_t>& children) {
  std::string page;
  put(page, id, 8);
  put(page, 1, 2);
  put(page, children.size(), 2);
  put(page, 0, 4);
  for (uint64_t child : children) {
    put(page, 16, 4);
    put(page, 0, 4);
    put(page, child, 8);
  }
  return page;
}

std::string inline_bucket(const std::vector<PageItem>& items) {
  return std::string(16, '\0') + leaf_page(0, items);
}

std::string bucket_at(uint64_t root) {
  std::string value;
  put(value, root, 8);
  put(value, 0, 8);
  return value;
}

uint64_t fnv(std::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  for (char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

std::string meta_page(uint64_t id, uint64_t root, uint64_t transaction, uint64_t page_bytes) {
  std::string page;
  put(page, id, 8);
  put(page, 4, 2);
  put(page, 0, 6);
  std::string meta;
  put(meta, 0xED0CDAED, 4);
  put(meta, 2, 4);
  put(meta, page_bytes, 4);
  put(meta, 0, 4);
  put(meta, root, 8);
  put(meta, 0, 8);
  put(meta, 0, 8);
  put(meta, 100, 8);
  put(meta, transaction, 8);
  put(meta, fnv(meta), 8);
  return page + meta;
}

constexpr size_t kPage = 4096;

std::string database(const std::vector<std::string>& pages, uint64_t root = 2) {
  std::string file = meta_page(0, 999, 1, kPage);
  file.resize(kPage);
  file += meta_page(1, root, 2, kPage);
  file.resize(2 * kPage);
  for (const std::string& page : pages) {
    file += page;
    file.resize((file.size() + kPage - 1) / kPage * kPage);
  }
  return file;
}

// A bucket of one image of this name and digest.
PageItem image_item(const std::string& name, const std::string& digest) {
  std::string size("\xd0\x0f", 2);  // 1000, as a signed varint
  std::string target = inline_bucket({{"digest", digest},
                                      {"mediatype", "application/vnd.oci.image.index.v1+json"},
                                      {"size", size}});
  return {name, inline_bucket({{"createdat", "x"}, {"target", target, true}}), true};
}

PageItem space_item(const std::string& space, const std::vector<PageItem>& images) {
  return {space, inline_bucket({{"images", inline_bucket(images), true}}), true};
}

TEST(Bolt, NamesAreFoundInPagesAndInPagesWithin) {
  std::string a = digest_of("a");
  std::string b = digest_of("b");
  std::string spaces =
      leaf_page(4, {space_item("k8s.io", {image_item("x:1", b)}), {"version", "1"}});
  std::string file = database(
      {leaf_page(2, {{"v1", bucket_at(3), true}}),
       branch_page(3, {5, 4}),
       spaces,
       leaf_page(5, {space_item("default", {image_item("app:1", a), image_item("app:2", b)})})});
  auto names = containerd_names(file);
  ASSERT_TRUE(names.ok()) << names.error().message();
  ASSERT_EQ(names->size(), 3U);
  EXPECT_EQ((*names)[0].space, "default");
  EXPECT_EQ((*names)[0].name, "app:1");
  EXPECT_EQ((*names)[0].target.digest, a);
  EXPECT_EQ((*names)[0].target.size, 1000U);
  EXPECT_EQ((*names)[2].space, "k8s.io");
  EXPECT_EQ((*names)[2].target.media_type, "application/vnd.oci.image.index.v1+json");
}

TEST(Bolt, DamageIsAnError) {
  auto error = [](const std::string& file) {
    auto names = containerd_names(file);
    return names.ok() ? std::string() : names.error().message();
  };
  EXPECT_THAT(error(""), HasSubstr("no valid header"));
  std::string good = database({leaf_page(2, {space_item("v1", {})})});
  EXPECT_EQ(error(good), "");
  std::string no_magic = good;
  no_magic[kPage + 20] ^= 1;  // the second header: the first one's root is page 999
  EXPECT_THAT(error(no_magic), HasSubstr("outside of the file"));
  EXPECT_THAT(error(database({leaf_page(3, {})})), HasSubstr("another number"));
  EXPECT_THAT(error(database({branch_page(2, {2, 2})})), HasSubstr("bolt"));
  EXPECT_THAT(error(database({leaf_page(2, {{"v1", "short", true}})})), HasSubstr("bucket"));
  std::string long_item = database({leaf_page(2, {{"v1", bucket_at(2), true}})});
  long_item[2 * kPage + 16 + 12] = '\xff';
  long_item[2 * kPage + 16 + 13] = '\xff';
  EXPECT_THAT(error(long_item), HasSubstr("leaves its page"));
  EXPECT_THAT(error(database({leaf_page(2, {{"v1", bucket_at(1), true}})})), HasSubstr("bolt"));
}

// A containerd of our own, filled with an archive; stopped, so that only its files are left.
class Containerd {
 public:
  explicit Containerd(const fs::path& archive) {
    if (find_program("containerd").empty() || find_program("ctr").empty()) return;
    fs::path socket = folder_.path() / "c.sock";
    std::string config =
        "version = 2\nroot = \"" + root().string() + "\"\nstate = \"" +
        (folder_.path() / "state").string() +
        "\"\ndisabled_plugins = [\"io.containerd.grpc.v1.cri\"]\n[grpc]\naddress = \"" +
        socket.string() + "\"\n";
    CHECK(write_file_atomic(folder_.path() / "config.toml", config).ok());
    CancelToken stop;
    std::thread server([&] {
      Command command;
      command.args = {"containerd", "--config", (folder_.path() / "config.toml").string()};
      static_cast<void>(run_command(command, stop));
    });
    Command import;
    import.args = {"ctr",
                   "--address",
                   socket.string(),
                   "--namespace",
                   "k8s.io",
                   "images",
                   "import",
                   "--no-unpack",
                   archive.string()};
    for (int attempt = 0; attempt < 100 && !is_there_; ++attempt) {
      std::error_code ignored;
      if (!fs::exists(socket, ignored)) {
        ::usleep(100'000);
        continue;
      }
      Result<CommandResult> imported = run_command(import, test::no_cancel());
      is_there_ = imported.ok() && imported->succeeded();
      if (is_there_ || attempt > 90) break;
      import.args.erase(std::remove(import.args.begin(), import.args.end(), "--no-unpack"),
                        import.args.end());
    }
    stop.cancel();
    server.join();
  }

  bool is_there() const { return is_there_; }

  fs::path root() const { return folder_.path() / "root"; }

 private:
  TempDir folder_ = test::temp_dir("containerd");
  bool is_there_ = false;
};

TEST(ContainerdStore, IsReadWithoutContainerd) {
  TempDir folder = test::temp_dir("containerd-archive");
  WriteOptions write;
  write.reference = "docker.io/team/app:1";
  write.cancel = &test::no_cancel();
  write.progress = &test::no_progress();
  auto original = test::image_of("layer\nfile a text=a\nfile b size=9999\nlayer\nwhiteout a");
  ASSERT_TRUE(write_docker_archive(*original, folder.path() / "a.tar", write).ok());
  Containerd store(folder.path() / "a.tar");
  if (!store.is_there()) GTEST_SKIP() << "needs containerd, ctr and the rights to run them";
  std::string root = store.root().string();
  for (const std::string name :
       {"docker.io/team/app:1", "team/app:1", "k8s.io/docker.io/team/app:1"}) {
    auto image = open_image("containerd:[" + root + "]" + name, test::open_options());
    ASSERT_TRUE(image.ok()) << image.error().message();
    const ImageInfo& info = (*image)->info();
    EXPECT_EQ(info.source, "containerd");
    EXPECT_THAT(info.names, ElementsAre("docker.io/team/app:1"));
    EXPECT_EQ(info.config.raw_json, original->info().config.raw_json);
    auto merged = test::read_and_merge(**image);
    ASSERT_TRUE(merged.ok()) << merged.error().message();
    EXPECT_THAT(test::paths_of((*merged)->tree), ElementsAre("b"));
  }
  auto none = open_images("containerd:[" + root + "]default/team/app:1", test::open_options());
  ASSERT_FALSE(none.ok());
  EXPECT_THAT(none.error().hint(), HasSubstr("k8s.io/docker.io/team/app:1"));
  // What containerd threw away after unpacking is a missing layer.
  auto image = open_image("containerd:" + root + "@team/app:1", test::open_options());
  ASSERT_TRUE(image.ok());
  std::string digest = (*image)->info().layers[0].blob.digest;
  fs::remove(store.root() / "io.containerd.content.v1.content/blobs/sha256" / digest.substr(7));
  image = open_image("containerd:" + root + "@team/app:1", test::open_options());
  ASSERT_TRUE(image.ok()) << image.error().message();
  EXPECT_EQ((*image)->info().layers[0].availability, Availability::Missing);
  EXPECT_GT((*image)->info().layers[0].blob.size, 0U);
}

TEST(ContainerdStore, SaysWhereItLooked) {
  TempDir folder = test::temp_dir("no-containerd");
  auto images = open_images("containerd:[" + folder.path().string() + "]x", test::open_options());
  ASSERT_FALSE(images.ok());
  EXPECT_THAT(images.error().message(), HasSubstr("meta.db"));
}

}  // namespace
}  // namespace whittle
