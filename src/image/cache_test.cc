#include "image/cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "codec/digest.h"
#include "image/read.h"
#include "support/image_builder.h"

namespace whittle {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

ContentWish wish(TopicId id, uint32_t version, std::string_view ending, uint8_t sets = 0) {
  auto topic = std::make_shared<ContentTopic>();
  topic->id = id;
  topic->version = version;
  topic->wants = [ending](const FileFacts& file, uint8_t) {
    return file.path.ends_with(ending) ? Keep::Content : Keep::Nothing;
  };
  return {topic, sets};
}

KeptTopics packages(uint32_t version, uint8_t sets = 0) {
  return KeptTopics::of({wish(TopicId::Packages, version, "", sets)});
}

const KeptTopics kKeepConf = packages(7);
const KeptTopics kKeepOther = packages(8);

const char* const kLayer =
    "layer gzip\n"
    "dir etc mode=1777 uid=5 gid=6 mtime=-1\n"
    "file etc/a.conf text=kept mtime=1700000000\n"
    "symlink etc/link -> ../x\n"
    "hardlink etc/hard -> etc/a.conf\n"
    "char etc/null\n"
    "file etc/a.conf text=again\n"
    "whiteout etc/gone\n"
    "opaque etc/sub\n";

class Cache : public testing::Test {
 protected:
  Cache()
      : folder_(TempDir::make("cache").value()), cache_(LayerCache::open(folder_.path() / "c")) {}

  static LayerIndex index_of(const char* text, Verify verify = Verify::Always) {
    ReadOptions options = test::read_options();
    options.keep = {wish(TopicId::Packages, 7, ".conf")};
    options.verify = verify;
    auto layers = read_layers(*test::image_of(text), options);
    CHECK(layers.ok());
    return std::move(layers->front().index);
  }

  fs::path file_of(const LayerIndex& index, const char* suffix = ".idx") const {
    std::string hex(digest_hex(index.diff_id));
    return folder_.path() / "c" / "layers" / hex.substr(0, 2) / (hex + suffix);
  }

  std::optional<LayerIndex> find(const Digest& diff_id, bool hashes = false, bool verified = true) {
    return cache_->find(diff_id, kKeepConf, hashes, verified);
  }

  TempDir folder_;
  std::shared_ptr<const LayerCache> cache_;
};

std::string bytes_of(const fs::path& path) {
  return *read_file(path, 1 << 30);
}

void overwrite(const fs::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

TEST_F(Cache, GivesBackWhatWasStored) {
  LayerIndex index = index_of(kLayer);
  EXPECT_FALSE(find(index.diff_id));
  cache_->store(index, kKeepConf);
  std::optional<LayerIndex> found = find(index.diff_id, true);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->diff_id, index.diff_id);
  EXPECT_EQ(found->blob_digest, index.blob_digest);
  EXPECT_EQ(found->compression, Compression::Gzip);
  EXPECT_EQ(found->blob_bytes, index.blob_bytes);
  EXPECT_EQ(found->tar_bytes, index.tar_bytes);
  EXPECT_EQ(found->names, index.names);
  EXPECT_TRUE(found->has_hashes);
  EXPECT_TRUE(found->is_verified);
  ASSERT_EQ(found->entries.size(), 8U);
  const Entry& folder = found->entries[0];
  EXPECT_EQ(found->path(folder), "etc");
  EXPECT_EQ(folder.type, EntryType::Directory);
  EXPECT_EQ(folder.mode, 01777U);
  EXPECT_EQ(folder.uid, 5U);
  EXPECT_EQ(folder.gid, 6U);
  EXPECT_EQ(folder.mtime_seconds, -1);
  EXPECT_TRUE(found->entries[1].is_shadowed);
  // Behind a PAX header and its record (the folder's time is before 1970) and two headers.
  EXPECT_EQ(found->entries[1].data_block, 4U);
  EXPECT_EQ(found->link_target(found->entries[2]), "../x");
  EXPECT_EQ(found->link_target(found->entries[3]), "etc/a.conf");
  EXPECT_EQ(found->entries[4].type, EntryType::CharDevice);
  EXPECT_EQ(found->entries[6].role, EntryRole::Whiteout);
  EXPECT_EQ(found->path(found->entries[6]), "etc/gone");
  EXPECT_EQ(found->entries[7].role, EntryRole::Opaque);
  ASSERT_THAT(found->kept, SizeIs(2));
  EXPECT_EQ(found->kept_bytes, "keptagain");
  EXPECT_EQ(found->kept[1].entry, EntryId{5});
  EXPECT_EQ(found->kept[1].offset, 4U);
}

TEST_F(Cache, HidesWhatWasNotVerifiedFromVerifiedReads) {
  LayerIndex lie = index_of("layer\nfile evil text=x", Verify::Remote);
  LayerIndex truth = index_of(kLayer);
  ASSERT_FALSE(lie.is_verified);
  lie.diff_id = truth.diff_id;
  cache_->store(lie, kKeepConf);
  EXPECT_FALSE(find(truth.diff_id));
  EXPECT_TRUE(find(truth.diff_id, false, false));
  cache_->store(truth, kKeepConf);
  cache_->store(lie, kKeepConf);
  ASSERT_TRUE(find(truth.diff_id));
  EXPECT_THAT(find(truth.diff_id)->entries, SizeIs(8));
  EXPECT_THAT(find(truth.diff_id, false, false)->entries, SizeIs(8));
}

// An entry that was renamed to be believed says itself that nobody verified it.
TEST_F(Cache, DoesNotBelieveTheNameOfAFile) {
  LayerIndex index = index_of(kLayer, Verify::Remote);
  cache_->store(index, kKeepConf);
  fs::rename(file_of(index, ".unverified.idx"), file_of(index));
  EXPECT_FALSE(find(index.diff_id));
  LayerIndex other = index_of("layer\nfile x text=y");
  cache_->store(other, kKeepConf);
  fs::create_directories(file_of(index).parent_path());
  fs::rename(file_of(other), file_of(index));
  EXPECT_FALSE(find(index.diff_id));
}

TEST_F(Cache, HasWhatTheRuleAndTheHashesAskFor) {
  LayerIndex index = index_of("layer\nfile a.conf text=x", Verify::Remote);
  ASSERT_FALSE(index.has_hashes);
  cache_->store(index, kKeepConf);
  EXPECT_TRUE(cache_->find(index.diff_id, kKeepConf, false, false));
  EXPECT_FALSE(cache_->find(index.diff_id, kKeepConf, true, false));
  EXPECT_FALSE(cache_->find(index.diff_id, kKeepOther, false, false));
  EXPECT_TRUE(cache_->find(index.diff_id, {}, false, false));
}

TEST_F(Cache, ServesWhoAsksForFewerSets) {
  LayerIndex index = index_of("layer\nfile a.conf text=x");
  KeptTopics both = packages(7, 3);
  KeptTopics second = packages(7, 2);
  cache_->store(index, second);
  EXPECT_TRUE(cache_->find(index.diff_id, second, false, false));
  EXPECT_TRUE(cache_->find(index.diff_id, kKeepConf, false, false));
  EXPECT_FALSE(cache_->find(index.diff_id, both, false, false));
  cache_->store(index, both);
  EXPECT_TRUE(cache_->find(index.diff_id, second, false, false));
  EXPECT_TRUE(cache_->find(index.diff_id, both, false, false));
}

// Who looks for one thing, then for another, then for the first again reads the layer twice, not
// three times.
TEST_F(Cache, KeepsWhatAnEarlierReaderAskedFor) {
  const char* text = "layer\nfile b.key text=k\nfile a.conf text=c";
  auto read = [&](const ContentWishes& wishes, bool hashes) {
    ReadOptions options = test::read_options();
    options.keep = wishes;
    options.hash_contents = hashes;
    auto layers = read_layers(*test::image_of(text), options);
    CHECK(layers.ok());
    cache_->store(layers->front().index, KeptTopics::of(wishes));
    return layers->front().index.diff_id;
  };
  ContentWishes conf = {wish(TopicId::Packages, 7, ".conf")};
  ContentWishes key = {wish(TopicId::Secrets, 1, ".key")};
  Digest id = read(conf, true);
  read(key, false);
  auto found = cache_->find(id, KeptTopics::of({conf[0], key[0]}), true, true);
  ASSERT_TRUE(found);
  ASSERT_THAT(found->kept, SizeIs(2));
  EXPECT_EQ(found->kept_content(EntryId{0}, TopicId::Secrets), "k");
  EXPECT_EQ(found->kept_content(EntryId{1}, TopicId::Packages), "c");
  EXPECT_EQ(found->kept_content(EntryId{0}, TopicId::Packages), std::nullopt);
  EXPECT_NE(found->content_hash_of(found->entries[0]), 0U);
  // Another version takes the place of the one before.
  ContentWishes newer = {wish(TopicId::Packages, 8, ".key")};
  read(newer, false);
  EXPECT_FALSE(cache_->find(id, KeptTopics::of(conf), false, true));
  found = cache_->find(id, KeptTopics::of({newer[0], key[0]}), true, true);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->kept_content(EntryId{0}, TopicId::Packages), "k");
  EXPECT_EQ(found->kept_content(EntryId{1}, TopicId::Packages), std::nullopt);
}

TEST_F(Cache, TakesEveryDamagedFileForAbsent) {
  LayerIndex index = index_of(kLayer);
  cache_->store(index, kKeepConf);
  fs::path path = file_of(index);
  std::string good = bytes_of(path);
  for (size_t i = 0; i < good.size(); i += i < 200 ? 1 : 7) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 0x10);
    overwrite(path, bad);
    EXPECT_FALSE(find(index.diff_id)) << "byte " << i;
  }
  for (size_t size : {size_t{0}, size_t{1}, size_t{100}, good.size() - 1}) {
    overwrite(path, good.substr(0, size));
    EXPECT_FALSE(find(index.diff_id)) << size << " bytes";
  }
  overwrite(path, good + "x");
  EXPECT_FALSE(find(index.diff_id));
  cache_->store(index, kKeepConf);
  EXPECT_EQ(bytes_of(path), good);
  EXPECT_TRUE(find(index.diff_id));
}

TEST_F(Cache, MakesNoFilesOfWhatIsNoDigest) {
  LayerIndex index = index_of(kLayer);
  for (const char* bad : {"", "../../etc/passwd", "sha256:../x", "sha256:ABCDEF", "md5:0123"}) {
    index.diff_id = bad;
    cache_->store(index, kKeepConf);
    EXPECT_FALSE(find(bad));
    cache_->store_blob(bad, "x");
    EXPECT_FALSE(cache_->find_blob(bad));
  }
  index = index_of(kLayer);
  index.is_listed = true;
  cache_->store(index, kKeepConf);
  EXPECT_FALSE(fs::exists(folder_.path() / "c"));
  auto nowhere = LayerCache::open("");
  nowhere->store(index_of(kLayer), kKeepConf);
  EXPECT_EQ(nowhere->trim(), 0U);
}

TEST_F(Cache, IsPrivate) {
  cache_->store(index_of(kLayer), kKeepConf);

  struct stat info {};

  ASSERT_EQ(::stat((folder_.path() / "c").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0700U);
}

TEST_F(Cache, VerifiesBlobs) {
  std::string text = "{\"a\":1}";
  Digest digest = digest_of(text);
  EXPECT_FALSE(cache_->find_blob(digest));
  cache_->store_blob(digest, text);
  EXPECT_EQ(cache_->find_blob(digest), text);
  cache_->store_blob(digest, "other");
  EXPECT_FALSE(cache_->find_blob(digest));
  cache_->store_blob(digest, text);
  EXPECT_EQ(cache_->find_blob(digest), text);
}

TEST_F(Cache, ForgetsTheLeastRecentlyUsed) {
  std::vector<Digest> digests;
  for (int i = 0; i < 10; ++i) {
    std::string text = std::string(10'000, static_cast<char>('a' + i));
    digests.push_back(digest_of(text));
    cache_->store_blob(digests.back(), text);
    std::string hex(digest_hex(digests.back()));
    fs::last_write_time(folder_.path() / "c" / "blobs" / hex.substr(0, 2) / hex,
                        fs::file_time_type::clock::now() - std::chrono::hours(20 - i));
  }
  EXPECT_TRUE(cache_->find_blob(digests[0]));  // used just now
  auto small = LayerCache::open(cache_->folder(), 35'000);
  EXPECT_EQ(small->trim(), 30'000U);
  for (size_t i = 0; i < digests.size(); ++i)
    EXPECT_EQ(small->find_blob(digests[i]).has_value(), i == 0 || i >= 8) << i;
  // And by itself, when something new comes.
  for (int i = 0; i < 6; ++i)
    small->store_blob(digest_of(std::string(9'000, static_cast<char>('A' + i))),
                      std::string(9'000, static_cast<char>('A' + i)));
  EXPECT_LE(small->trim(), 35'000U);
  EXPECT_GT(small->trim(), 17'000U);
}

TEST_F(Cache, RemovesWhatACrashLeftBehind) {
  cache_->store(index_of(kLayer), kKeepConf);
  fs::path left = file_of(index_of(kLayer)).parent_path() / ".new-abcdef";
  overwrite(left, "half");
  cache_->trim();
  EXPECT_TRUE(fs::exists(left));  // may be somebody's at this moment
  fs::last_write_time(left, fs::file_time_type::clock::now() - std::chrono::hours(2));
  cache_->trim();
  EXPECT_FALSE(fs::exists(left));
}

TEST_F(Cache, IsReadAndWrittenBySeveralAtOnce) {
  LayerIndex index = index_of(kLayer);
  std::atomic<int> wrong{0};
  auto work = [&] {
    auto own = LayerCache::open(cache_->folder(), 3'000);
    for (int i = 0; i < 200; ++i) {
      own->store(index, kKeepConf);
      std::optional<LayerIndex> found = own->find(index.diff_id, kKeepConf, true, true);
      if (found && found->names != index.names) ++wrong;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(Cache, IsAskedBeforeALayerIsRead) {
  auto image = test::image_of("layer gzip\nfile a.conf text=x\nlayer\nfile b text=y");
  ReadOptions options = test::read_options();
  options.verify = Verify::Remote;
  options.keep = {wish(TopicId::Packages, 7, ".conf")};
  options.cache = cache_;
  auto first = read_layers(*image, options);
  ASSERT_TRUE(first.ok());
  // Other bytes now: a look does not notice, a verified read does.
  test::MemoryImage other(
      image->info(),
      {test::compressed(test::tar_of("file z text=z"), "gzip"), test::tar_of("file z text=z")});
  auto second = read_layers(other, options);
  ASSERT_TRUE(second.ok());
  EXPECT_EQ((*second)[0].index.path((*second)[0].index.entries[0]), "a.conf");
  EXPECT_EQ((*second)[0].index.kept_bytes, "x");
  EXPECT_EQ((*second)[0].index.compression, Compression::Gzip);
  EXPECT_EQ((*second)[1].index.path((*second)[1].index.entries[0]), "b");
  options.verify = Verify::Always;
  EXPECT_FALSE(read_layers(other, options).ok());
}

// The same layer, stored in another way than when it was indexed.
TEST_F(Cache, DescribesTheBlobAtHand) {
  auto packed = test::image_of("layer gzip\nfile a size=9000");
  auto plain = test::image_of("layer\nfile a size=9000");
  ReadOptions options = test::read_options();
  options.verify = Verify::Remote;
  options.cache = cache_;
  ASSERT_TRUE(read_layers(*packed, options).ok());
  auto layers = read_layers(*plain, options);
  ASSERT_TRUE(layers.ok());
  const LayerIndex& index = (*layers)[0].index;
  EXPECT_TRUE(index.has_hashes);  // from the packed one: it was not read again
  EXPECT_EQ(index.compression, Compression::None);
  EXPECT_EQ(index.blob_bytes, plain->info().layers[0].blob.size);
  EXPECT_EQ(index.blob_digest, plain->info().layers[0].blob.digest);
}

TEST(CacheFolder, FollowsTheEnvironment) {
  ::setenv("WHITTLE_CACHE_DIR", "/own", 1);
  EXPECT_EQ(LayerCache::default_folder(), "/own");
  ::unsetenv("WHITTLE_CACHE_DIR");
  ::setenv("XDG_CACHE_HOME", "/xdg", 1);
  EXPECT_EQ(LayerCache::default_folder(), "/xdg/whittle");
  ::setenv("XDG_CACHE_HOME", "relative", 1);
  ::setenv("HOME", "/home/me", 1);
  EXPECT_EQ(LayerCache::default_folder(), "/home/me/.cache/whittle");
  ::unsetenv("XDG_CACHE_HOME");
}

}  // namespace
}  // namespace whittle
