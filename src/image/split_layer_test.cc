// A plain layer read in halves is the layer read whole.
#include "image/split_layer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/fs.h"
#include "codec/tar.h"
#include "image/index_file.h"
#include "image/layer_pass.h"
#include "image/layer_reader.h"
#include "support/image_builder.h"

namespace whittle {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

// A tar in memory whose files' contents are holes where nothing else is said.
class TestTar {
 public:
  TestTar() : fd_(::memfd_create("tar", MFD_CLOEXEC)) {}

  TestTar& add(TarEntry entry, std::string_view content = "") {
    begins_.push_back(bytes_);
    if (!content.empty()) entry.size_bytes = content.size();
    put(tar_header(entry));
    if (entry.type != TarType::File) return *this;
    if (!content.empty()) write_at(bytes_, content);
    bytes_ += entry.size_bytes + tar_padding(entry.size_bytes);
    return *this;
  }

  TestTar& file(std::string path, uint64_t size) {
    TarEntry entry;
    entry.path = std::move(path);
    entry.size_bytes = size;
    return add(entry);
  }

  // A block of PAX records for everything behind it.
  TestTar& global(std::string_view records) {
    TarEntry entry;
    entry.path = "pax_global_header";
    entry.size_bytes = records.size();
    std::string block = tar_block(entry);
    block[156] = 'g';
    block.replace(148, 8, 8, ' ');
    unsigned sum = 0;
    for (char c : block) sum += static_cast<unsigned char>(c);
    char digits[8];
    std::snprintf(digits, sizeof digits, "%06o", sum);
    block.replace(148, 7, digits, 7);
    begins_.push_back(bytes_);
    put(block);
    write_at(bytes_, records);
    bytes_ += records.size() + tar_padding(records.size());
    return *this;
  }

  TestTar& end() {
    bytes_ += 1024;
    EXPECT_EQ(::ftruncate(fd_.get(), static_cast<off_t>(bytes_)), 0);
    return *this;
  }

  void cut(uint64_t bytes) {
    bytes_ = bytes;
    EXPECT_EQ(::ftruncate(fd_.get(), static_cast<off_t>(bytes_)), 0);
  }

  void put(std::string_view bytes) {
    write_at(bytes_, bytes);
    bytes_ += bytes.size();
  }

  std::unique_ptr<ByteSource> source() const { return file_range_source(fd_.get(), 0, bytes_); }

  uint64_t bytes() const { return bytes_; }

  // Where members begin, with their extension headers.
  const std::vector<uint64_t>& begins() const { return begins_; }

 private:
  void write_at(uint64_t at, std::string_view bytes) {
    EXPECT_EQ(::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(at)),
              static_cast<ssize_t>(bytes.size()));
  }

  UniqueFd fd_;
  uint64_t bytes_ = 0;
  std::vector<uint64_t> begins_;
};

std::string bytes_of(const LayerIndex& index) {
  UniqueFd fd(::memfd_create("index", MFD_CLOEXEC));
  EXPECT_TRUE(write_index(fd.get(), index, {}).ok());
  off_t size = ::lseek(fd.get(), 0, SEEK_END);
  return *read_all(*file_range_source(fd.get(), 0, static_cast<uint64_t>(size)), 1 << 30);
}

const std::vector<size_t> kFirstLayer = {0};

// The tar, up to `middle` for one pass and behind it for another.
struct Parts {
  Parts(const TestTar& tar, uint64_t middle, const ReadOptions& options)
      : source(tar.source()),
        rest(source->from(middle)),
        head(*source, 0, kFirstLayer, options, false, 0),
        tail(*rest, middle, kFirstLayer, options, false, 0) {}

  std::unique_ptr<ByteSource> source;
  std::unique_ptr<ByteSource> rest;
  LayerPass head;
  LayerPass tail;
};

// The index of both parts; "" if the first pass does not come to stand at `middle`.
std::string index_in_two(const TestTar& tar, uint64_t middle, const ReadOptions& options) {
  Parts parts(tar, middle, options);
  Result<bool> has_met = parts.head.run_until(middle);
  EXPECT_TRUE(has_met.ok());
  if (!has_met.ok() || !*has_met) return "";
  EXPECT_TRUE(parts.tail.run().ok());
  EXPECT_TRUE(parts.head.append(parts.tail));
  return bytes_of(parts.head.finish());
}

std::string index_in_one(const TestTar& tar, const ReadOptions& options) {
  std::unique_ptr<ByteSource> source = tar.source();
  LayerPass pass(*source, 0, kFirstLayer, options, false, 0);
  EXPECT_TRUE(pass.run().ok());
  return bytes_of(pass.finish());
}

// The reader as an image's layers come to it; its error's text if there is one.
std::string read_with(const TestTar& tar, unsigned threads) {
  ReadOptions options = test::read_options();
  options.threads = threads;
  LayerTask task;
  task.layers = {0};
  task.about_bytes = tar.bytes();
  SharedWork shared{nullptr, nullptr, false, false};
  std::unique_ptr<ByteSource> source = tar.source();
  Result<ReadLayer> read = LayerReader(*source, task, options, shared).run();
  return read.ok() ? bytes_of(read->index) : "error: " + read.error().message();
}

// One of everything that an index keeps.
void add_all_kinds(TestTar& tar, const std::string& in) {
  TarEntry folder;
  folder.path = in;
  folder.type = TarType::Directory;
  folder.mode = 0755;
  tar.add(folder);
  tar.file(in + "/file", 700).file(in + "/.wh.gone", 0).file(in + "/.wh..wh.plnk", 3);
  tar.file(in + "/" + std::string(150, 'n') + "/" + std::string(150, 'm'), 10);
  TarEntry timed;
  timed.path = in + "/timed";
  timed.mtime_seconds = 5;
  timed.mtime_nanoseconds = 7;
  timed.xattrs = {{"user.a", "1"}, {"user.b", "2"}};
  tar.add(timed, "text");
  TarEntry link;
  link.path = in + "/link";
  link.type = TarType::Symlink;
  link.link_target = "../file";
  tar.add(link);
  link.path = in + "/hard";
  link.type = TarType::Hardlink;
  link.link_target = in + "/file";
  tar.add(link);
  TarEntry device;
  device.path = in + "/null";
  device.type = TarType::CharDevice;
  device.device_major = 1;
  device.device_minor = 3;
  tar.add(device);
  tar.file(in + "/file", 9);  // again: the first one is shadowed
  tar.file("var/lib/dpkg/status", 30);
}

TEST(SplitLayer, IsTheSameWhereverItIsSplit) {
  TestTar tar;
  add_all_kinds(tar, "a");
  add_all_kinds(tar, "b");
  tar.end();
  ReadOptions options = test::read_options();
  std::string whole = index_in_one(tar, options);
  for (uint64_t begin : tar.begins())
    EXPECT_TRUE(index_in_two(tar, begin, options) == whole) << begin;
}

TEST(SplitLayer, KeepsTheContentsOfBothParts) {
  TestTar tar;
  TarEntry entry;
  for (std::string path : {"a", "b", "c"}) {
    entry.path = path;
    tar.add(entry, "content of " + path);
  }
  tar.end();
  ReadOptions options = test::read_options();
  auto topic = std::make_shared<ContentTopic>();
  topic->wants = [](const FileFacts& file, uint8_t) {
    return file.path == "b" ? Keep::Nothing : Keep::Content;
  };
  options.keep = {{topic, 0}};
  Parts parts(tar, tar.begins()[1], options);
  ASSERT_TRUE(*parts.head.run_until(tar.begins()[1]));
  ASSERT_TRUE(parts.tail.run().ok());
  ASSERT_TRUE(parts.head.append(parts.tail));
  LayerIndex index = parts.head.finish();
  ASSERT_EQ(index.kept.size(), 2U);
  const KeptContent& kept = index.kept[1];
  EXPECT_EQ(index.path(index.at(kept.entry)), "c");
  EXPECT_EQ(std::string_view(index.kept_bytes).substr(kept.offset, kept.size), "content of c");
}

TEST(SplitLayer, OnlyWhereAMemberBegins) {
  TestTar tar;
  add_all_kinds(tar, "a");
  tar.end();
  for (uint64_t at = 0; at < tar.bytes(); at += 512) {
    bool is_begin = testing::Value(tar.begins(), Contains(at)) || at == tar.bytes() - 1024;
    EXPECT_EQ(index_in_two(tar, at, test::read_options()).empty(), !is_begin) << at;
  }
}

TEST(SplitLayer, NotBehindWhatIsOfEffectOnTheRest) {
  TestTar tar;
  tar.file("a", 100).global("14 mtime=1000\n").file("b", 100).file("c", 100).end();
  ReadOptions options = test::read_options();
  EXPECT_NE(index_in_two(tar, tar.begins()[1], options), "");
  EXPECT_EQ(index_in_two(tar, tar.begins()[2], options), "");
  EXPECT_EQ(index_in_two(tar, tar.begins()[3], options), "");
}

TEST(SplitLayer, HoldsTheLimitsOfALayer) {
  TestTar tar;
  tar.file("a", 1).file("b", 1).file("c", 1).end();
  ReadOptions options = test::read_options();
  options.limits.max_entries = 2;
  Parts parts(tar, tar.begins()[1], options);
  ASSERT_TRUE(*parts.head.run_until(tar.begins()[1]));
  ASSERT_TRUE(parts.tail.run().ok());
  EXPECT_FALSE(parts.head.append(parts.tail));
  Status read_on = parts.head.run();
  ASSERT_FALSE(read_on.ok());
  EXPECT_EQ(read_on.error().kind(), ErrorKind::Limit);
}

TEST(FindMember, IsAMembersBegin) {
  TestTar tar;
  add_all_kinds(tar, "a");
  add_all_kinds(tar, "b");
  tar.end();
  const std::vector<uint64_t>& begins = tar.begins();
  for (uint64_t from = 0; from < begins[begins.size() - 2]; from += 512) {
    std::optional<uint64_t> found = find_member(*tar.source(), from, Limits());
    ASSERT_TRUE(found) << from;
    EXPECT_GT(*found, from);
    // What a member's own header was found for looks like a begin, too.
    EXPECT_THAT(begins, Contains(*found)) << from;
  }
  EXPECT_EQ(find_member(*string_source("x"), 0, Limits()), std::nullopt);
}

// Contents are holes: such an archive costs nothing, and is as long as the ones that are split.
TestTar big_tar(const std::string& middle = "") {
  TestTar tar;
  for (int i = 0; i < 1000; ++i) tar.file("usr/lib/" + std::to_string(i), 40'000);
  if (!middle.empty()) {
    TarEntry entry;
    entry.path = "archive.tar";
    tar.add(entry, middle);
  }
  for (int i = 0; i < 1000; ++i) tar.file("opt/" + std::to_string(i), 40'000);
  tar.end();
  return tar;
}

TEST(SplitLayer, ABigOneIsTheSameOnAnyNumberOfThreads) {
  TestTar tar = big_tar();
  ASSERT_TRUE(find_member(*tar.source(), tar.bytes() / 2, Limits()));
  std::string one = read_with(tar, 1);
  EXPECT_THAT(one, Not(HasSubstr("error: ")));
  EXPECT_TRUE(read_with(tar, 4) == one);
}

// An archive in the middle has members that are none of the layer's.
TEST(SplitLayer, ArchivesWithinAreFiles) {
  std::string inner;
  TarEntry entry;
  entry.size_bytes = 100;
  for (int i = 0; i < 20'000; ++i) {
    entry.path = "inner/" + std::to_string(i);
    inner += tar_block(entry) + std::string(512, 'x');
  }
  TestTar tar = big_tar(inner + tar_end());
  uint64_t half = tar.bytes() / 2;
  std::optional<uint64_t> found = find_member(*tar.source(), half, Limits());
  ASSERT_TRUE(found);
  ASSERT_THAT(tar.begins(), Not(Contains(*found)));
  EXPECT_TRUE(read_with(tar, 4) == read_with(tar, 1));
}

// A file that becomes shorter while it is read is damage, not a crash.
TEST(SplitLayer, AFileMayBecomeShorterMeanwhile) {
  for (unsigned threads : {1U, 4U}) {
    TestTar tar = big_tar();
    uint64_t bytes = tar.bytes();
    std::unique_ptr<ByteSource> source = tar.source();
    ReadOptions options = test::read_options();
    options.threads = threads;
    auto topic = std::make_shared<ContentTopic>();
    topic->wants = [&](const FileFacts& file, uint8_t) {
      if (file.path == "usr/lib/7") tar.cut(bytes / 3);
      return Keep::Nothing;
    };
    options.keep = {{topic, 0}};
    LayerTask task;
    task.layers = {0};
    task.about_bytes = bytes;
    Result<ReadLayer> read =
        LayerReader(*source, task, options, SharedWork{nullptr, nullptr, false, false}).run();
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().kind(), ErrorKind::Invalid);
    EXPECT_THAT(read.error().message(), HasSubstr("became shorter"));
  }
}

TEST(SplitLayer, DamageIsToldAsByOneThread) {
  TestTar tar = big_tar();
  tar.cut(tar.begins()[1900] + 700);
  std::string one = read_with(tar, 1);
  EXPECT_THAT(one, HasSubstr("error: "));
  EXPECT_TRUE(read_with(tar, 4) == one);
  tar.cut(tar.begins()[1800]);
  tar.put(std::string(512, 'y'));
  tar.put(std::string(4096, '\0'));
  one = read_with(tar, 1);
  EXPECT_THAT(one, HasSubstr("wrong header checksum"));
  EXPECT_TRUE(read_with(tar, 4) == one);
}

}  // namespace
}  // namespace whittle
