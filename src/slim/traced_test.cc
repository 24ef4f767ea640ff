// Wishes and misses from traces written by hand, on small images written as text.
#include "slim/traced.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "packages/catalog.h"
#include "support/image_builder.h"

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kImage =
    "layer\n"
    "dir app\nfile app/main size=9 mode=755\nfile app/notes size=1\nfile app/lib.py size=1\n"
    "dir app/.git\nfile app/.git/HEAD size=1\ndir app/parts\nfile app/parts/a size=1\n"
    "dir usr\ndir usr/lib\nfile usr/lib/x.so.1 size=5\nsymlink usr/lib/x.so -> x.so.1\n"
    "symlink lib -> usr/lib\ndir usr/lib/python3.11\nfile usr/lib/python3.11/os.py size=1\n"
    "dir var\ndir var/log\nfile var/log/old size=1\nsymlink dead -> nowhere\n";

constexpr uint32_t kOpen = bit(TraceUse::Open);
constexpr uint32_t kStat = bit(TraceUse::Stat);
constexpr uint32_t kList = bit(TraceUse::List);
constexpr uint32_t kCreate = bit(TraceUse::Create);
constexpr uint32_t kWrite = bit(TraceUse::Write);

class TracedTest : public testing::Test {
 protected:
  TracedTest() : image_(test::image_of(kImage)) {
    ReadOptions options = test::read_options();
    options.keep = {package_contents(kPackageDatabases)};
    Result<std::unique_ptr<test::Merged>> merged = test::read_and_merge(*image_, options);
    EXPECT_TRUE(merged.ok());
    merged_ = std::move(*merged);
    catalog_ = catalog_packages(merged_->tree);
    paths_.emplace(merged_->tree);
    trace_.programs = {"", "/app/main"};
  }

  void used(std::string_view path, uint32_t uses) {
    trace_.accesses.push_back({std::string(path), uses, true, 0, 1});
  }

  void failed(std::string_view path, uint32_t uses, int error) {
    trace_.accesses.push_back({std::string(path), uses, false, error, 1});
  }

  std::vector<std::string> wishes() const { return text_of(wishes_of(trace_, *paths_, catalog_)); }

  // Of an image that has everything but these.
  std::vector<std::string> misses(const std::vector<std::string_view>& gone) const {
    KeepSet keep;
    keep.nodes.resize(merged_->tree.nodes.size());
    for (KeptNode& node : keep.nodes) node.is_kept = true;
    for (std::string_view path : gone)
      keep.nodes[static_cast<uint32_t>(merged_->tree.find(path))].is_kept = false;
    return text_of(misses_of(trace_, *paths_, keep));
  }

  static std::vector<std::string> text_of(const std::vector<KeepWish>& wishes) {
    std::vector<std::string> out;
    for (const KeepWish& wish : wishes)
      out.push_back(wish.path + " " + wish.why + (wish.uses_content ? " content" : ""));
    return out;
  }

  std::unique_ptr<test::MemoryImage> image_;
  std::unique_ptr<test::Merged> merged_;
  PackageCatalog catalog_;
  std::optional<TreePaths> paths_;
  Trace trace_;
};

TEST_F(TracedTest, WhatWasUsedIsWishedFor) {
  used("/app/main", bit(TraceUse::Execute));
  used("/lib/x.so", kOpen | kStat);
  used("/app/notes", kStat);
  failed("/app/none", kOpen, 2);
  failed("/app/lib.py", kWrite, 13);
  EXPECT_THAT(wishes(),
              ElementsAre("/app/lib.py changed by",
                          "/app/main run by content",
                          "/app/notes looked at by",
                          "/lib/x.so read by content"));
  std::vector<NodeId> files = files_used(wishes_of(trace_, *paths_, catalog_), *paths_);
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(merged_->tree.path(files[0]), "app/main");
  EXPECT_EQ(merged_->tree.path(files[1]), "usr/lib/x.so.1");
}

TEST_F(TracedTest, WhatARunMadeIsNoPartOfTheImageButItsFolderIs) {
  used("/var/log/new", kCreate | kWrite);
  used("/dead", bit(TraceUse::ReadLink));
  EXPECT_THAT(
      wishes(),
      ElementsAre("/dead looked at by", "/var/log written to by", "/var/log/new changed by"));
  EXPECT_THAT(files_used(wishes_of(trace_, *paths_, catalog_), *paths_), IsEmpty());
}

TEST_F(TracedTest, NamesInAReadFolderCount) {
  used("/app", kList);
  used("/usr/lib/python3.11", kList);
  EXPECT_THAT(wishes(),
              ElementsAre("/app listed by",
                          "/app/lib.py in a folder listed by",
                          "/app/main in a folder listed by",
                          "/app/notes in a folder listed by",
                          "/app/parts in a folder listed by",
                          "/usr/lib/python3.11 listed by"));
}

TEST_F(TracedTest, AMissIsWhatTheOriginalHas) {
  failed("/lib/x.so", kOpen, 2);
  failed("/app/none", kStat, 2);
  failed("/app/notes", kOpen, 13);
  failed("/var/log/new", kCreate, 2);
  failed("/app/main", kStat, 2);
  EXPECT_THAT(misses({}), IsEmpty());
  EXPECT_THAT(misses({"app/notes"}), IsEmpty());  // it was there, or the error would be another one
  EXPECT_THAT(misses({"usr/lib/x.so.1"}), ElementsAre("/lib/x.so missed by content"));
  EXPECT_THAT(misses({"lib"}), ElementsAre("/lib/x.so missed by content"));
  EXPECT_THAT(misses({"var/log", "app/main"}),
              ElementsAre("/app/main missed by", "/var/log missed by"));
}

}  // namespace
}  // namespace whittle
