#include "plan/planner.h"

#include <gtest/gtest.h>

#include "base/strings.h"
#include "dockerfile/parser.h"
#include "lint/rules/rules.h"

namespace whittle {

namespace {

Dockerfile parse(std::string text) {
  Result<Dockerfile> file = parse_dockerfile(std::move(text), "Dockerfile", Limits());
  EXPECT_TRUE(file.ok());
  return std::move(*file);
}

class PlannerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Result<TempDir> made = TempDir::make("planner");
    ASSERT_TRUE(made.ok());
    dir_ = std::make_unique<TempDir>(std::move(*made));
  }

  void put(std::string_view path, std::string_view text) {
    ASSERT_TRUE(make_dirs((dir_->path() / path).parent_path()).ok());
    ASSERT_TRUE(write_file_atomic(dir_->path() / path, text).ok());
  }

  Plan plan(const std::string& text,
            const PlanOptions& options = {},
            const BuiltImage* image = nullptr) {
    Result<BuildContext> context = read_context(dir_->path(), {}, Limits(), {});
    EXPECT_TRUE(context.ok());
    Result<Plan> plan = make_plan(parse(text), *context, image, options);
    EXPECT_TRUE(plan.ok());
    return plan.ok() ? std::move(*plan) : Plan();
  }

  std::unique_ptr<TempDir> dir_;
};

std::string ids(const Plan& plan) {
  std::vector<std::string> texts;
  for (const Change& change : plan.changes)
    texts.push_back(change.id.rule + ":" + std::to_string(change.id.line));
  return join(texts, " ");
}

constexpr std::string_view kThreeInstalls =
    "FROM debian:bookworm\n"
    "RUN apt-get update\n"
    "RUN apt-get install -y a\n"
    "RUN apt-get install -y b\n"
    "USER 1\n";

TEST_F(PlannerTest, NamesChangesByTheLinesOfTheUsersFile) {
  Plan result = plan(std::string(kThreeInstalls));
  EXPECT_EQ(ids(result), "apt-update-alone:2 apt-install-no-update:4 apt-lists:2");
  EXPECT_TRUE(result.changes_dockerfile);
  EXPECT_FALSE(result.changes_dockerignore);
  // The third change was found in the second pass; its range is that of the update in the user's
  // own text.
  Range range = result.changes[2].finding.range;
  EXPECT_EQ(range.of(kThreeInstalls), "apt-get update");
}

TEST_F(PlannerTest, LeavesDeniedChangesOutAndPlansTheRestAgain) {
  PlanOptions options;
  options.denied = {{"apt-install-no-update", 4}};
  Plan result = plan(std::string(kThreeInstalls), options);
  EXPECT_EQ(ids(result), "apt-update-alone:2")
      << "the lists are needed by the install that stays apart";
  for (const Finding& finding : result.shown) EXPECT_NE(finding.rule, "apt-install-no-update");
  options.denied = {{"apt-lists", 2}};
  EXPECT_EQ(ids(plan(std::string(kThreeInstalls), options)),
            "apt-update-alone:2 apt-install-no-update:4");
}

TEST_F(PlannerTest, AppliesUnsafeFixesOnlyWhenAsked) {
  std::string text = "FROM debian:bookworm\nRUN apt-get install -y a\nUSER 1\n";
  Plan safe = plan(text);
  EXPECT_EQ(ids(safe), "");
  ASSERT_EQ(safe.shown.size(), 1U);
  EXPECT_EQ(safe.shown[0].rule, "apt-no-recommends");
  ASSERT_TRUE(safe.shown[0].fix.has_value());
  PlanOptions by_name;
  by_name.unsafe_rules = {"apt-no-recommends"};
  EXPECT_EQ(ids(plan(text, by_name)), "apt-no-recommends:2");
  PlanOptions skipped;
  skipped.unsafe = true;
  skipped.skip = {"apt-no-recommends"};
  Plan none = plan(text, skipped);
  EXPECT_EQ(ids(none), "");
  EXPECT_TRUE(none.shown.empty());
}

TEST_F(PlannerTest, RefusesAFileThatDoesNotParse) {
  Result<BuildContext> context = read_context(dir_->path(), {}, Limits(), {});
  ASSERT_TRUE(context.ok());
  Result<Plan> result = make_plan(parse("FROM debian\nRUNN x\n"), *context, nullptr, {});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind(), ErrorKind::Invalid);
  EXPECT_EQ(result.error().message().substr(0, 13), "Dockerfile:2:") << result.error().message();
}

TEST_F(PlannerTest, WritesIgnoreLinesOnceAndSeesTheirEffect) {
  put(".git/HEAD", "x");
  put(".env", "PASSWORD=x");
  put("main.py", "print()");
  std::string text = "FROM debian:bookworm\nCOPY . /app\nUSER 1\n";
  Plan result = plan(text);
  // The last one is about the new ignore file itself.
  EXPECT_EQ(ids(result), "vcs-in-context:0 secrets-in-context:0 build-files-in-context:0");
  EXPECT_EQ(result.dockerignore,
            "# Not needed in the image (added by whittle)\n.dockerignore\n.env\n.git\n");
  EXPECT_EQ(result.dockerfile, text);
  ASSERT_TRUE(result.changes[0].expected_saving_bytes.has_value());
  EXPECT_EQ(*result.changes[0].expected_saving_bytes, 1U);
  put(".dockerignore", result.dockerignore);
  Plan again = plan(text);
  EXPECT_EQ(ids(again), "");
  EXPECT_EQ(again.dockerignore, result.dockerignore);
}

TEST_F(PlannerTest, IsDeterministic) {
  put(".git/HEAD", "x");
  Plan a = plan(std::string(kThreeInstalls) + "COPY . /app\n");
  Plan b = plan(std::string(kThreeInstalls) + "COPY . /app\n");
  EXPECT_EQ(a.dockerfile, b.dockerfile);
  EXPECT_EQ(ids(a), ids(b));
}

// A layer with files of the given paths and sizes.
LayerIndex layer(const std::vector<std::pair<std::string, uint64_t>>& files) {
  LayerIndex index;
  for (const auto& [path, size] : files) {
    Entry entry;
    entry.path = {static_cast<uint32_t>(index.names.size()), static_cast<uint32_t>(path.size())};
    entry.size_bytes = size;
    index.names += path;
    index.entries.push_back(entry);
  }
  return index;
}

TEST_F(PlannerTest, PricesAJoinedRunByAllLayersItCameFrom) {
  LayerIndex update = layer({{"var/lib/apt/lists/x_Packages", 40}, {"var/lib/apt/lists/lock", 0}});
  LayerIndex first = layer({{"var/cache/apt/archives/a.deb", 7}, {"usr/bin/a", 1000}});
  LayerIndex second = layer({{"var/cache/apt/pkgcache.bin", 5}});
  BuiltImage image;
  image.layers = {&update, &first, &second};
  image.layer_of_line = [](uint32_t line) {
    return line >= 2 && line <= 4 ? static_cast<int>(line) - 2 : -1;
  };
  Plan result = plan(std::string(kThreeInstalls), {}, &image);
  ASSERT_EQ(ids(result), "apt-update-alone:2 apt-install-no-update:4 apt-lists:2");
  ASSERT_TRUE(result.changes[2].expected_saving_bytes.has_value());
  EXPECT_EQ(*result.changes[2].expected_saving_bytes, 40U + 7U + 5U);
}

TEST_F(PlannerTest, DeletesArchivesThatTheImageShows) {
  LayerIndex only = layer({{"var/cache/apt/archives/a.deb", 7}});
  BuiltImage image;
  image.layers = {&only};
  image.layer_of_line = [](uint32_t line) { return line == 2 ? 0 : -1; };
  std::string text =
      "FROM debian:bookworm\nRUN apt-get update && apt-get install -y a && rm -rf "
      "/var/lib/apt/lists/*\nUSER 1\n";
  EXPECT_EQ(ids(plan(text)), "");
  Plan result = plan(text, {}, &image);
  EXPECT_EQ(ids(result), "apt-lists:2");
  EXPECT_TRUE(contains(result.dockerfile, "rm -rf /var/cache/apt/archives/*")) << result.dockerfile;
}

}  // namespace

}  // namespace whittle
