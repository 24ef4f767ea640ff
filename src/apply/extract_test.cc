#include "apply/extract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Extract : public testing::Test {
 protected:
  Extract() : dir_(std::move(TempDir::make("extract")).value()), target_(dir_.path() / "out") {}

  static ExtractItem file(std::string path, std::string text, uint32_t mode = 0644) {
    return {ExtractItem::Type::File, std::move(path), mode, "", [text] {
              return Result<std::string>(text);
            }};
  }

  static ExtractItem folder(std::string path) {
    return {ExtractItem::Type::Folder, std::move(path), 0755, "", {}};
  }

  static ExtractItem link(std::string path, std::string target) {
    return {ExtractItem::Type::Symlink, std::move(path), 0777, std::move(target), {}};
  }

  Result<Extracted> extract(const std::vector<ExtractItem>& items, bool overwrite = false) {
    return extract_items(target_, items, overwrite, cancel_);
  }

  std::string text(const fs::path& path) {
    Result<std::string> read = read_file(target_ / path, 1 << 20);
    return read.ok() ? *read : "(" + read.error().message() + ")";
  }

  TempDir dir_;
  fs::path target_;
  CancelToken cancel_;
};

TEST_F(Extract, WritesFilesFoldersAndLinks) {
  auto done = extract(
      {folder("etc"), file("etc/a", "hello", 04755), link("etc/b", "a"), file("x/y/z", "deep")});
  ASSERT_TRUE(done.ok()) << done.error().message();
  EXPECT_EQ(done->files, 3U);
  EXPECT_EQ(done->bytes, 9U);
  EXPECT_THAT(done->skipped, IsEmpty());
  EXPECT_EQ(text("etc/a"), "hello");
  EXPECT_EQ(text("etc/b"), "hello");
  EXPECT_EQ(text("x/y/z"), "deep");

  struct stat info {};

  ASSERT_EQ(::stat((target_ / "etc/a").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07000, 0U);
  EXPECT_EQ(info.st_mode & 0100, 0100U);
}

TEST_F(Extract, RefusesNamesThatAreNotPlain) {
  for (std::string path : {"../x", "a/../../x", "/etc/x", "", ".", "a/./b", "a//b", ".."}) {
    auto done = extract({file(path, "bad")});
    ASSERT_FALSE(done.ok()) << path;
    EXPECT_EQ(done.error().kind(), ErrorKind::Invalid) << path;
  }
  EXPECT_FALSE(extract({file(std::string("a\0b", 3), "bad")}).ok());
  EXPECT_FALSE(fs::exists(dir_.path() / "x"));
}

TEST_F(Extract, SkipsLinksThatLeadOut) {
  auto done = extract({link("a", "/etc/passwd"),
                       link("b", "../x"),
                       link("c/d", "../../x"),
                       link("c/e", "../f"),
                       link("g", "c/../../x"),
                       link("h", "c/x/../e")});
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(done->files, 1U);
  EXPECT_EQ(done->skipped.size(), 5U);
  EXPECT_EQ(fs::read_symlink(target_ / "c/e"), "../f");
  EXPECT_FALSE(fs::is_symlink(target_ / "a"));
}

TEST_F(Extract, NeverWritesThroughALink) {
  fs::create_directories(target_);
  fs::create_directories(dir_.path() / "outside");
  fs::create_directory_symlink(dir_.path() / "outside", target_ / "d");
  fs::create_symlink(dir_.path() / "outside/victim", target_ / "f");
  auto below = extract({file("d/x", "bad")});
  ASSERT_FALSE(below.ok());
  EXPECT_THAT(below.error().message(), HasSubstr("d/x"));
  EXPECT_TRUE(extract({file("f", "good")}, true).ok());
  EXPECT_EQ(text("f"), "good");
  EXPECT_FALSE(fs::is_symlink(target_ / "f"));
  EXPECT_TRUE(fs::is_empty(dir_.path() / "outside"));
}

TEST_F(Extract, AsksBeforeItReplaces) {
  ASSERT_TRUE(extract({file("a", "old")}).ok());
  auto asked = extract({file("b", "new"), file("a", "new")});
  ASSERT_TRUE(asked.ok());
  EXPECT_THAT(asked->existing, ElementsAre("a"));
  EXPECT_FALSE(fs::exists(target_ / "b"));
  EXPECT_EQ(text("a"), "old");
  auto done = extract({file("b", "new"), file("a", "new")}, true);
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(text("a"), "new");
}

TEST_F(Extract, AFolderIsNeverReplaced) {
  ASSERT_TRUE(extract({file("a/b", "kept")}).ok());
  EXPECT_FALSE(extract({file("a", "bad")}, true).ok());
  EXPECT_EQ(text("a/b"), "kept");
}

TEST_F(Extract, PassesErrorsOfContentsUpAndWritesNoFile) {
  ExtractItem broken = file("a", "");
  broken.content = [] { return Result<std::string>(Error("damaged")); };
  auto done = extract({broken});
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().message(), "a: damaged");
  EXPECT_FALSE(fs::exists(target_ / "a"));
}

TEST_F(Extract, LeavesDevicesOut) {
  auto done = extract({{ExtractItem::Type::Other, "null", 0666, "", {}}});
  ASSERT_TRUE(done.ok());
  EXPECT_THAT(done->skipped, ElementsAre("null: a device or the like"));
}

TEST_F(Extract, StopsWhenCancelled) {
  cancel_.cancel();
  auto done = extract({file("a", "x")});
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().kind(), ErrorKind::Cancelled);
}

}  // namespace
}  // namespace whittle
