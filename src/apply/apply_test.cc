#include "apply/apply.h"

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace whittle {

namespace {

std::string read(const fs::path& path) {
  Result<std::string> text = read_file(path, 1 << 20);
  return text.ok() ? *text : "(" + text.error().message() + ")";
}

size_t entries(const fs::path& folder) {
  return static_cast<size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

class Apply : public ::testing::Test {
 protected:
  void SetUp() override {
    Result<TempDir> made = TempDir::make("apply");
    ASSERT_TRUE(made.ok());
    dir_ = std::make_unique<TempDir>(std::move(*made));
    ASSERT_TRUE(write_file_atomic(dir_->path() / "a", "old a").ok());
    ASSERT_TRUE(write_file_atomic(dir_->path() / "b", "old b").ok());
  }

  fs::path path(std::string_view name) const { return dir_->path() / name; }

  std::unique_ptr<TempDir> dir_;
};

TEST_F(Apply, WritesAllFilesAndLeavesOthers) {
  ASSERT_TRUE(make_dirs(path("out")).ok());
  ASSERT_TRUE(write_file_atomic(path("out/mine"), "x").ok());
  Result<std::vector<fs::path>> paths =
      write_outputs(path("out"), {{"Dockerfile", "FROM scratch\n"}, {"sub/changes.patch", ""}});
  ASSERT_TRUE(paths.ok()) << paths.error().message();
  EXPECT_EQ(*paths, (std::vector<fs::path>{path("out/Dockerfile"), path("out/sub/changes.patch")}));
  EXPECT_EQ(read(path("out/Dockerfile")), "FROM scratch\n");
  EXPECT_EQ(read(path("out/sub/changes.patch")), "");
  EXPECT_EQ(read(path("out/mine")), "x");
}

TEST_F(Apply, WritesNothingOutsideTheFolder) {
  for (std::string name : {"../evil", "/tmp/evil", "x/../../evil", "", ".", ".."}) {
    Result<std::vector<fs::path>> paths = write_outputs(path("out"), {{"good", "x"}, {name, "x"}});
    ASSERT_FALSE(paths.ok()) << name;
    EXPECT_EQ(paths.error().kind(), ErrorKind::Usage);
  }
  EXPECT_FALSE(fs::exists(path("out"))) << "names are checked before anything is written";
  EXPECT_FALSE(fs::exists(path("evil")));
}

TEST_F(Apply, ReplacesInPlace) {
  ASSERT_EQ(::chmod(path("a").c_str(), 0640), 0);
  Status status =
      replace_in_place({{path("a"), "old a", false, "new a"}, {path("c"), "", true, "new c"}});
  ASSERT_TRUE(status.ok()) << status.error().message();
  EXPECT_EQ(read(path("a")), "new a");
  EXPECT_EQ(read(path("c")), "new c");
  EXPECT_EQ(fs::status(path("a")).permissions(), static_cast<fs::perms>(0640));
}

TEST_F(Apply, RefusesAFileThatChanged) {
  for (std::string now : {"other", "old a and more", ""}) {
    ASSERT_TRUE(write_file_atomic(path("a"), now).ok());
    Status status = replace_in_place(
        {{path("b"), "old b", false, "new b"}, {path("a"), "old a", false, "new a"}});
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().kind(), ErrorKind::Usage);
    EXPECT_FALSE(status.error().hint().empty());
    EXPECT_EQ(read(path("a")), now);
    EXPECT_EQ(read(path("b")), "old b");
  }
}

TEST_F(Apply, RefusesAFileThatIsGoneOrNew) {
  fs::remove(path("a"));
  Status gone = replace_in_place(
      {{path("b"), "old b", false, "new b"}, {path("a"), "old a", false, "new a"}});
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().kind(), ErrorKind::Usage);
  Status appeared = replace_in_place({{path("b"), "", true, "new b"}});
  ASSERT_FALSE(appeared.ok());
  EXPECT_EQ(appeared.error().kind(), ErrorKind::Usage);
  EXPECT_EQ(read(path("b")), "old b");
  EXPECT_EQ(entries(dir_->path()), 1U);
}

TEST_F(Apply, UndoesWhatWasReplacedWhenALaterOneFails) {
  // A missing folder fails for root too.
  Status status = replace_in_place({{path("a"), "old a", false, "new a"},
                                    {path("new"), "", true, "new"},
                                    {path("missing/d"), "", true, "new d"}});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(read(path("a")), "old a");
  EXPECT_FALSE(fs::exists(path("new")));
}

TEST_F(Apply, ReadOnlyFolder) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write into read-only folders";
  ASSERT_EQ(::chmod(dir_->path().c_str(), 0555), 0);
  Status status = replace_in_place({{path("a"), "old a", false, "new a"}});
  Result<std::vector<fs::path>> paths = write_outputs(dir_->path(), {{"x", "y"}});
  ASSERT_EQ(::chmod(dir_->path().c_str(), 0755), 0);
  EXPECT_FALSE(status.ok());
  EXPECT_FALSE(paths.ok());
  EXPECT_EQ(read(path("a")), "old a");
  EXPECT_EQ(entries(dir_->path()), 2U);
}

// A file system of 64 KiB that is full before the second file is.
TEST_F(Apply, FullFileSystem) {
  fs::path small = path("small");
  ASSERT_TRUE(make_dirs(small).ok());
  if (::mount("tmpfs", small.c_str(), "tmpfs", 0, "size=64k") != 0)
    GTEST_SKIP() << "cannot mount a tmpfs here";
  ASSERT_TRUE(write_file_atomic(small / "one", "old").ok());
  std::string large(256 * 1024, 'x');
  Status status =
      replace_in_place({{small / "one", "old", false, "new"}, {small / "two", "", true, large}});
  Result<std::vector<fs::path>> paths = write_outputs(small, {{"three", large}});
  std::string one = read(small / "one");
  size_t count = entries(small);
  EXPECT_EQ(::umount(small.c_str()), 0);
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().message().find("No space left"), std::string::npos)
      << status.error().message();
  EXPECT_FALSE(paths.ok());
  EXPECT_EQ(one, "old");
  EXPECT_EQ(count, 1U) << "something was left behind";
}

// The same on a read-only file system, which stops root too.
TEST_F(Apply, ReadOnlyFileSystem) {
  fs::path small = path("small");
  ASSERT_TRUE(make_dirs(small).ok());
  if (::mount("tmpfs", small.c_str(), "tmpfs", 0, "size=64k") != 0)
    GTEST_SKIP() << "cannot mount a tmpfs here";
  ASSERT_TRUE(write_file_atomic(small / "one", "old").ok());
  ASSERT_EQ(::mount("tmpfs", small.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=64k"), 0);
  Status status = replace_in_place(
      {{path("a"), "old a", false, "new a"}, {small / "one", "old", false, "new"}});
  std::string one = read(small / "one");
  EXPECT_EQ(::umount(small.c_str()), 0);
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(one, "old");
  EXPECT_EQ(read(path("a")), "old a");
}

}  // namespace

}  // namespace whittle
