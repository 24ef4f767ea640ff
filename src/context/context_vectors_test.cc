// Random trees and ignore files with what BuildKit sends of them. The vectors were made once by the
// filter of github.com/tonistiigi/fsutil (83cac42c1c52) with the patterns read by
// github.com/moby/patternmatcher 0.6.1, which is what BuildKit runs. WHITTLE_IGNORE_VECTORS names
// another file of the same form: a line of JSON for each case.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "context/context.h"

namespace whittle {
namespace {

struct Vector {
  std::string ignore;
  std::vector<std::string> files;
  std::vector<std::string> kept;  // sorted
  bool is_error = false;
};

std::vector<Vector> vectors() {
  const char* other = std::getenv("WHITTLE_IGNORE_VECTORS");
  std::ifstream file(
      other != nullptr ? other : WHITTLE_SOURCE_DIR "/src/context/testdata/ignore_vectors.jsonl");
  std::vector<Vector> result;
  for (std::string line; std::getline(file, line);) {
    nlohmann::json json = nlohmann::json::parse(line);
    result.push_back({json["ignore"], json["files"], json["kept"], json["error"]});
  }
  EXPECT_GE(result.size(), 100u);
  return result;
}

// A bad pattern is an error at once here. BuildKit meets it only when it asks that pattern, so it
// may get through.
bool is_bad(const Vector& vector) {
  Result<std::vector<IgnorePattern>> patterns = parse_ignore_file(vector.ignore, Limits());
  return !patterns || !IgnoreMatcher::make(std::move(patterns).value());
}

TEST(ContextVectors, MatcherKeepsWhatBuildKitSends) {
  size_t early_errors = 0;
  std::vector<Vector> all = vectors();
  for (const Vector& vector : all) {
    if (is_bad(vector)) {
      if (!vector.is_error) ++early_errors;
      continue;
    }
    EXPECT_FALSE(vector.is_error) << vector.ignore;
    IgnoreMatcher matcher =
        IgnoreMatcher::make(parse_ignore_file(vector.ignore, Limits()).value()).value();
    std::vector<std::string> kept;
    for (const std::string& path : vector.files) {
      if (!matcher.is_ignored(path)) kept.push_back(path);
    }
    std::sort(kept.begin(), kept.end());
    EXPECT_EQ(kept, vector.kept) << vector.ignore << "\n--\n" << join(vector.files, " ");
  }
  EXPECT_LT(early_errors, all.size() / 20);
}

TEST(ContextVectors, FoldersThatMayBeSkippedHoldNothing) {
  for (const Vector& vector : vectors()) {
    if (is_bad(vector)) continue;
    IgnoreMatcher matcher =
        IgnoreMatcher::make(parse_ignore_file(vector.ignore, Limits()).value()).value();
    for (const std::string& path : vector.kept) {
      for (size_t slash = path.find('/'); slash != std::string::npos;
           slash = path.find('/', slash + 1)) {
        std::string folder = path.substr(0, slash);
        EXPECT_TRUE(!matcher.is_ignored(folder) || matcher.may_hold_kept(folder))
            << vector.ignore << "\n"
            << path;
      }
    }
  }
}

// Every tenth of them on disk: the walk, and a mirror of what it found.
TEST(ContextVectors, WalkAndMirrorKeepTheSame) {
  std::vector<Vector> all = vectors();
  CancelToken cancel;
  for (size_t i = 0; i < std::min<size_t>(all.size(), 400); i += 10) {
    if (is_bad(all[i])) continue;
    TempDir dir = TempDir::make("vectors").value();
    fs::path root = dir.path() / "root";
    fs::path target = dir.path() / "target";
    fs::create_directories(target);
    for (const std::string& path : all[i].files) {
      fs::create_directories((root / path).parent_path());
      std::ofstream(root / path) << path;
    }
    std::ofstream(dir.path() / "x.dockerignore") << all[i].ignore;
    ContextOptions options;
    options.dockerfile = "../x";
    Result<BuildContext> context = read_context(root, options, Limits(), cancel);
    ASSERT_TRUE(context.ok()) << context.error().message();
    EXPECT_EQ(context->sent_files(), all[i].kept.size());
    Status status = mirror_context(*context, target, {}, cancel);
    ASSERT_TRUE(status.ok()) << status.error().message();
    std::vector<std::string> mirrored;
    for (const auto& entry : fs::recursive_directory_iterator(target)) {
      if (entry.is_regular_file())
        mirrored.push_back(entry.path().lexically_relative(target).string());
    }
    std::sort(mirrored.begin(), mirrored.end());
    EXPECT_EQ(mirrored, all[i].kept) << all[i].ignore;
  }
}

}  // namespace
}  // namespace whittle
