// Every fixture of the optional corpus of odd images is opened, read and merged, and compared with
// what its manifest says. The fixtures are made by the corpus' own program, which shares no code
// with this reader.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "base/fs.h"
#include "base/subprocess.h"
#include "base/thread_pool.h"
#include "codec/digest.h"
#include "image/config.h"
#include "image/read.h"
#include "image/sources/sources.h"

namespace whittle {
namespace {

using nlohmann::json;

const fs::path kCorpus = fs::path(WHITTLE_SOURCE_DIR) / ".." / "shared" / "corpus" / "images";

// What was read of one image.
struct Opened {
  ImageInfo info;
  std::vector<ReadLayer> layers;
  MergedTree tree;
  std::map<std::string, std::string> contents;  // by layer and path, where asked for
};

class Corpus : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!fs::exists(kCorpus / "make_images.sh") || find_program("python3").empty()) return;
    Result<TempDir> folder = TempDir::make("fixtures");
    ASSERT_TRUE(folder.ok());
    Command command;
    command.args = {(kCorpus / "make_images.sh").string(),
                    folder->path().string(),
                    "--bomb-mib",
                    "256",
                    "--many",
                    "50000"};
    Result<CommandResult> made = run_checked(command, cancel());
    ASSERT_TRUE(made.ok()) << made.error().message();
    folder_ = new TempDir(std::move(*folder));
  }

  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }

  static CancelToken& cancel() {
    static CancelToken token;
    return token;
  }

  static TempDir* folder_;
};

TempDir* Corpus::folder_ = nullptr;

// Content of files by SHA-256, of every file up to 32 MiB.
Result<std::vector<Opened>> open_all(const fs::path& path, const CancelToken& cancel) {
  NoProgress progress;
  OpenOptions options;
  options.cancel = &cancel;
  options.progress = &progress;
  TRY_ASSIGN(auto images, open_images(path.string(), options));
  std::vector<Opened> all(images.size());
  for (size_t i = 0; i < images.size(); ++i) {
    Opened& opened = all[i];
    std::mutex mutex;
    ContentSubscriber subscriber;
    subscriber.wants = [](std::string_view, uint64_t) { return true; };
    subscriber.max_bytes = 32 << 20;
    subscriber.receive = [&](size_t layer, std::string_view name, std::string_view content) {
      std::lock_guard lock(mutex);
      opened.contents[std::to_string(layer) + ":" + std::string(name)] = digest_of(content);
    };
    ReadOptions read;
    read.cancel = &cancel;
    read.progress = &progress;
    read.threads = 2;
    read.hash_contents = true;
    read.subscribers = {subscriber};
    opened.info = images[i]->info();
    TRY_ASSIGN(opened.layers, read_layers(*images[i], read));
    std::vector<const LayerIndex*> indexes;
    for (const ReadLayer& layer : opened.layers) indexes.push_back(&layer.index);
    TRY_ASSIGN(opened.tree, merge_layers(indexes));
  }
  return all;
}

const Entry* entry_at(const MergedTree& tree, const std::string& path) {
  NodeId id = tree.find(path);
  if (id == kNoNode) return nullptr;
  const TreeNode& node = tree.nodes[static_cast<uint32_t>(id)];
  if (node.is_implied) return nullptr;
  return &tree.layers[node.entry.layer]->entries[static_cast<uint32_t>(node.entry.entry)];
}

std::string type_name(EntryType type) {
  switch (type) {
    case EntryType::File:
      return "file";
    case EntryType::Directory:
      return "dir";
    case EntryType::Symlink:
      return "symlink";
    case EntryType::Hardlink:
      return "hard";
    case EntryType::CharDevice:
      return "char";
    case EntryType::BlockDevice:
      return "block";
    case EntryType::Fifo:
      return "fifo";
  }
  return "";
}

std::string hex(std::string_view bytes) {
  std::string out;
  for (char c : bytes) {
    for (int shift : {4, 0})
      out += "0123456789abcdef"[(static_cast<unsigned char>(c) >> shift) & 15];
  }
  return out;
}

// Bytes of content that are stored under more than one inode, by content hash.
uint64_t duplicate_bytes(const MergedTree& tree) {
  std::map<std::pair<uint64_t, uint64_t>, std::set<std::pair<uint32_t, uint32_t>>> copies;
  for (const TreeNode& node : tree.nodes) {
    if (node.is_implied) continue;
    EntryRef content = tree.content(node);
    const LayerIndex& layer = *tree.layers[content.layer];
    const Entry& entry = layer.at(content.entry);
    if (entry.type != EntryType::File) continue;
    copies[{layer.content_hash_of(entry), entry.size_bytes}].insert(
        {content.layer, static_cast<uint32_t>(content.entry)});
  }
  uint64_t bytes = 0;
  for (const auto& [key, inodes] : copies) bytes += key.second * (inodes.size() - 1);
  return bytes;
}

void compare_numbers(const json& expect,
                     const std::vector<Opened>& all,
                     std::vector<std::string>& diffs) {
  auto want = [&](const char* key, auto measure) {
    if (!expect.contains(key)) return;
    json got;
    if (expect[key].is_array()) {
      for (const Opened& opened : all) got.push_back(measure(opened));
    } else {
      got = measure(all.front());
    }
    if (got != expect[key])
      diffs.push_back(std::string(key) + ": want " + expect[key].dump() + ", got " + got.dump());
  };
  want("layers", [](const Opened& o) { return o.info.layers.size(); });
  want("files", [](const Opened& o) { return o.tree.file_count(); });
  want("bytes", [](const Opened& o) { return o.tree.content_bytes(); });
  want("hidden_bytes", [](const Opened& o) { return o.tree.hidden_bytes(); });
  want("dup_bytes", [](const Opened& o) { return duplicate_bytes(o.tree); });
  want("history", [](const Opened& o) { return o.info.config.history.size(); });
  want("empty_layers", [](const Opened& o) {
    return std::count_if(o.layers.begin(), o.layers.end(), [](const ReadLayer& l) {
      return l.index.entries.empty();
    });
  });
  want("empty_history", [](const Opened& o) {
    const auto& history = o.info.config.history;
    return std::count_if(
        history.begin(), history.end(), [](const HistoryEntry& h) { return h.empty_layer; });
  });
  if (expect.contains("images") && expect["images"] != all.size())
    diffs.push_back("images: " + std::to_string(all.size()));
  json platforms;
  for (const Opened& opened : all)
    platforms.push_back(format_platform(opened.info.config.platform));
  if (expect.contains("platforms") && expect["platforms"] != platforms)
    diffs.push_back("platforms: " + platforms.dump());
  json refs;
  for (const Opened& opened : all) {
    for (const std::string& name : opened.info.names) refs.push_back(name);
  }
  if (expect.contains("refs") && expect["refs"] != refs) diffs.push_back("refs: " + refs.dump());
}

void compare_entries(const json& expect, const Opened& opened, std::vector<std::string>& diffs) {
  const MergedTree& tree = opened.tree;
  auto each = [&](const char* key, auto check) {
    if (!expect.contains(key)) return;
    for (const auto& [path, value] : expect[key].items()) {
      const Entry* entry = entry_at(tree, path);
      if (entry == nullptr || !check(path, *entry, value))
        diffs.push_back(std::string(key) + " of " + path);
    }
  };
  for (const json& path : expect.value("present", json::array())) {
    if (tree.find(path.get<std::string>()) == kNoNode)
      diffs.push_back("not present: " + path.dump());
  }
  for (const json& path : expect.value("absent", json::array())) {
    if (tree.find(path.get<std::string>()) != kNoNode) diffs.push_back("present: " + path.dump());
  }
  each("mode", [](const std::string&, const Entry& entry, const json& value) {
    return entry.mode == std::stoul(value.get<std::string>(), nullptr, 8);
  });
  each("type", [](const std::string&, const Entry& entry, const json& value) {
    return type_name(entry.type) == value;
  });
  each("owner", [](const std::string&, const Entry& entry, const json& value) {
    return value == json::array({entry.uid, entry.gid});
  });
  each("symlink", [&](const std::string& path, const Entry& entry, const json& value) {
    const TreeNode& node = tree.nodes[static_cast<uint32_t>(tree.find(path))];
    return tree.layers[node.entry.layer]->link_target(entry) == value.get<std::string>();
  });
  each("xattr", [&](const std::string& path, const Entry& entry, const json& value) {
    const TreeNode& node = tree.nodes[static_cast<uint32_t>(tree.find(path))];
    const LayerIndex& index = *tree.layers[node.entry.layer];
    json got = json::object();
    for (const Xattr& xattr : index.xattrs_of(entry)) {
      got[std::string(index.name(xattr.name))] = hex(index.name(xattr.value));
    }
    return got == value;
  });
  each("sha256", [&](const std::string& path, const Entry&, const json& value) {
    uint32_t layer = tree.content(tree.find(path)).layer;
    auto found = opened.contents.find(std::to_string(layer) + ":" + path);
    return found != opened.contents.end() && found->second == "sha256:" + value.get<std::string>();
  });
}

std::vector<std::string> compare(const json& expect, const std::vector<Opened>& all) {
  std::vector<std::string> diffs;
  compare_numbers(expect, all, diffs);
  compare_entries(expect, all.front(), diffs);
  return diffs;
}

// The shortest list of differences among the expectation and its alternatives.
std::vector<std::string> best_comparison(const json& expect, const std::vector<Opened>& all) {
  std::vector<std::string> best = compare(expect, all);
  for (const json& alternative : expect.value("alt", json::array())) {
    json changed = expect;
    changed.update(alternative);
    std::vector<std::string> diffs = compare(changed, all);
    if (diffs.size() < best.size()) best = std::move(diffs);
  }
  return best;
}

TEST_F(Corpus, EveryFixtureIsReadAsItsManifestSays) {
  if (folder_ == nullptr) GTEST_SKIP() << "needs ../shared/corpus/images and python3";
  Result<std::string> text = read_file(folder_->path() / "manifest.json", 16 << 20);
  ASSERT_TRUE(text.ok());
  json manifest = json::parse(*text);
  size_t accepted = 0;
  size_t refused = 0;
  for (const json& fixture : manifest["fixtures"]) {
    SCOPED_TRACE(fixture["name"].get<std::string>());
    std::string verdict = fixture["verdict"];
    Result<std::vector<Opened>> opened =
        open_all(folder_->path() / fixture["path"].get<std::string>(), cancel());
    if (!opened.ok()) {
      EXPECT_NE(verdict, "accept") << opened.error().message();
      EXPECT_FALSE(opened.error().message().empty());
      ++refused;
      continue;
    }
    EXPECT_NE(verdict, "reject") << "wanted: " << fixture["error"] << " " << fixture["note"];
    if (verdict == "reject") continue;
    ++accepted;
    for (const std::string& diff :
         best_comparison(fixture.value("expect", json::object()), *opened)) {
      ADD_FAILURE() << diff << " (" << fixture["note"] << ")";
    }
  }
  EXPECT_GE(accepted, 50U);
  EXPECT_GE(refused, 60U);
}

}  // namespace
}  // namespace whittle
