// Archives and layouts as Docker, Podman and Skopeo really write them, all of one image: each gives
// the same configuration, diff ids and merged tree.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "image/write.h"
#include "support/layout_builder.h"

namespace whittle {
namespace {

using testing::Contains;

constexpr const char* kImage = R"(
layer
dir etc
file etc/os text=base uid=7
dir lib
file lib/a size=70000
hardlink lib/c -> lib/a
symlink link -> etc/os
layer
whiteout etc/os
opaque lib
file lib/new size=3000
layer
file lib/new size=3001
)";

class RealArchives : public testing::Test {
 protected:
  void SetUp() override {
    WriteOptions write;
    write.reference = reference_;
    write.cancel = &test::no_cancel();
    write.progress = &test::no_progress();
    ASSERT_TRUE(write_docker_archive(*original_, archive(), write).ok());
    auto merged = test::read_and_merge(*original_);
    ASSERT_TRUE(merged.ok());
    paths_ = test::paths_of((*merged)->tree);
  }

  std::string archive() const { return (folder_.path() / "original.tar").string(); }

  static bool run(const std::vector<std::string>& args) {
    Command command;
    command.args = args;
    Result<CommandResult> result = run_command(command, test::no_cancel());
    return result.ok() && result->succeeded();
  }

  std::unique_ptr<Image> expect_same(const std::string& target) {
    SCOPED_TRACE(target);
    auto image = open_image(target, test::open_options());
    EXPECT_TRUE(image.ok()) << image.error().message();
    if (!image.ok()) return nullptr;
    const ImageInfo& info = (*image)->info();
    EXPECT_EQ(info.config.diff_ids, original_->info().config.diff_ids);
    EXPECT_EQ(info.config.run, original_->info().config.run);
    auto merged = test::read_and_merge(**image);
    EXPECT_TRUE(merged.ok()) << merged.error().message();
    if (merged.ok()) {
      EXPECT_EQ(test::paths_of((*merged)->tree), paths_);
    }
    return std::move(*image);
  }

  TempDir folder_ = test::temp_dir("real-archives");
  std::string reference_ = "docker.io/whittle-test/sources:" + std::to_string(::getpid());
  std::unique_ptr<test::MemoryImage> original_ = test::image_of(kImage);
  std::vector<std::string> paths_;
};

TEST_F(RealArchives, OfSkopeo) {
  if (find_program("skopeo").empty()) GTEST_SKIP() << "needs skopeo";
  std::string base = folder_.path().string();

  struct Row {
    std::string target;  // Skopeo's
    std::vector<std::string> options;
    std::string reopened;  // ours
  };

  const std::vector<Row> rows = {
      {"dir:" + base + "/dir", {}, base + "/dir"},
      {"dir:" + base + "/dir2", {"--dest-compress"}, "dir:" + base + "/dir2"},
      {"oci:" + base + "/oci:name", {}, "oci:" + base + "/oci:name"},
      {"oci:" + base + "/oci-zstd", {"--dest-compress-format", "zstd"}, base + "/oci-zstd"},
      {"oci-archive:" + base + "/oci.tar:v1",
       {"--dest-compress-format", "zstd"},
       "oci-archive:" + base + "/oci.tar:v1"},
      {"docker-archive:" + base + "/docker.tar:a/b:1", {}, base + "/docker.tar"},
  };
  for (const Row& row : rows) {
    std::vector<std::string> args = {"skopeo", "--insecure-policy", "copy", "--quiet"};
    args.insert(args.end(), row.options.begin(), row.options.end());
    args.push_back("docker-archive:" + archive());
    args.push_back(row.target);
    ASSERT_TRUE(run(args)) << row.target;
    std::unique_ptr<Image> image = expect_same(row.reopened);
    ASSERT_NE(image, nullptr);
    if (!row.target.starts_with("docker-archive")) {
      EXPECT_FALSE(image->info().manifest_digest.empty());
    }
  }
}

TEST_F(RealArchives, OfDocker) {
  std::string name = reference_.substr(10);
  if (!run({"docker", "load", "--quiet", "--input", archive()}))
    GTEST_SKIP() << "needs a running Docker engine";
  std::string saved = (folder_.path() / "saved.tar").string();
  bool is_saved = run({"docker", "save", "--output", saved, name});
  EXPECT_TRUE(is_saved);
  std::unique_ptr<Image> image = expect_same("docker:" + name);
  if (image != nullptr) {
    EXPECT_EQ(image->info().source, "docker");
    EXPECT_THAT(image->info().names, Contains(name));
    EXPECT_EQ(image->info().config.raw_json, original_->info().config.raw_json);
  }
  EXPECT_TRUE(run({"docker", "rmi", name}));
  if (!is_saved) return;
  image = expect_same(saved);
  ASSERT_NE(image, nullptr);
  EXPECT_THAT(image->info().names, Contains(name));
  EXPECT_TRUE(run({"gzip", "--keep", saved}));
  expect_same(saved + ".gz");
}

TEST_F(RealArchives, OnTheStandardInput) {
  UniqueFd old(::dup(STDIN_FILENO));
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  std::string bytes = std::move(read_file(archive(), 1 << 20)).value();
  pid_t child = ::fork();
  if (child == 0) {
    static_cast<void>(write_all(writer.get(), bytes));
    ::_exit(0);
  }
  writer.reset();
  ASSERT_EQ(::dup2(reader.get(), STDIN_FILENO), STDIN_FILENO);
  expect_same("-");
  ::dup2(old.get(), STDIN_FILENO);
  ::waitpid(child, nullptr, 0);
}

}  // namespace
}  // namespace whittle
