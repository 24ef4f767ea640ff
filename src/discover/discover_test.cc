#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/subprocess.h"
#include "discover/changed_lines.h"
#include "discover/files.h"
#include "discover/gitignore.h"

namespace whittle {
namespace {

using testing::ElementsAre;

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

TEST(DockerfileNames, WhatDockerAndPeopleCallThem) {
  for (const char* name : {"Dockerfile",
                           "dockerfile",
                           "Containerfile",
                           "Dockerfile.dev",
                           "Dockerfile-dev",
                           "Dockerfile_dev",
                           "Dockerfile.py",
                           "DockerfileDev",
                           "api.Dockerfile",
                           "api.dockerfile",
                           "Containerfile.ci"}) {
    EXPECT_TRUE(is_dockerfile_name(name)) << name;
  }
  for (const char* name : {"Dockerfile.dockerignore",
                           ".dockerignore",
                           "Dockerfile.md",
                           "Dockerfile~",
                           "Dockerfile.swp",
                           "DockerfileParser.java",
                           "dockerfiles",
                           "MyDockerfile",
                           "docker",
                           ""}) {
    EXPECT_FALSE(is_dockerfile_name(name)) << name;
  }
}

// The same paths asked of git itself.
TEST(GitIgnores, SayWhatGitSays) {
  if (find_program("git").empty()) GTEST_SKIP() << "git is not installed";
  Result<TempDir> dir = TempDir::make("gitignore");
  ASSERT_TRUE(dir.ok());
  const std::string patterns =
      "# "
      "text\n*.log\n!keep.log\n/top\nsub/inner\nfolder/\n**/deep\na/**/z\nx?y\n[ab].txt\n[!ab].cc\n"
      "\\#hash\n\\!bang\nblank \nkept\\ \n end\nfoo/*\n!foo/bar\n";
  write(dir->path() / ".gitignore", patterns);
  GitIgnore ignore(patterns);
  const std::vector<std::string> paths = {
      "a.log", "keep.log", "s/a.log", "top",     "s/top",   "sub/inner", "s/sub/inner",
      "deep",  "q/deep",   "a/z",     "a/b/z",   "a/b/c/z", "xqy",       "x/y",
      "a.txt", "c.txt",    "a.cc",    "c.cc",    "#hash",   "!bang",     "blank",
      "kept ", " end",     "foo/x",   "foo/bar", "folder"};
  Command init;
  init.args = {"git", "init", "-q", dir->path().string()};
  ASSERT_TRUE(run_checked(init, CancelToken()).ok());
  for (const std::string& path : paths) {
    Command check;
    check.args = {
        "git", "-C", dir->path().string(), "check-ignore", "-q", "--no-index", "--", path};
    Result<CommandResult> result = run_command(check, CancelToken());
    ASSERT_TRUE(result.ok());
    bool is_ignored = ignore.decide(path, false) == GitIgnore::Verdict::Ignored;
    EXPECT_EQ(is_ignored, result->exit_code == 0) << path;
  }
  EXPECT_EQ(ignore.decide("folder", true), GitIgnore::Verdict::Ignored);
}

class Discover : public testing::Test {
 protected:
  void SetUp() override {
    Result<TempDir> made = TempDir::make("discover");
    ASSERT_TRUE(made.ok());
    dir_ = std::make_unique<TempDir>(std::move(*made));
  }

  fs::path at(const std::string& name) const { return dir_->path() / name; }

  std::vector<std::string> found(const std::vector<std::string>& words,
                                 DiscoverOptions options = {}) {
    std::vector<std::string> absolute;
    for (const std::string& word : words) absolute.push_back(at(word).string());
    Result<std::vector<FoundFile>> files = find_dockerfiles(absolute, options, CancelToken());
    if (!files.ok()) return {files.error().message()};
    std::vector<std::string> names;
    for (const FoundFile& file : *files)
      names.push_back(file.path.lexically_relative(dir_->path()).string());
    return names;
  }

  void git(std::vector<std::string> args) const {
    Command command;
    command.args = {
        "git", "-C", dir_->path().string(), "-c", "user.name=a", "-c", "user.email=a@b"};
    command.args.insert(command.args.end(), args.begin(), args.end());
    ASSERT_TRUE(run_checked(command, CancelToken()).ok());
  }

  std::unique_ptr<TempDir> dir_;
};

TEST_F(Discover, FoldersAndWhatGitLeavesOut) {
  write(at("Dockerfile"), "");
  write(at("b/api.Dockerfile"), "");
  write(at("b/notes.md"), "");
  write(at("node_modules/x/Dockerfile"), "");
  write(at("c/gone/Dockerfile"), "");
  write(at("c/Dockerfile.kept"), "");
  write(at(".git/Dockerfile"), "");
  write(at(".gitignore"), "node_modules\n");
  write(at("c/.gitignore"), "gone/\n");
  EXPECT_THAT(found({""}), ElementsAre("Dockerfile", "b/api.Dockerfile", "c/Dockerfile.kept"));
  // A folder deep inside knows the ignore files above it.
  write(at("c/node_modules/Dockerfile"), "");
  EXPECT_THAT(found({"c"}), ElementsAre("c/Dockerfile.kept"));
  DiscoverOptions all;
  all.uses_gitignore = false;
  EXPECT_EQ(found({""}, all).size(), 6U);
  // What is named is taken.
  EXPECT_THAT(found({"node_modules/x/Dockerfile", "b/notes.md"}),
              ElementsAre("b/notes.md", "node_modules/x/Dockerfile"));
  // Each once.
  EXPECT_THAT(found({"Dockerfile", "b", "b/api.Dockerfile"}),
              ElementsAre("Dockerfile", "b/api.Dockerfile"));
}

TEST_F(Discover, Patterns) {
  write(at("a/x.txt"), "");
  write(at("a/b/y.txt"), "");
  write(at("z.txt"), "");
  EXPECT_THAT(found({"*.txt"}), ElementsAre("z.txt"));
  EXPECT_THAT(found({"**/*.txt"}), ElementsAre("a/b/y.txt", "a/x.txt", "z.txt"));
  EXPECT_THAT(found({"a/?.txt"}), ElementsAre("a/x.txt"));
  EXPECT_THAT(found({"*.none"})[0], testing::HasSubstr("no file matches"));
}

TEST_F(Discover, LinksToFoldersAreNotFollowedAndWalksAreBounded) {
  write(at("a/Dockerfile"), "");
  fs::create_directory_symlink(at("a"), at("a/loop"));
  EXPECT_THAT(found({""}), ElementsAre("a/Dockerfile"));
  DiscoverOptions small;
  small.limits.max_context_files = 1;
  EXPECT_THAT(found({""}, small)[0], testing::HasSubstr("over the limit of 1"));
}

TEST_F(Discover, LinesChangedSinceARevision) {
  if (find_program("git").empty()) GTEST_SKIP() << "git is not installed";
  git({"init", "-q"});
  write(at("a b/Dockerfile"), "1\n2\n3\n4\n5\n");
  git({"add", "-A"});
  git({"commit", "-qm", "x"});
  write(at("a b/Dockerfile"), "1\n2 changed\n3\n5\nnew\n");
  write(at("untracked"), "1\n2\n");
  Result<ChangedLines> changed =
      ChangedLines::since("HEAD", {at("a b/Dockerfile"), at("untracked")}, CancelToken());
  ASSERT_TRUE(changed.ok()) << changed.error().message();
  fs::path file = at("a b/Dockerfile");
  std::vector<uint32_t> lines;
  for (uint32_t line = 1; line <= 5; ++line) {
    if (changed->has(file, line, line)) lines.push_back(line);
  }
  EXPECT_THAT(lines, ElementsAre(2, 5));
  EXPECT_TRUE(changed->has(file, 1, 2));
  EXPECT_TRUE(changed->has(at("untracked"), 1, 1));
  EXPECT_FALSE(changed->has(at("other"), 1, 1));
  EXPECT_EQ(ChangedLines::since("none", {file}, CancelToken()).error().kind(), ErrorKind::Usage);
  EXPECT_EQ(ChangedLines::since("--help", {file}, CancelToken()).error().kind(), ErrorKind::Usage);
}

TEST_F(Discover, FoldersWithOtherFilesSinceARevision) {
  if (find_program("git").empty()) GTEST_SKIP() << "git is not installed";
  auto is_other = [&](const std::string& folder) {
    Result<bool> changed = has_other_files(at(folder), "HEAD", CancelToken());
    EXPECT_TRUE(changed.ok()) << changed.error().message();
    return changed.ok() && *changed;
  };
  git({"init", "-q"});
  write(at("a/one"), "1\n");
  write(at("a/.dockerignore"), "x\n");
  write(at("b/two"), "1\n");
  git({"add", "-A"});
  git({"commit", "-qm", "x"});
  write(at("a/one"), "2\n");
  EXPECT_FALSE(is_other("a"));
  EXPECT_FALSE(is_other("."));
  write(at("a/.dockerignore"), "y\n");
  EXPECT_TRUE(is_other("a"));
  EXPECT_FALSE(is_other("b"));
  write(at("b/new"), "1\n");
  EXPECT_TRUE(is_other("b"));
  fs::remove(at("b/new"));
  fs::remove(at("b/two"));
  EXPECT_TRUE(is_other("b"));
  EXPECT_EQ(has_other_files(at("a"), "none", CancelToken()).error().kind(), ErrorKind::Usage);
}

}  // namespace
}  // namespace whittle
