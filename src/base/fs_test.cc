#include "base/fs.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

size_t entries_of(const fs::path& folder) {
  return static_cast<size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

TEST(FsTest, CleansPaths) {
  EXPECT_EQ(clean_path("/a//b/./c/../d/"), "/a/b/d");
  EXPECT_EQ(clean_path("a/../../b"), "../b");
  EXPECT_EQ(clean_path("../../a/.."), "../..");
  EXPECT_EQ(clean_path("/../../a"), "/a");
  EXPECT_EQ(clean_path("/.."), "/");
  EXPECT_EQ(clean_path("."), "");
  EXPECT_EQ(clean_path(""), "");
  EXPECT_EQ(clean_path("a/.."), "");
  EXPECT_EQ(clean_path("..."), "...");
}

TEST(FsTest, ReadsWithALimit) {
  TempDir folder = TempDir::make("fs").value();
  fs::path file = folder.path() / "file";
  ASSERT_TRUE(write_file_atomic(file, "12345").ok());
  EXPECT_EQ(read_file(file, 5).value(), "12345");
  EXPECT_EQ(read_file(file, 4).error().kind(), ErrorKind::Limit);
  EXPECT_EQ(read_file(folder.path() / "none", 4).error().kind(), ErrorKind::NotFound);
  EXPECT_FALSE(read_file(folder.path(), 4).ok());
  EXPECT_FALSE(read_file("/proc/self/status", 100).ok())
      << "a file of unknown size keeps the limit, too";
}

TEST(FsTest, WritesIntoWhatIsNoFile) {
  TempDir folder = TempDir::make("fs").value();
  fs::path pipe = folder.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  UniqueFd reader(::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  ASSERT_TRUE(reader.is_open());
  ASSERT_TRUE(write_file_atomic(pipe, "12345").ok());
  std::array<char, 16> bytes{};
  EXPECT_EQ(::read(reader.get(), bytes.data(), bytes.size()), 5);
  EXPECT_STREQ(bytes.data(), "12345");
  EXPECT_TRUE(fs::is_fifo(pipe));
  fs::create_symlink(pipe, folder.path() / "link");
  ASSERT_TRUE(write_file_atomic(folder.path() / "link", "6").ok());
  EXPECT_EQ(::read(reader.get(), bytes.data(), bytes.size()), 1);
  EXPECT_TRUE(fs::is_fifo(pipe));
  EXPECT_FALSE(write_file_atomic(folder.path(), "").ok());
  EXPECT_EQ(entries_of(folder.path()), 2U);
}

TEST(FsTest, ReplacesAtomicallyAndKeepsTheMode) {
  TempDir folder = TempDir::make("fs").value();
  fs::path file = folder.path() / "file";
  ASSERT_TRUE(write_file_atomic(file, "one").ok());

  struct stat info {};

  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0644U);
  ASSERT_EQ(::chmod(file.c_str(), 0751), 0);
  ASSERT_TRUE(write_file_atomic(file, "two").ok());
  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0751U);
  EXPECT_EQ(read_file(file, 10).value(), "two");
  EXPECT_EQ(entries_of(folder.path()), 1U);
}

TEST(FsTest, WritesThroughALink) {
  TempDir folder = TempDir::make("fs").value();
  ASSERT_TRUE(write_file_atomic(folder.path() / "real", "old").ok());
  fs::create_symlink("real", folder.path() / "link");
  ASSERT_TRUE(write_file_atomic(folder.path() / "link", "new").ok());
  EXPECT_TRUE(fs::is_symlink(folder.path() / "link"));
  EXPECT_EQ(read_file(folder.path() / "real", 10).value(), "new");
}

TEST(FsTest, LeavesNothingWhereItCannotWrite) {
  TempDir folder = TempDir::make("fs").value();
  Status status = write_file_atomic(folder.path() / "none/file", "x");
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind(), ErrorKind::NotFound);
  fs::create_directory(folder.path() / "folder");
  EXPECT_FALSE(write_file_atomic(folder.path() / "folder", "x").ok());
  EXPECT_EQ(entries_of(folder.path()), 1U);
}

// A file system of a few pages.
class TinyDisk {
 public:
  explicit TinyDisk(const fs::path& folder) : folder_(folder) {
    mounted_ = ::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=64k") == 0;
  }

  ~TinyDisk() {
    if (mounted_) ::umount2(folder_.c_str(), MNT_DETACH);
  }

  TinyDisk(const TinyDisk&) = delete;
  TinyDisk& operator=(const TinyDisk&) = delete;

  bool mounted() const { return mounted_; }

 private:
  fs::path folder_;
  bool mounted_ = false;
};

TEST(FsTest, AFullDiskLosesNothing) {
  TempDir folder = TempDir::make("fs").value();
  TinyDisk disk(folder.path());
  if (!disk.mounted()) GTEST_SKIP() << "mounting a small file system needs root";
  fs::path file = folder.path() / "file";
  ASSERT_TRUE(write_file_atomic(file, "precious").ok());
  Status status = write_file_atomic(file, std::string(200'000, 'x'));
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message(), HasSubstr("No space left on device"));
  EXPECT_THAT(status.error().hint(), HasSubstr("Free space"));
  EXPECT_EQ(read_file(file, 100).value(), "precious");
  EXPECT_EQ(entries_of(folder.path()), 1U);
}

TEST(FsTest, TemporaryFoldersRemoveThemselves) {
  fs::path path;
  {
    TempDir folder = TempDir::make("fs").value();
    path = folder.path();
    EXPECT_THAT(path.filename().string(), HasSubstr("whittle-fs-"));
    fs::create_directories(path / "a/b");
    ASSERT_TRUE(write_file_atomic(path / "a/b/file", "x").ok());
    fs::create_symlink("/", path / "a/root");
    fs::permissions(path / "a/b", fs::perms::none);
    fs::permissions(path / "a", fs::perms::none);
  }
  EXPECT_FALSE(fs::exists(path));
  EXPECT_TRUE(fs::exists("/"));
}

TEST(FsTest, TemporaryFoldersMove) {
  TempDir first = TempDir::make("one").value();
  fs::path path = first.path();
  TempDir second = std::move(first);
  EXPECT_EQ(second.path(), path);
  EXPECT_TRUE(fs::exists(path));
}

TEST(FsTest, UnnamedFilesHaveNoName) {
  UniqueFd fd = open_unnamed_temp().value();
  ASSERT_TRUE(write_all(fd.get(), "abc").ok());

  struct stat info {};

  ASSERT_EQ(::fstat(fd.get(), &info), 0);
  EXPECT_EQ(info.st_nlink, 0U);
  EXPECT_EQ(info.st_size, 3);
}

TEST(FsTest, FindsPrograms) {
  TempDir folder = TempDir::make("fs").value();
  std::string old = std::getenv("PATH");
  for (const char* sub : {"a", "b"}) {
    fs::create_directory(folder.path() / sub);
    ASSERT_TRUE(write_file_atomic(folder.path() / sub / "tool", "#!/bin/sh\n").ok());
  }
  fs::create_directory(folder.path() / "a/folder");
  fs::permissions(folder.path() / "b/tool", fs::perms::owner_all);
  std::string a = (folder.path() / "a").string();
  std::string b = (folder.path() / "b").string();
  ::setenv("PATH", (a + "::" + b + ":" + b).c_str(), 1);
  EXPECT_THAT(find_programs("tool"), ElementsAre(folder.path() / "b/tool"));
  EXPECT_EQ(find_program("folder"), "");
  EXPECT_EQ(find_program("none"), "");
  EXPECT_EQ(find_program(b + "/tool"), folder.path() / "b/tool");
  ::setenv("PATH", old.c_str(), 1);
}

}  // namespace
}  // namespace whittle
