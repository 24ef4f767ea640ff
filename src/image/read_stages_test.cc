// Layers big enough to be read by several threads, whole and damaged; and what the options of a
// look change.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <random>
#include <set>

#include "image/read.h"
#include "support/image_builder.h"

namespace whittle {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;
using testing::UnorderedElementsAre;

// About 3 MB that do not compress.
std::string big_tar() {
  std::mt19937_64 random(1);
  std::string tar;
  for (int i = 0; i < 30; ++i) {
    std::string content(100'000, '\0');
    for (char& c : content) c = static_cast<char>(random());
    TarEntry entry;
    entry.path = "f" + std::to_string(i);
    entry.size_bytes = content.size();
    tar += tar_header(entry) + content + std::string(tar_padding(content.size()), '\0');
  }
  return tar + tar_end();
}

std::unique_ptr<test::MemoryImage> big_image() {
  std::string tar = big_tar();
  ImageInfo info;
  std::vector<std::string> stored;
  for (const char* how : {"", "gzip", "zstd"}) {
    stored.push_back(test::compressed(tar, how));
    Layer& layer = info.layers.emplace_back();
    layer.diff_id = digest_of(tar);
    layer.blob.digest = digest_of(stored.back());
    layer.blob.size = stored.back().size();
  }
  return std::make_unique<test::MemoryImage>(std::move(info), std::move(stored));
}

TEST(ReadStages, AgreeWithOneThread) {
  auto image = big_image();
  ReadOptions options = test::read_options();
  options.threads = 1;
  options.measure_gzip = true;
  auto one = read_layers(*image, options);
  ASSERT_TRUE(one.ok()) << one.error().message();
  for (Verify verify : {Verify::Always, Verify::Remote}) {
    options.threads = 4;
    options.verify = verify;
    auto many = read_layers(*image, options);
    ASSERT_TRUE(many.ok()) << many.error().message();
    for (size_t i = 0; i < 3; ++i) {
      const LayerIndex& a = (*one)[i].index;
      const LayerIndex& b = (*many)[i].index;
      EXPECT_EQ(a.names, b.names);
      EXPECT_EQ(a.diff_id, b.diff_id);
      EXPECT_EQ(a.blob_digest, b.blob_digest);
      EXPECT_EQ(a.tar_bytes, b.tar_bytes);
      EXPECT_EQ(a.blob_bytes, b.blob_bytes);
      EXPECT_EQ((*one)[i].gzip_bytes, (*many)[i].gzip_bytes);
      EXPECT_EQ(b.is_verified, verify == Verify::Always);
      ASSERT_EQ(a.entries.size(), b.entries.size());
      EXPECT_EQ(a.content_hashes, b.content_hashes);
      for (size_t k = 0; k < a.entries.size(); ++k) {
        EXPECT_EQ(a.entries[k].data_block, 1 + k * (1 + 196));  // header, 100,000 bytes in blocks
      }
    }
  }
}

// Cut off anywhere, or with a byte changed: the same kind of error as on one thread, and no hang.
TEST(ReadStages, EndOnDamageAsOneThreadDoes) {
  auto image = big_image();
  for (size_t layer = 0; layer < 3; ++layer) {
    std::string good = *read_all(**image->open_layer(layer), 1 << 30);
    for (size_t at : {size_t{0}, size_t{3}, size_t{700}, good.size() / 2, good.size() - 600}) {
      for (bool is_cut : {true, false}) {
        std::string bad = is_cut ? good.substr(0, at) : good;
        if (!is_cut) bad[at] = static_cast<char>(~bad[at]);
        ImageInfo info;
        info.layers.push_back(image->info().layers[layer]);
        test::MemoryImage damaged(info, {bad});
        ReadOptions options = test::read_options();
        options.threads = 1;
        auto one = read_layers(damaged, options);
        options.threads = 3;
        auto many = read_layers(damaged, options);
        ASSERT_FALSE(one.ok());
        ASSERT_FALSE(many.ok());
        EXPECT_EQ(one.error().message(), many.error().message()) << layer << " at " << at;
        options.verify = Verify::Remote;
        auto looked_at = read_layers(damaged, options);
        bool must_fail = is_cut && at < good.size() / 2;
        EXPECT_TRUE(!must_fail || !looked_at.ok());
      }
    }
  }
}

TEST(ReadStages, StopWhenCancelled) {
  auto image = big_image();
  CancelToken cancel;
  ReadOptions options = test::read_options();
  options.threads = 3;
  options.cancel = &cancel;
  options.subscribers.push_back({[&](std::string_view path, uint64_t) {
                                   if (path == "f9") cancel.cancel();
                                   return false;
                                 },
                                 1 << 20,
                                 nullptr});
  auto layers = read_layers(*image, options);
  ASSERT_FALSE(layers.ok());
  EXPECT_EQ(layers.error().kind(), ErrorKind::Cancelled);
}

const char* const kTwo = "layer gzip\nfile a text=x\nlayer\nfile b text=y\nfile conf text=kept";

TEST(ReadOptions, ALookAtALocalImageHashesNoLayer) {
  auto image = test::image_of(kTwo);
  image->info().layers[1].diff_id = image->info().layers[0].diff_id;  // a lie
  ReadOptions options = test::read_options();
  options.verify = Verify::Remote;
  auto layers = read_layers(*image, options);
  ASSERT_TRUE(layers.ok()) << layers.error().message();
  EXPECT_FALSE((*layers)[1].index.is_verified);
  EXPECT_EQ((*layers)[1].index.diff_id, image->info().layers[0].diff_id);
  EXPECT_EQ((*layers)[1].index.blob_digest, image->info().layers[1].blob.digest);
  EXPECT_EQ((*layers)[1].index.tar_bytes, image->info().layers[1].blob.size);
  EXPECT_TRUE((*layers)[0].index.has_hashes);   // its bytes passed anyway
  EXPECT_FALSE((*layers)[1].index.has_hashes);  // nobody read its contents
  options.verify = Verify::Always;
  EXPECT_FALSE(read_layers(*image, options).ok());
}

class RemoteImage : public test::MemoryImage {
 public:
  using MemoryImage::MemoryImage;

  bool is_remote() const override { return true; }

  Result<std::optional<LayerIndex>> list_layer(size_t) const override {
    if (!offers_list) return std::optional<LayerIndex>();
    LayerIndex index;
    index.is_listed = true;
    return std::optional<LayerIndex>(std::move(index));
  }

  bool offers_list = false;
};

TEST(ReadOptions, WhatCameOverANetworkIsVerified) {
  auto local = test::image_of("layer\nfile a text=x");
  RemoteImage remote(local->info(), {test::tar_of("file a text=x")});
  ReadOptions options = test::read_options();
  options.verify = Verify::Remote;
  auto layers = read_layers(remote, options);
  ASSERT_TRUE(layers.ok());
  EXPECT_TRUE((*layers)[0].index.is_verified);
  remote.info().layers[0].diff_id = digest_of("other");
  auto wrong = read_layers(remote, options);
  ASSERT_FALSE(wrong.ok());
  EXPECT_THAT(wrong.error().message(), HasSubstr("the diff id is"));
}

TEST(ReadOptions, AListIsEnoughForALookOnly) {
  auto local = test::image_of("layer\nfile a text=x");
  RemoteImage remote(local->info(), {test::tar_of("file a text=x")});
  remote.offers_list = true;
  ReadOptions options = test::read_options();
  auto is_listed = [&] { return (*read_layers(remote, options))[0].index.is_listed; };
  EXPECT_FALSE(is_listed());
  options.verify = Verify::Remote;
  EXPECT_TRUE(is_listed());
  options.hash_contents = true;
  EXPECT_FALSE(is_listed());
}

TEST(ReadOptions, KeepsContentsByTheRule) {
  auto image = test::image_of(kTwo);
  ReadOptions options = test::read_options();
  auto topic = std::make_shared<ContentTopic>();
  topic->wants = [](const FileFacts& file, uint8_t sets) {
    bool is_wanted = file.path == "conf" && file.size_bytes == 4 && sets == 5;
    return is_wanted ? Keep::Content : Keep::Nothing;
  };
  options.keep = {{topic, 5}};
  for (Verify verify : {Verify::Always, Verify::Remote}) {
    options.verify = verify;
    auto layers = read_layers(*image, options);
    ASSERT_TRUE(layers.ok());
    EXPECT_EQ((*layers)[0].index.kept.size(), 0U);
    ASSERT_EQ((*layers)[1].index.kept.size(), 1U);
    EXPECT_EQ((*layers)[1].index.kept[0].entry, EntryId{1});
    EXPECT_EQ((*layers)[1].index.kept_bytes, "kept");
  }
}

TEST(ReadOptions, KeepsWhatTheRuleMakesOfAContent) {
  auto image = test::image_of(kTwo);
  ReadOptions options = test::read_options();
  auto topic = std::make_shared<ContentTopic>();
  topic->wants = [](const FileFacts&, uint8_t) { return Keep::Extract; };
  topic->is_worth_reading = [](const FileFacts&, std::string_view beginning) {
    return beginning.starts_with("ke");
  };
  topic->extract = [](const FileFacts& file, std::string_view content) {
    return std::string(file.path) + " has " + std::string(content);
  };
  options.keep = {{topic, 0}};
  for (bool hashes : {true, false}) {
    options.hash_contents = hashes;
    auto layers = read_layers(*image, options);
    ASSERT_TRUE(layers.ok());
    EXPECT_EQ((*layers)[0].index.kept.size(), 0U);
    EXPECT_EQ((*layers)[1].index.kept_bytes, "conf has kept");
    auto plain = read_layers(*image, test::read_options());
    ASSERT_TRUE(plain.ok());
    for (size_t i = 0; i < layers->size() && hashes; ++i) {
      const LayerIndex& index = (*layers)[i].index;
      const LayerIndex& other = (*plain)[i].index;
      for (size_t at = 0; at < index.entries.size(); ++at) {
        uint64_t hash = other.content_hash_of(other.entries[at]);
        EXPECT_TRUE(index.content_hash_of(index.entries[at]) == hash || hash == 0);
      }
    }
  }
}

TEST(ReadOptions, KeepsOneFileUnderSeveralTopics) {
  ReadOptions options = test::read_options();
  for (TopicId id : {TopicId::Packages, TopicId::Needs}) {
    auto topic = std::make_shared<ContentTopic>();
    topic->id = id;
    topic->wants = [id](const FileFacts& file, uint8_t) {
      if (id == TopicId::Packages) return file.path == "a" ? Keep::Nothing : Keep::Content;
      return Keep::Extract;
    };
    topic->extract = [](const FileFacts& file, std::string_view) {
      return "facts of " + std::string(file.path);
    };
    options.keep.push_back({topic, 0});
  }
  auto layers = read_layers(*test::image_of(kTwo), options);
  ASSERT_TRUE(layers.ok());
  const LayerIndex& first = (*layers)[0].index;
  const LayerIndex& second = (*layers)[1].index;
  EXPECT_EQ(first.kept_content(EntryId{0}, TopicId::Packages), std::nullopt);
  EXPECT_EQ(first.kept_content(EntryId{0}, TopicId::Needs), "facts of a");
  EXPECT_EQ(second.kept_content(EntryId{1}, TopicId::Packages), "kept");
  EXPECT_EQ(second.kept_content(EntryId{1}, TopicId::Needs), "facts of conf");
  EXPECT_EQ(second.kept_content(EntryId{1}, TopicId::Secrets), std::nullopt);
}

TEST(ReadOptions, GoesOnWithoutWhatCannotBeRead) {
  auto image =
      test::image_of("layer\nfile a text=x\nlayer gzip\nfile b text=y\nlayer\nfile c text=z");
  image->info().layers[0].availability = Availability::Encrypted;
  image->info().layers[0].why_unavailable = "encrypted for 2 recipients";
  image->info().layers[1].blob.digest = digest_of("other");
  ReadOptions options = test::read_options();
  auto refused = read_layers(*image, options);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message(),
              AnyOf(HasSubstr("layer 1 of 3: encrypted for 2 recipients"),
                    HasSubstr("layer 2 of 3: the digest is")));
  options.allow_unread = true;
  std::mutex mutex;
  std::multiset<size_t> told;
  options.on_layer = [&](size_t layer, const ReadLayer& read) {
    std::lock_guard lock(mutex);
    EXPECT_EQ(read.unread.empty(), layer == 2);
    told.insert(layer);
  };
  auto layers = read_layers(*image, options);
  ASSERT_TRUE(layers.ok()) << layers.error().message();
  EXPECT_EQ((*layers)[0].unread, "encrypted for 2 recipients");
  EXPECT_TRUE((*layers)[0].index.is_unread);
  EXPECT_EQ((*layers)[0].index.diff_id, image->info().layers[0].diff_id);
  EXPECT_THAT((*layers)[1].unread, StartsWith("the digest is"));
  EXPECT_EQ((*layers)[2].unread, "");
  EXPECT_THAT(told, UnorderedElementsAre(0U, 1U, 2U));
}

TEST(ReadOptions, AHardLinkIntoAnUnreadLayerStandsForItself) {
  auto image = test::image_of("layer\nfile a text=x\nlayer\nhardlink b -> a");
  ReadOptions options = test::read_options();
  options.allow_unread = true;
  image->info().layers[0].availability = Availability::Missing;
  auto merged = test::read_and_merge(*image, options);
  ASSERT_TRUE(merged.ok()) << merged.error().message();
  EXPECT_THAT(test::paths_of((*merged)->tree), testing::ElementsAre("b"));
  image->info().layers[0].availability = Availability::Here;
  image->info().layers.erase(image->info().layers.begin());
  test::MemoryImage alone(image->info(), {test::tar_of("hardlink b -> a")});
  EXPECT_FALSE(test::read_and_merge(alone, options).ok());
}

// Sizes of members without content, by hand: a whiteout of 5 bytes, AUFS book-keeping of 7.
TEST(ReadOptions, TellsSizesThatNobodyCounts) {
  auto image = test::image_of(
      "layer\nfile .wh.gone text=12345\nfile .wh..wh.plnk text=1234567\nfile a text=xy");
  auto layers = read_layers(*image, test::read_options());
  ASSERT_TRUE(layers.ok());
  const LayerIndex& index = (*layers)[0].index;
  ASSERT_EQ(index.entries.size(), 2U);
  EXPECT_EQ(index.entries[0].role, EntryRole::Whiteout);
  EXPECT_EQ(index.entries[0].size_bytes, 0U);
  ASSERT_EQ(index.odd_sizes.size(), 1U);
  EXPECT_EQ(index.odd_sizes[0].entry, EntryId{0});
  EXPECT_EQ(index.odd_sizes[0].bytes, 5U);
  EXPECT_EQ(index.dropped_bytes, 7U);
}

}  // namespace
}  // namespace whittle
