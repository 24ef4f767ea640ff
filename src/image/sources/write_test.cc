// Writers and sources against each other: what is written opens as the same image, and nothing
// half-done is left.
#include "image/write.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/subprocess.h"
#include "image/sources/sources.h"
#include "support/image_builder.h"

namespace whittle {
namespace {

using test::image_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

const char* const kText =
    "layer gzip\ndir bin mode=0755\nfile bin/app size=90000 mode=04755\nsymlink sh -> bin/app\n"
    "layer\nfile bin/app size=10\nhardlink bin/two -> bin/app\nwhiteout sh\n"
    "layer zstd\nfile etc/conf text=x uid=70000\n"
    "layer\nfile bin/app size=10\nhardlink bin/two -> bin/app\nwhiteout sh";

WriteOptions write_options(std::string reference) {
  WriteOptions options;
  options.reference = std::move(reference);
  options.threads = 2;
  options.cancel = &test::no_cancel();
  options.progress = &test::no_progress();
  return options;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& item : fs::directory_iterator(folder))
    names.push_back(item.path().filename().string());
  return names;
}

void expect_same_image(const Image& want, const Image& got) {
  EXPECT_EQ(got.info().config.raw_json, want.info().config.raw_json);
  EXPECT_EQ(got.info().config_digest, want.info().config_digest);
  ASSERT_EQ(got.info().layers.size(), want.info().layers.size());
  auto a = test::read_and_merge(want);
  auto b = test::read_and_merge(got);
  ASSERT_TRUE(a.ok() && b.ok()) << (b.ok() ? "" : b.error().message());
  for (size_t i = 0; i < want.info().layers.size(); ++i) {
    EXPECT_EQ(got.info().layers[i].diff_id, want.info().layers[i].diff_id);
    EXPECT_EQ(got.info().layers[i].history_index, want.info().layers[i].history_index);
    EXPECT_EQ((*b)->layers[i].index.names, (*a)->layers[i].index.names);
  }
  EXPECT_EQ(test::paths_of((*b)->tree), test::paths_of((*a)->tree));
  EXPECT_EQ((*b)->tree.hidden_bytes(), (*a)->tree.hidden_bytes());
}

class Writers : public testing::Test {
 protected:
  Writers() : folder_(std::move(TempDir::make("write-test")).value()) {}

  fs::path at(const std::string& name) const { return folder_.path() / name; }

  TempDir folder_;
};

TEST_F(Writers, DockerArchiveOpensAsTheSameImage) {
  auto image = image_of(kText);
  ASSERT_TRUE(write_docker_archive(*image, at("a.tar"), write_options("app:1")).ok());
  auto opened = open_image(at("a.tar").string(), test::open_options());
  ASSERT_TRUE(opened.ok()) << opened.error().message();
  EXPECT_THAT((*opened)->info().names, ElementsAre("app:1"));
  expect_same_image(*image, **opened);
  // Again, from what was written: the same bytes.
  ASSERT_TRUE(write_docker_archive(**opened, at("b.tar"), write_options("app:1")).ok());
  EXPECT_EQ(*read_file(at("a.tar"), 1 << 30), *read_file(at("b.tar"), 1 << 30));
  EXPECT_THAT(names_in(folder_.path()), UnorderedElementsAre("a.tar", "b.tar"));
}

TEST_F(Writers, GnuTarListsTheDockerArchive) {
  if (find_program("tar").empty()) GTEST_SKIP() << "needs tar";
  auto image = image_of("layer\nfile a\n");
  ASSERT_TRUE(write_docker_archive(*image, at("a.tar"), write_options("")).ok());
  Command command;
  command.args = {"tar", "-tf", at("a.tar").string()};
  auto listed = run_checked(command, test::no_cancel());
  ASSERT_TRUE(listed.ok()) << listed.error().message();
  EXPECT_EQ(listed->out,
            "manifest.json\n" + std::string(digest_hex(image->info().config_digest)) + ".json\n" +
                std::string(digest_hex(image->info().layers[0].diff_id)) + ".tar\n");
}

TEST_F(Writers, OciLayoutOpensAsTheSameImageInEveryCompression) {
  auto image = image_of(kText);
  for (auto [compression, name] : {std::pair{Compression::Gzip, "gzip"},
                                   std::pair{Compression::Zstd, "zstd"},
                                   std::pair{Compression::None, "none"}}) {
    SCOPED_TRACE(name);
    WriteOptions options = write_options("app:1");
    options.compression = compression;
    ASSERT_TRUE(write_oci_layout(*image, at(name), options).ok());
    auto opened = open_image("oci:" + at(name).string() + ":app:1", test::open_options());
    ASSERT_TRUE(opened.ok()) << opened.error().message();
    expect_same_image(*image, **opened);
    auto layers = read_layers(**opened, test::read_options());
    ASSERT_TRUE(layers.ok());
    for (const ReadLayer& layer : *layers) EXPECT_EQ(layer.index.compression, compression);
  }
  // A layer that is stored in the wanted way is copied byte for byte.
  auto opened = open_image(at("gzip").string(), test::open_options());
  EXPECT_EQ((*opened)->info().layers[0].blob.digest, image->info().layers[0].blob.digest);
  // Four layers, two of them the same, a configuration and a manifest.
  EXPECT_EQ(names_in(at("gzip") / "blobs" / "sha256").size(), 5U);
}

TEST_F(Writers, OciLayoutDoesNotDependOnThreads) {
  auto image = image_of(kText);
  for (unsigned threads : {1U, 8U}) {
    WriteOptions options = write_options("app:1");
    options.threads = threads;
    ASSERT_TRUE(write_oci_layout(*image, at(std::to_string(threads)), options).ok());
  }
  EXPECT_EQ(*read_file(at("1") / "index.json", 1 << 20),
            *read_file(at("8") / "index.json", 1 << 20));
}

TEST_F(Writers, AddsToALayoutAndReplacesTheSameName) {
  auto first = image_of("layer\nfile a");
  auto second = image_of("layer\nfile b");
  ASSERT_TRUE(write_oci_layout(*first, at("o"), write_options("one")).ok());
  ASSERT_TRUE(write_oci_layout(*second, at("o"), write_options("two")).ok());
  ASSERT_EQ(open_images(at("o").string(), test::open_options())->size(), 2U);
  auto ambiguous = open_image(at("o").string(), test::open_options());
  ASSERT_FALSE(ambiguous.ok());
  EXPECT_EQ(ambiguous.error().kind(), ErrorKind::Usage);
  EXPECT_THAT(ambiguous.error().hint(), HasSubstr("one (linux/amd64), two (linux/amd64)"));
  ASSERT_TRUE(write_oci_layout(*second, at("o"), write_options("one")).ok());
  auto one = open_image("oci:" + at("o").string() + ":one", test::open_options());
  ASSERT_TRUE(one.ok()) << one.error().message();
  expect_same_image(*second, **one);
  EXPECT_FALSE(open_image("oci:" + at("o").string() + ":three", test::open_options()).ok());
}

TEST_F(Writers, LeaveNothingBehindOnFailure) {
  auto image = image_of(kText);
  image->info().layers[2].diff_id = digest_of("something else");
  Status docker = write_docker_archive(*image, at("a.tar"), write_options("app:1"));
  ASSERT_FALSE(docker.ok());
  EXPECT_THAT(docker.error().message(), HasSubstr("layer 3: the diff id is"));
  EXPECT_FALSE(write_oci_layout(*image, at("o"), write_options("app:1")).ok());
  EXPECT_THAT(names_in(folder_.path()), ElementsAre());
  auto good = image_of("layer\nfile a");
  ASSERT_TRUE(write_oci_layout(*good, at("o"), write_options("good")).ok());
  std::vector<std::string> before = names_in(at("o") / "blobs" / "sha256");
  EXPECT_FALSE(write_oci_layout(*image, at("o"), write_options("app:1")).ok());
  EXPECT_THAT(names_in(at("o") / "blobs" / "sha256"), testing::UnorderedElementsAreArray(before));
  EXPECT_EQ(open_images(at("o").string(), test::open_options())->size(), 1U);
}

TEST_F(Writers, LeaveTheOldFileOnCancellation) {
  ASSERT_TRUE(write_file_atomic(at("a.tar"), "old").ok());
  CancelToken cancel;
  cancel.cancel();
  WriteOptions options = write_options("app:1");
  options.cancel = &cancel;
  auto image = image_of(kText);
  EXPECT_EQ(write_docker_archive(*image, at("a.tar"), options).error().kind(),
            ErrorKind::Cancelled);
  EXPECT_EQ(write_oci_layout(*image, at("o"), options).error().kind(), ErrorKind::Cancelled);
  EXPECT_EQ(*read_file(at("a.tar"), 100), "old");
  EXPECT_THAT(names_in(folder_.path()), ElementsAre("a.tar"));
}

TEST_F(Writers, DoNotTouchAFolderThatIsSomethingElse) {
  ASSERT_TRUE(make_dirs(at("o") / "precious").ok());
  auto image = image_of("layer\nfile a");
  Status status = write_oci_layout(*image, at("o"), write_options("app"));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind(), ErrorKind::Usage);
  EXPECT_THAT(names_in(at("o")), ElementsAre("precious"));
}

}  // namespace
}  // namespace whittle
