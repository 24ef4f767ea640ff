// Our figures against those of dive itself, over archives made at random. Skipped without dive
// (v0.13.1) on PATH.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <tuple>

#include "analyze/dive.h"
#include "base/fs.h"
#include "base/subprocess.h"
#include "support/image_builder.h"

namespace whittle {
namespace {

using nlohmann::json;

std::string archive_member(std::string_view path, const std::string& content) {
  TarEntry entry;
  entry.path = path;
  entry.mode = 0644;
  entry.size_bytes = content.size();
  return tar_header(entry) + content + std::string(tar_padding(content.size()), '\0');
}

// As `docker save` wrote it before Docker 25.
std::string docker_archive(const std::vector<std::string>& layers) {
  json diff_ids = json::array();
  json names = json::array();
  std::string members;
  for (size_t i = 0; i < layers.size(); ++i) {
    names.push_back(std::to_string(i) + "/layer.tar");
    diff_ids.push_back(digest_of(layers[i]));
    members += archive_member(names.back().get<std::string>(), layers[i]);
  }
  json config = {{"rootfs", {{"type", "layers"}, {"diff_ids", diff_ids}}},
                 {"history", json::array()}};
  json manifest = json::array({{{"Config", "config.json"}, {"Layers", names}}});
  return archive_member("config.json", config.dump()) +
         archive_member("manifest.json", manifest.dump()) + members + tar_end();
}

// Entries that meet: few names, some of which sort around ".wh.".
std::string random_layer(std::mt19937& random) {
  auto pick = [&](size_t n) { return static_cast<size_t>(random()) % n; };
  // Names that begin with ".wh." are whiteouts, also those with a content and those of folders.
  auto path = [&](bool may_be_whiteout) {
    constexpr const char* kNames[] = {"a", "b", "-c", ".d", ".wz", "e"};
    std::string text = kNames[pick(6)];
    for (size_t depth = pick(3); depth > 0; --depth)
      text += std::string("/") + (may_be_whiteout && pick(12) == 0 ? ".wh." : "") + kNames[pick(6)];
    return text;
  };
  std::string text;
  for (size_t count = pick(12); count > 0; --count) {
    switch (pick(10)) {
      case 0:
      case 1:
        text += "whiteout " + path(false) + "\n";
        break;
      case 2:
        text += "opaque " + path(false) + "\n";
        break;
      case 3:
      case 4:
        text += "dir " + path(true) + "\n";
        break;
      case 5:
        text += "symlink " + path(true) + " -> x\n";
        break;
      case 6:
        text += "hardlink " + path(true) + " -> a\n";
        break;
      default:
        text += "file " + path(true) + " size=" + std::to_string(pick(300)) + "\n";
    }
  }
  return text;
}

using Files = std::multiset<std::tuple<int64_t, uint64_t, std::string>>;

TEST(DiveOracle, random_archives) {
  if (find_program("dive").empty()) GTEST_SKIP() << "dive is not installed";
  Result<TempDir> folder = TempDir::make("dive");
  ASSERT_TRUE(folder.ok());
  std::string archive = folder->path() / "image.tar";
  std::mt19937 random(3);
  for (int round = 0; round < 150; ++round) {
    std::string text;
    std::vector<std::string> tars;
    for (size_t layer = 1 + random() % 4; layer > 0; --layer) {
      std::string lines = random_layer(random);
      text += "layer\n" + lines;
      tars.push_back(test::tar_of(lines));
    }
    ASSERT_TRUE(write_file_atomic(archive, docker_archive(tars)).ok());
    fs::path report = folder->path() / ("out" + std::to_string(round) + ".json");
    Command command;
    command.args = {"dive", "--source", "docker-archive", archive, "--json", report};
    Result<CommandResult> ran = run_command(command, test::no_cancel());
    ASSERT_TRUE(ran.ok() && ran->succeeded()) << text;
    Result<std::string> bytes = read_file(report, 1 << 24);
    ASSERT_TRUE(bytes.ok()) << text;
    json theirs = json::parse(*bytes);

    auto layers = read_layers(*test::image_of(text), test::read_options());
    ASSERT_TRUE(layers.ok()) << text;
    std::vector<const LayerIndex*> indexes;
    for (const ReadLayer& layer : *layers) indexes.push_back(&layer.index);
    DiveCompat ours = dive_figures(indexes, *PathIndex::make(indexes));

    EXPECT_EQ(theirs["image"]["efficiencyScore"].get<double>(), ours.efficiency) << text;
    EXPECT_EQ(theirs["image"]["inefficientBytes"].get<int64_t>(), ours.wasted_bytes) << text;
    EXPECT_EQ(theirs["image"]["sizeBytes"].get<int64_t>(), ours.size_bytes) << text;
    for (size_t i = 0; i < tars.size(); ++i)
      EXPECT_EQ(theirs["layer"][i]["sizeBytes"].get<int64_t>(), ours.layer_bytes[i]) << text;
    Files expected;
    for (const json& file : theirs["image"]["fileReference"])
      expected.emplace(file["sizeBytes"], file["count"], file["file"]);
    Files got;
    std::vector<int64_t> sizes;
    for (const DiveFile& file : ours.inefficient) {
      got.emplace(file.bytes, file.count, file.path);
      sizes.push_back(file.bytes);
    }
    EXPECT_EQ(expected, got) << text;
    EXPECT_TRUE(std::is_sorted(sizes.rbegin(), sizes.rend())) << text;
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace whittle
