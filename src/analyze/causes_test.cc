#include "analyze/causes.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "analyze/accounts.h"
#include "support/image_builder.h"

namespace whittle {
namespace {

using test::Merged;

// The contents of all files, as a pass over the layers delivers them.
class Contents {
 public:
  explicit Contents(const Image& image) {
    ReadOptions options = test::read_options();
    options.threads = 1;
    ContentSubscriber all;
    all.wants = [](std::string_view, uint64_t) { return true; };
    all.receive = [this](size_t layer, std::string_view path, std::string_view content) {
      contents_[{layer, std::string(path)}].emplace_back(content);
    };
    options.subscribers = {all};
    auto layers = read_layers(image, options);
    EXPECT_TRUE(layers.ok());
  }

  std::string_view of(const Merged& merged, size_t layer, EntryId id) const {
    const LayerIndex& index = merged.layers[layer].index;
    const Entry& entry = index.at(id);
    if (entry.size_bytes == 0) return "";
    std::string path(index.path(entry));
    size_t before = 0;  // files of that path with a content that come first
    for (uint32_t i = 0; i < static_cast<uint32_t>(id); ++i) {
      const Entry& other = index.entries[i];
      before += is_stored_file(other) && other.size_bytes > 0 && index.path(other) == path;
    }
    const std::vector<std::string>& all = contents_.at({layer, path});
    // Empty files may have been delivered, too.
    size_t at = 0;
    for (;; ++at) {
      if (!all.at(at).empty() && before-- == 0) return all[at];
    }
  }

 private:
  std::map<std::pair<size_t, std::string>, std::vector<std::string>> contents_;
};

struct Accounted {
  std::unique_ptr<test::MemoryImage> image;
  std::unique_ptr<Merged> merged;
  std::unique_ptr<PathIndex> paths;
  Causes causes;
  size_t hashed = 0;
};

// As if the layers had been looked at without reading their contents.
void forget_hashes(Merged& merged) {
  for (ReadLayer& layer : merged.layers) {
    layer.index.has_hashes = false;
    layer.index.content_hashes = {};
  }
}

Result<Accounted> account(std::string_view text) {
  Accounted result;
  result.image = test::image_of(text);
  TRY_ASSIGN(result.merged, test::read_and_merge(*result.image));
  forget_hashes(*result.merged);
  TRY_ASSIGN(PathIndex paths, PathIndex::make(result.merged->tree.layers));
  Contents contents(*result.image);
  auto hash = [&](const std::vector<EntryRef>& files) -> Result<std::vector<uint64_t>> {
    std::vector<uint64_t> hashes;
    result.hashed += files.size();
    for (EntryRef ref : files) {
      std::string_view content = contents.of(*result.merged, ref.layer, ref.entry);
      hashes.push_back(std::hash<std::string_view>()(content));
    }
    return hashes;
  };
  TRY_ASSIGN(result.causes, find_causes(result.merged->tree, paths, hash));
  return result;
}

// "1:a/b deleted-later 2" for each lost file: layers from 1.
std::vector<std::string> lost(std::string_view text) {
  Result<Accounted> accounted = account(text);
  EXPECT_TRUE(accounted.ok());
  std::vector<std::string> lines;
  for (size_t layer = 0; layer < accounted->merged->layers.size(); ++layer) {
    const LayerIndex& index = accounted->merged->layers[layer].index;
    for (size_t i = 0; i < index.entries.size(); ++i) {
      const EntryAccount& account = accounted->causes.accounts[layer][i];
      if (account.cause == LossCause::Kept || !is_stored_file(index.entries[i])) continue;
      lines.push_back(std::to_string(layer + 1) + ":" + std::string(index.path(index.entries[i])) +
                      " " + std::string(info_of(account.cause).id) + " " +
                      std::to_string(account.killer + 1));
    }
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST(Causes, each_cause) {
  EXPECT_EQ(Lines{"1:a deleted-later 2"}, lost("layer\nfile a text=x\nlayer\nwhiteout a\n"));
  EXPECT_EQ(Lines{"1:d/a deleted-later 2"}, lost("layer\nfile d/a text=x\nlayer\nwhiteout d\n"));
  EXPECT_EQ(Lines{"1:a overwritten-other 2"},
            lost("layer\nfile a text=x\nlayer\nfile a text=yy\n"));
  EXPECT_EQ(Lines{"1:a overwritten-other 2"}, lost("layer\nfile a text=x\nlayer\nfile a text=y\n"));
  EXPECT_EQ(Lines{"1:a overwritten-equal 2"}, lost("layer\nfile a text=x\nlayer\nfile a text=x\n"));
  EXPECT_EQ(Lines{"1:a metadata-only 2"},
            lost("layer\nfile a text=x\nlayer\nfile a text=x mode=0755\n"));
  EXPECT_EQ(Lines{"1:a metadata-only 2"},
            lost("layer\nfile a text=x\nlayer\nfile a text=x mtime=7\n"));
  EXPECT_EQ(Lines{"1:a replaced-by-type 2"}, lost("layer\nfile a text=x\nlayer\ndir a\n"));
  EXPECT_EQ(Lines{"1:a replaced-by-type 2"}, lost("layer\nfile a text=x\nlayer\nsymlink a -> b\n"));
  EXPECT_EQ(Lines{"1:d/a replaced-by-type 2"},
            lost("layer\nfile d/a text=x\nlayer\nfile d text=x\n"));
  EXPECT_EQ(Lines{"1:d/a hidden-by-opaque 2"}, lost("layer\nfile d/a text=x\nlayer\nopaque d\n"));
  EXPECT_EQ(Lines{"1:a duplicate-entry 1"}, lost("layer\nfile a text=x\nfile a text=x\n"));
}

TEST(Causes, a_whiteout_with_the_name_anew_is_a_deletion) {
  EXPECT_EQ(Lines{"1:a deleted-later 2"},
            lost("layer\nfile a text=x\nlayer\nwhiteout a\nfile a text=x\n"));
}

TEST(Causes, hard_links_keep_content_until_the_last_name_goes) {
  EXPECT_EQ(Lines{}, lost("layer\nfile a text=x\nhardlink b -> a\nlayer\nwhiteout a\n"));
  EXPECT_EQ(Lines{"1:a deleted-later 3"},
            lost("layer\nfile a text=x\nhardlink b -> a\nlayer\nwhiteout a\nlayer\nwhiteout b\n"));
  // The last name is not the file's own.
  EXPECT_EQ(Lines{"1:a overwritten-equal 3"},
            lost("layer\nfile a text=x\nhardlink b -> a\nlayer\nwhiteout a\nlayer\n"
                 "file b text=x\n"));
  // A hard link in the file's place has the content of its target.
  EXPECT_EQ(Lines{"1:a overwritten-equal 2"},
            lost("layer\nfile a text=x\nfile b text=x\nlayer\nhardlink a -> b\n"));
  EXPECT_EQ(Lines{"1:a overwritten-other 2"},
            lost("layer\nfile a text=x\nfile b text=y\nlayer\nhardlink a -> b\n"));
}

TEST(Causes, only_pairs_of_equal_size_are_read) {
  Result<Accounted> accounted = account(
      "layer\nfile a text=x\nfile b text=x\nfile c text=x\nfile e\n"
      "layer\nfile a text=y\nfile b text=yy\nfile e mode=0600\n");
  ASSERT_TRUE(accounted.ok());
  EXPECT_EQ(2U, accounted->hashed);
  EXPECT_EQ(LossCause::MetadataOnly, accounted->causes.accounts[0][3].cause);
}

TEST(Causes, files_that_cannot_be_compared_count_as_different) {
  std::unique_ptr<test::MemoryImage> image =
      test::image_of("layer\nfile a text=x\nlayer\nfile a text=x\n");
  auto merged = test::read_and_merge(*image);
  ASSERT_TRUE(merged.ok());
  forget_hashes(**merged);
  auto paths = PathIndex::make((*merged)->tree.layers);
  auto causes = find_causes((*merged)->tree, *paths, [](const auto&) {
    return Result<std::vector<uint64_t>>(Error("no such blob"));
  });
  ASSERT_TRUE(causes.ok());
  EXPECT_EQ(LossCause::OverwrittenOther, causes->accounts[0][0].cause);
  EXPECT_EQ(1U, causes->notes.size());
}

TEST(Causes, hashes_of_the_pass_are_used) {
  std::unique_ptr<test::MemoryImage> image =
      test::image_of("layer\nfile a text=x\nlayer\nfile a text=x\n");
  ReadOptions options = test::read_options();
  options.hash_contents = true;
  auto merged = test::read_and_merge(*image, options);
  ASSERT_TRUE(merged.ok());
  auto paths = PathIndex::make((*merged)->tree.layers);
  auto causes = find_causes((*merged)->tree, *paths, [](const auto&) {
    return Result<std::vector<uint64_t>>(Error("nobody asks"));
  });
  ASSERT_TRUE(causes.ok());
  EXPECT_EQ(LossCause::OverwrittenEqual, causes->accounts[0][0].cause);
}

// The layers replayed over a map from path to what is there: no index, no tree.
class Replay {
 public:
  struct End {
    LossCause cause = LossCause::Kept;
    uint32_t killer = 0;
    bool is_sure = true;  // false: the file had other names, whose ends may have differed
  };

  using Key = std::pair<uint32_t, uint32_t>;  // layer, entry

  Replay(const Merged& merged, const Contents& contents) : merged_(merged), contents_(contents) {}

  // False for what this replay does not do: entries below symbolic links.
  bool run() {
    for (layer_ = 0; layer_ < merged_.layers.size(); ++layer_) {
      const LayerIndex& index = merged_.layers[layer_].index;
      for (const Entry& entry : index.entries) {
        if (entry.role == EntryRole::Normal) continue;
        std::string path(index.path(entry));
        if (is_below_link(path)) return false;
        if (entry.role == EntryRole::Opaque) end_below(path, LossCause::HiddenByOpaque);
        if (entry.role == EntryRole::Whiteout) {
          end_below(path, LossCause::Deleted);
          end_name(path, LossCause::Deleted);
        }
      }
      for (uint32_t i = 0; i < index.entries.size(); ++i) {
        if (index.entries[i].role == EntryRole::Normal && !place(index, i)) return false;
      }
    }
    return true;
  }

  const std::map<Key, End>& ends() const { return ends_; }

  uint64_t final_bytes() const {
    std::map<Key, uint64_t> files;
    for (const auto& [path, key] : names_) {
      const Entry& entry = at(key);
      if (entry.type == EntryType::File) files[key] = entry.size_bytes;
    }
    uint64_t sum = 0;
    for (const auto& [key, size] : files) sum += size;
    return sum;
  }

 private:
  const Entry& at(Key key) const { return merged_.layers[key.first].index.entries[key.second]; }

  bool is_below_link(const std::string& path) const {
    for (size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      auto found = names_.find(path.substr(0, slash));
      if (found != names_.end() && at(found->second).type == EntryType::Symlink) return true;
    }
    return false;
  }

  bool place(const LayerIndex& index, uint32_t i) {
    const Entry& entry = index.entries[i];
    std::string path(index.path(entry));
    Key key{layer_, i};
    if (path.empty()) return true;
    if (is_below_link(path)) return false;
    if (entry.type == EntryType::Hardlink) {
      std::string target(index.link_target(entry));
      if (is_below_link(target) || !names_.contains(target)) return false;
      key = names_[target];
    }
    auto old = names_.find(path);
    bool is_folder = at(key).type == EntryType::Directory;
    bool was_folder =
        old == names_.end() ? has_below(path) : at(old->second).type == EntryType::Directory;
    if (!is_folder || !was_folder) {
      if (!is_folder) end_below(path, LossCause::ReplacedByType);
      if (old != names_.end()) end_name(path, cause_of_replacement(old->second, key, entry));
    }
    names_[path] = key;
    ++links_[key];
    if (entry.type == EntryType::Hardlink) had_links_[key] = true;
    return true;
  }

  std::string_view content(Key key) const {
    return contents_.of(merged_, key.first, EntryId{key.second});
  }

  bool has_below(const std::string& path) const {
    auto next = names_.lower_bound(path + "/");
    return next != names_.end() && next->first.starts_with(path + "/");
  }

  LossCause cause_of_replacement(Key old, Key now, const Entry& entry) const {
    if (at(now).type != EntryType::File) return LossCause::ReplacedByType;
    if (content(old) != content(now)) return LossCause::OverwrittenOther;
    bool same = at(old).mode == entry.mode && at(old).mtime_seconds == entry.mtime_seconds;
    return same ? LossCause::OverwrittenEqual : LossCause::MetadataOnly;
  }

  void end_below(const std::string& path, LossCause cause) {
    std::vector<std::string> gone;
    for (const auto& [name, key] : names_) {
      if (path.empty() || name.starts_with(path + "/")) gone.push_back(name);
    }
    for (const std::string& name : gone) end_name(name, cause);
  }

  void end_name(const std::string& path, LossCause cause) {
    auto found = names_.find(path);
    if (found == names_.end()) return;
    Key key = found->second;
    names_.erase(found);
    if (--links_[key] > 0) return;
    if (key.first == layer_) cause = LossCause::DuplicateEntry;
    ends_[key] = {cause, layer_, !had_links_[key]};
  }

  const Merged& merged_;
  const Contents& contents_;
  uint32_t layer_ = 0;
  std::map<std::string, Key> names_;  // what is at a path: the entry that holds its content
  std::map<Key, int> links_;
  std::map<Key, bool> had_links_;
  std::map<Key, End> ends_;
};

// Layers at random, of few names and contents so that they meet.
std::string random_image(std::mt19937& random) {
  auto pick = [&](size_t n) { return static_cast<size_t>(random()) % n; };
  auto name = [&] { return std::string(1, static_cast<char>('a' + pick(3))); };
  std::string text;
  std::vector<std::string> files = {"a"};
  for (size_t layer = 2 + pick(3); layer > 0; --layer) {
    text += "layer\n";
    for (size_t entry = 1 + pick(6); entry > 0; --entry) {
      // Folders and files seldom share names, or most images would be none.
      std::string path = (pick(12) == 0 ? "" : "d") + name();
      if (pick(3) == 0) path += "/" + ((pick(12) == 0 ? "" : "d") + name());
      size_t kind = pick(16);
      if (kind <= 1) text += "whiteout " + path + (pick(2) == 0 ? "" : "/" + name()) + "\n";
      if (kind == 2) text += "opaque " + path + "\n";
      if (kind == 3) text += "dir " + path + "\n";
      if (kind == 4) text += "symlink " + path + "/" + name() + " -> " + name() + "\n";
      if (kind == 5) text += "whiteout " + files[pick(files.size())] + "\n";
      if (kind == 6)
        text += "hardlink " + path + "/" + name() + " -> " + files[pick(files.size())] + "\n";
      if (kind < 7) continue;
      path += "/" + name();
      files.push_back(path);
      text += "file " + path + (pick(2) != 0 ? " text=x" : " text=y") +
              (pick(3) == 0 ? " mode=0755" : "") + (pick(4) == 0 ? " text=zzz" : "") + "\n";
    }
  }
  return text;
}

TEST(Causes, agree_with_a_replay_and_sum_exactly) {
  std::mt19937 random(7);
  size_t compared = 0;
  size_t ends = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string text = random_image(random);
    Result<Accounted> accounted = account(text);
    if (!accounted.ok()) continue;  // what no engine would unpack
    Contents contents(*accounted->image);
    Replay replay(*accounted->merged, contents);
    if (!replay.run()) continue;
    ++compared;
    // Which of two entries of one path took a file's place is a matter of taste.
    bool has_twice = false;
    for (const ReadLayer& layer : accounted->merged->layers) {
      for (const Entry& entry : layer.index.entries) has_twice = has_twice || entry.is_shadowed;
    }
    Account sum = account_of(accounted->merged->tree, accounted->causes.accounts, 0);
    ASSERT_EQ(replay.final_bytes(), sum.final) << text;
    uint64_t lost_bytes = 0;
    for (size_t i = 1; i < kLossCauses; ++i) lost_bytes += sum.by_cause[i];
    ASSERT_EQ(sum.reclaimable, lost_bytes);
    ASSERT_EQ(sum.stored, sum.final + sum.reclaimable);
    for (uint32_t layer = 0; layer < accounted->merged->layers.size(); ++layer) {
      std::span<const Entry> entries = accounted->merged->layers[layer].index.entries;
      for (uint32_t i = 0; i < entries.size(); ++i) {
        if (!is_stored_file(entries[i])) continue;
        const EntryAccount& got = accounted->causes.accounts[layer][i];
        auto end = replay.ends().find({layer, i});
        Replay::End expected = end == replay.ends().end() ? Replay::End() : end->second;
        ends += expected.cause != LossCause::Kept ? 1 : 0;
        ASSERT_EQ(expected.killer, got.killer) << text << layer << ":" << i;
        ASSERT_EQ(expected.cause == LossCause::Kept, got.cause == LossCause::Kept) << text;
        if (expected.is_sure && !has_twice) {
          ASSERT_EQ(expected.cause, got.cause) << text << "layer " << layer << " entry " << i;
        }
      }
    }
  }
  EXPECT_GT(compared, 1000U);
  EXPECT_GT(ends, 1000U);
}

}  // namespace
}  // namespace whittle
