#include "image/read.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <set>

#include "support/image_builder.h"

namespace whittle {
namespace {

using test::image_of;
using testing::ElementsAre;
using testing::HasSubstr;

const char* const kThree =
    "layer gzip\nfile a size=3000\nlayer zstd\nfile b size=5\nlayer\nfile c text=x";

TEST(ReadLayers, FindsTheCompressionByItsBytes) {
  auto layers = read_layers(*image_of(kThree), test::read_options());
  ASSERT_TRUE(layers.ok()) << layers.error().message();
  EXPECT_EQ((*layers)[0].index.compression, Compression::Gzip);
  EXPECT_EQ((*layers)[1].index.compression, Compression::Zstd);
  EXPECT_EQ((*layers)[2].index.compression, Compression::None);
  EXPECT_EQ((*layers)[0].index.tar_bytes, 512U + 3072 + 1024);
  EXPECT_EQ((*layers)[2].index.blob_bytes, 512U + 512 + 1024);
}

TEST(ReadLayers, IsTheSameOnAnyNumberOfThreads) {
  auto image = image_of(kThree);
  ReadOptions options = test::read_options();
  options.hash_contents = options.measure_gzip = true;
  options.threads = 1;
  auto one = read_layers(*image, options);
  options.threads = 8;
  auto eight = read_layers(*image, options);
  ASSERT_TRUE(one.ok() && eight.ok());
  for (size_t i = 0; i < one->size(); ++i) {
    EXPECT_EQ((*one)[i].index.diff_id, (*eight)[i].index.diff_id);
    EXPECT_EQ((*one)[i].index.names, (*eight)[i].index.names);
    EXPECT_EQ((*one)[i].index.content_hashes, (*eight)[i].index.content_hashes);
    EXPECT_EQ((*one)[i].gzip_bytes, (*eight)[i].gzip_bytes);
    EXPECT_GT((*one)[i].gzip_bytes, 0U);
  }
}

TEST(ReadLayers, ChecksDigestsSizesAndDiffIds) {
  auto broken = [](auto change) {
    auto image = image_of(kThree);
    change(image->info().layers[0]);
    auto layers = read_layers(*image, test::read_options());
    return layers.ok() ? "" : layers.error().message();
  };
  std::string other = digest_of("other");
  EXPECT_THAT(broken([&](Layer& layer) { layer.diff_id = other; }),
              HasSubstr("layer 1 of 3: the diff id is"));
  EXPECT_THAT(broken([&](Layer& layer) { layer.blob.digest = other; }),
              HasSubstr("layer 1 of 3: the digest is"));
  EXPECT_THAT(broken([&](Layer& layer) { layer.blob.size += 1; }),
              HasSubstr("bytes, but the image says"));
  EXPECT_EQ(broken([&](Layer& layer) { layer.blob = {}; }), "");
}

TEST(ReadLayers, SayWhichBlobIsDamaged) {
  auto image = image_of("layer gzip\nfile a size=3000");
  std::string stored;
  {
    auto source = image->open_layer(0);
    ASSERT_TRUE(source.ok());
    stored = *read_all(**source, 1 << 20);
  }
  stored[stored.size() / 2] = static_cast<char>(stored[stored.size() / 2] ^ 1);
  test::MemoryImage damaged(image->info(), {stored});
  auto layers = read_layers(damaged, test::read_options());
  ASSERT_FALSE(layers.ok());
  EXPECT_THAT(layers.error().message(), HasSubstr("the digest is"));
}

TEST(ReadLayers, HandsContentsToSubscribers) {
  auto image = image_of(
      "layer\nfile etc/os-release text=debian\nfile big size=5000\nlayer gzip\nfile etc/os-release "
      "text=alpine\nhardlink l -> etc/os-release");
  std::mutex mutex;
  std::set<std::string> got;
  ContentSubscriber small;
  small.max_bytes = 4999;
  small.wants = [](std::string_view, uint64_t) { return true; };
  small.receive = [&](size_t layer, std::string_view path, std::string_view content) {
    std::lock_guard lock(mutex);
    got.insert(std::to_string(layer) + " " + std::string(path) + " " + std::string(content));
  };
  ContentSubscriber picky = small;
  picky.max_bytes = 1 << 20;
  picky.wants = [](std::string_view path, uint64_t size) { return path == "big" && size == 5000; };
  picky.receive = [&](size_t, std::string_view path, std::string_view content) {
    std::lock_guard lock(mutex);
    got.insert(std::string(path) + " " +
               std::to_string(content == test::made_up_content("big", 5000)));
  };
  ReadOptions options = test::read_options();
  options.subscribers = {small, picky};
  auto layers = read_layers(*image, options);
  ASSERT_TRUE(layers.ok());
  EXPECT_THAT(got, ElementsAre("0 etc/os-release debian", "1 etc/os-release alpine", "big 1"));
}

TEST(ReadLayers, ARepeatedLayerIsReadOnceAndToldTwice) {
  auto image = image_of("layer\nfile a text=x\nlayer\nfile b\nlayer\nfile a text=x");
  int calls = 0;
  std::mutex mutex;
  std::set<size_t> told;
  ContentSubscriber subscriber;
  subscriber.wants = [&](std::string_view path, uint64_t) {
    std::lock_guard lock(mutex);
    calls += path == "a" ? 1 : 0;
    return path == "a";
  };
  subscriber.receive = [&](size_t layer, std::string_view, std::string_view) {
    std::lock_guard lock(mutex);
    told.insert(layer);
  };
  ReadOptions options = test::read_options();
  options.subscribers = {subscriber};
  auto layers = read_layers(*image, options);
  ASSERT_TRUE(layers.ok());
  EXPECT_EQ(calls, 1);
  EXPECT_THAT(told, ElementsAre(0U, 2U));
  EXPECT_EQ((*layers)[0].index.names, (*layers)[2].index.names);
}

TEST(ReadLayers, HashesContentByContentOnly) {
  auto image = image_of("layer\nfile a text=same\nfile b text=same\nfile c text=other\ndir d");
  ReadOptions options = test::read_options();
  options.hash_contents = true;
  auto layers = read_layers(*image, options);
  ASSERT_TRUE(layers.ok());
  const Column<uint64_t>& hashes = (*layers)[0].index.content_hashes;
  ASSERT_EQ(hashes.size(), 4U);
  EXPECT_EQ(hashes[0], hashes[1]);
  EXPECT_NE(hashes[0], hashes[2]);
  EXPECT_EQ(hashes[3], 0U);
}

TEST(ReadLayers, StopsWhenCancelled) {
  CancelToken cancel;
  cancel.cancel();
  ReadOptions options = test::read_options();
  options.cancel = &cancel;
  auto layers = read_layers(*image_of(kThree), options);
  ASSERT_FALSE(layers.ok());
  EXPECT_EQ(layers.error().kind(), ErrorKind::Cancelled);
}

}  // namespace
}  // namespace whittle
