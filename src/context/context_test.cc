// Contexts made on disk by the test; what must come out is worked out by hand.
#include "context/context.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "base/strings.h"
#include "context/context_reader.h"

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ContextTest : public testing::Test {
 protected:
  ContextTest() : dir_(TempDir::make("context-test").value()), root_(dir_.path() / "root") {
    fs::create_directories(root_);
  }

  void write(const fs::path& path, std::string_view bytes) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << bytes;
  }

  BuildContext read(const ContextOptions& options = {}) {
    Result<BuildContext> context = read_context(root_, options, Limits(), cancel_);
    EXPECT_TRUE(context.ok()) << context.error().message();
    return context.ok() ? std::move(context).value() : BuildContext();
  }

  std::string error(const ContextOptions& options = {}, const Limits& limits = {}) {
    Result<BuildContext> context = read_context(root_, options, limits, cancel_);
    return context ? "" : context.error().message();
  }

  TempDir dir_;
  fs::path root_;
  CancelToken cancel_;
};

// "path" of each file that is sent, "-path" of the others.
std::vector<std::string> show(const BuildContext& context) {
  std::vector<std::string> result;
  for (const ContextFile& file : context.files)
    result.push_back((file.is_ignored ? "-" : "") + file.path);
  return result;
}

std::vector<std::string> source(const BuildContext& context, std::string_view text) {
  std::vector<std::string> result;
  for (size_t index : files_of_source(context, text)) result.push_back(context.files[index].path);
  return result;
}

std::string content(const fs::path& path) {
  return read_file(path, 1 << 20).value();
}

TEST_F(ContextTest, WalksWithoutFollowingLinks) {
  write("b/c", "123");
  write("b-", "1");
  write("a", "12345");
  fs::create_directory_symlink("..", root_ / "b/up");
  ASSERT_EQ(::mkfifo((root_ / "pipe").c_str(), 0600), 0);
  ASSERT_EQ(::chmod((root_ / "a").c_str(), 0751), 0);
  BuildContext context = read();
  EXPECT_THAT(show(context), ElementsAre("a", "b", "b-", "b/c", "b/up", "pipe"));
  EXPECT_EQ(context.sent_files(), 3u);
  EXPECT_EQ(context.sent_bytes(), 9u);
  EXPECT_EQ(context.find("a")->mode, 0751u);
  EXPECT_EQ(context.find("b")->type, ContextFileType::Directory);
  EXPECT_EQ(context.find("b/up")->type, ContextFileType::Symlink);
  EXPECT_EQ(context.find("b/up")->link_target, "..");
  EXPECT_EQ(context.find("pipe")->type, ContextFileType::Other);
  EXPECT_EQ(context.find("b/"), nullptr);
  EXPECT_EQ(context.ignore_file, "");
}

TEST_F(ContextTest, IgnoreFileDecides) {
  write(".dockerignore", "*\n!src\nsrc/*.o\n");
  write("src/a.c", "12");
  write("src/a.o", "1");
  write("src-x/y", "1");
  BuildContext context = read();
  EXPECT_THAT(show(context),
              ElementsAre("-.dockerignore", "src", "-src-x", "-src-x/y", "src/a.c", "-src/a.o"));
  EXPECT_EQ(context.sent_bytes(), 2u);
  EXPECT_EQ(context.patterns.size(), 3u);
  Result<BuildContext> other = with_ignore(context, "src\n", Limits());
  ASSERT_TRUE(other.ok());
  EXPECT_THAT(show(*other),
              ElementsAre(".dockerignore", "-src", "src-x", "src-x/y", "-src/a.c", "-src/a.o"));
  EXPECT_FALSE(with_ignore(context, "[", Limits()).ok());
}

TEST_F(ContextTest, NewIgnoreFileIsAFileOfTheContext) {
  write("a", "12");
  BuildContext context = read();
  Result<BuildContext> other = with_ignore(context, "b\n", Limits());
  ASSERT_TRUE(other.ok());
  EXPECT_THAT(show(*other), ElementsAre(".dockerignore", "a"));
  EXPECT_EQ(other->sent_bytes(), 4u);
  other = with_ignore(*other, ".dockerignore\n", Limits());
  ASSERT_TRUE(other.ok());
  EXPECT_THAT(show(*other), ElementsAre("-.dockerignore", "a"));
}

TEST_F(ContextTest, IgnoreFileOfTheDockerfileWins) {
  write(".dockerignore", "a\n");
  write("docker/Dockerfile.dockerignore", "b\n");
  write("a", "");
  write("b", "");
  ContextOptions options;
  options.dockerfile = "docker/Dockerfile";
  BuildContext context = read(options);
  EXPECT_EQ(context.ignore_file, "docker/Dockerfile.dockerignore");
  EXPECT_TRUE(context.find("b")->is_ignored);
  EXPECT_FALSE(context.find("a")->is_ignored);
  EXPECT_EQ(read().ignore_file, ".dockerignore");
}

TEST_F(ContextTest, LinkedIgnoreFileStaysInside) {
  write("real", "a\n");
  write("a", "");
  fs::create_symlink("real", root_ / ".dockerignore");
  EXPECT_TRUE(read().find("a")->is_ignored);
  fs::remove(root_ / ".dockerignore");
  std::ofstream(dir_.path() / "outside") << "a\n";
  fs::create_symlink("../outside", root_ / ".dockerignore");
  EXPECT_NE(error(), "");
}

TEST_F(ContextTest, ExcludedPathsAreNotThere) {
  write("whittle-out/report.md", "");
  write("a/whittle-out", "");
  ContextOptions options;
  options.exclude = {"whittle-out/"};
  EXPECT_THAT(show(read(options)), ElementsAre("a", "a/whittle-out"));
}

TEST_F(ContextTest, ErrorsNameWhatIsWrong) {
  write(".dockerignore", "ok\na[\n");
  EXPECT_THAT(error(), HasSubstr("a["));
  EXPECT_THAT(error(), HasSubstr(".dockerignore"));
  write(".dockerignore", "");
  Limits limits;
  limits.max_context_files = 2;
  write("a", "");
  write("b", "");
  EXPECT_THAT(error({}, limits), HasSubstr("limit"));
  Result<BuildContext> missing = read_context(root_ / "no", {}, Limits(), cancel_);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().kind(), ErrorKind::NotFound);
  cancel_.cancel();
  EXPECT_EQ(read_context(root_, {}, Limits(), cancel_).error().kind(), ErrorKind::Cancelled);
}

// Runs in a child process without root's rights, so that the permission bits count.
TEST_F(ContextTest, UnreadableFolderIsNamedUnlessItIsLeftOut) {
  write("a/locked/x", "");
  fs::permissions(dir_.path(), fs::perms::all);
  fs::permissions(root_ / "a/locked", fs::perms::none);
  auto check = [&](bool is_ok) {
    pid_t child = ::fork();
    if (child == 0) {
      if (::geteuid() == 0 && ::seteuid(65534) != 0) ::_exit(3);
      std::string text = error();
      ::_exit(text.empty() ? 0 : contains(text, "a/locked") ? 1 : 2);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == (is_ok ? 0 : 1);
  };
  EXPECT_TRUE(check(false));
  write(".dockerignore", "a/locked\n");
  EXPECT_TRUE(check(true));
  write(".dockerignore", "a/locked\n!a/locked/x\n");
  EXPECT_TRUE(check(false));
  fs::permissions(root_ / "a/locked", fs::perms::owner_all);
}

TEST_F(ContextTest, FilesOfSource) {
  write(".dockerignore", "*.log\n");
  write("package.json", "");
  write("package-lock.json", "");
  write("src/a.py", "");
  write("src/sub/b.py", "");
  write("src/x.log", "");
  write("y.log", "");
  write("a[b", "");
  fs::create_directory_symlink("src/sub", root_ / "link");
  fs::create_symlink("../package.json", root_ / "src/p");
  fs::create_symlink("loop", root_ / "loop");
  BuildContext context = read();
  EXPECT_THAT(source(context, "package*.json"), ElementsAre("package-lock.json", "package.json"));
  EXPECT_THAT(source(context, "src"),
              ElementsAre("src", "src/a.py", "src/p", "src/sub", "src/sub/b.py", "src/x.log"));
  EXPECT_EQ(source(context, "/./src/"), source(context, "src"));
  EXPECT_EQ(source(context, ".").size(), context.files.size() - 1);
  EXPECT_EQ(source(context, "/"), source(context, "."));
  EXPECT_EQ(source(context, "../.."), source(context, "."));
  EXPECT_THAT(source(context, "src/*.py"), ElementsAre("src/a.py"));
  EXPECT_THAT(source(context, "*/*/*.py"), ElementsAre("src/sub/b.py"));
  EXPECT_THAT(source(context, "s?c/s[t-v]b"), ElementsAre("src/sub", "src/sub/b.py"));
  EXPECT_THAT(source(context, "y.log"), IsEmpty());
  EXPECT_THAT(source(context, "sr"), IsEmpty());
  EXPECT_THAT(source(context, "a\\[b"), IsEmpty());  // only a source with a wildcard takes escapes
  EXPECT_THAT(source(context, "?\\[b"), ElementsAre("a[b"));
  EXPECT_THAT(source(context, "link"), ElementsAre("link", "src/sub", "src/sub/b.py"));
  EXPECT_THAT(source(context, "link/*.py"), ElementsAre("src/sub/b.py"));
  EXPECT_THAT(source(context, "src/p"), ElementsAre("package.json", "src/p"));
  EXPECT_THAT(source(context, "loop"), ElementsAre("loop"));
}

TEST_F(ContextTest, ReadsFilesWithoutLeaving) {
  write("d/f", "text");
  std::ofstream(dir_.path() / "secret") << "no";
  fs::create_symlink("f", root_ / "d/l");
  fs::create_directory_symlink("d", root_ / "dl");
  BuildContext context = read();
  EXPECT_EQ(read_context_file(context, "d/f", 4).value(), "text");
  EXPECT_EQ(read_context_file(context, "d/f", 3).error().kind(), ErrorKind::Limit);
  EXPECT_EQ(read_context_file(context, "d/l", 9).error().kind(), ErrorKind::Invalid);
  EXPECT_EQ(read_context_file(context, "dl/f", 9).error().kind(), ErrorKind::Invalid);
  EXPECT_EQ(read_context_file(context, "d", 9).error().kind(), ErrorKind::Invalid);
  EXPECT_EQ(read_context_file(context, "no", 9).error().kind(), ErrorKind::NotFound);
  for (std::string_view path : {"../secret", "/etc/passwd", "d/../../secret", "", "."}) {
    EXPECT_EQ(read_context_file(context, path, 9).error().kind(), ErrorKind::Usage) << path;
  }
}

TEST_F(ContextTest, ReadsOneFileAfterTheOther) {
  write("big", std::string(100'000, 'x'));
  write("small", "text");
  write("none", "");
  Result<ContextReader> reader = ContextReader::open(read());
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(reader->read("small", 4).value(), "text");
  EXPECT_EQ(reader->read("big", 100'000).value(), std::string(100'000, 'x'));
  EXPECT_EQ(reader->read("small", 4).value(), "text");
  EXPECT_EQ(reader->read("none", 4).value(), "");
  EXPECT_EQ(reader->read("big", 99'999).error().kind(), ErrorKind::Limit);
  EXPECT_EQ(reader->read("small", 3).error().kind(), ErrorKind::Limit);
  EXPECT_EQ(reader->read("../small", 9).error().kind(), ErrorKind::Usage);
}

class MirrorTest : public ContextTest {
 protected:
  MirrorTest() : target_(dir_.path() / "target") { fs::create_directory(target_); }

  std::vector<std::string> mirrored() {
    std::vector<std::string> paths;
    for (const auto& entry : fs::recursive_directory_iterator(target_)) {
      paths.push_back(entry.path().lexically_relative(target_).string());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
  }

  struct stat info(const fs::path& path) {
    struct stat result {};

    EXPECT_EQ(::lstat(path.c_str(), &result), 0) << path;
    return result;
  }

  fs::path target_;
};

TEST_F(MirrorTest, LinksWhatIsSent) {
  write(".dockerignore", "*\n!a/b/keep\n!dir\n");
  write("a/b/keep", "1");
  write("a/b/drop", "1");
  write("e/drop", "1");
  write("dir/f", "1");
  fs::create_symlink("/etc/passwd", root_ / "dir/l");
  ASSERT_EQ(::chmod((root_ / "a").c_str(), 0711), 0);
  timespec old[2] = {{1000, 5}, {2000, 7}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (root_ / "dir/l").c_str(), old, AT_SYMLINK_NOFOLLOW), 0);
  ASSERT_EQ(::utimensat(AT_FDCWD, (root_ / "a/b").c_str(), old, 0), 0);
  ASSERT_TRUE(mirror_context(read(), target_, {}, cancel_).ok());
  EXPECT_THAT(mirrored(), ElementsAre("a", "a/b", "a/b/keep", "dir", "dir/f", "dir/l"));
  EXPECT_EQ(info(target_ / "dir/f").st_ino, info(root_ / "dir/f").st_ino);
  EXPECT_EQ(info(target_ / "a").st_mode & 07777, 0711u);
  EXPECT_EQ(info(target_ / "a/b").st_mtim.tv_sec, 2000);
  EXPECT_EQ(info(target_ / "a/b").st_mtim.tv_nsec, 7);
  EXPECT_EQ(fs::read_symlink(target_ / "dir/l"), "/etc/passwd");
  EXPECT_EQ(info(target_ / "dir/l").st_mtim.tv_sec, 2000);
}

TEST_F(MirrorTest, ReplacedFilesAreCopies) {
  write("Dockerfile", "old");
  write("d/x", "1");
  write("d/y", "2");
  ASSERT_EQ(::chmod((root_ / "d/x").c_str(), 0750), 0);
  BuildContext context = read();
  ASSERT_TRUE(mirror_context(
                  context, target_, {{"d/x", "new"}, {"n/m/z", "z"}, {"Dockerfile", "F"}}, cancel_)
                  .ok());
  EXPECT_THAT(mirrored(), ElementsAre("Dockerfile", "d", "d/x", "d/y", "n", "n/m", "n/m/z"));
  EXPECT_EQ(content(target_ / "d/x"), "new");
  EXPECT_EQ(content(root_ / "d/x"), "1");
  EXPECT_EQ(content(target_ / "n/m/z"), "z");
  EXPECT_EQ(info(target_ / "d/x").st_mode & 07777, 0750u);
  EXPECT_NE(info(target_ / "d/x").st_mtim.tv_nsec, info(root_ / "d/x").st_mtim.tv_nsec)
      << "a builder that compares times must not take it for unchanged";
  EXPECT_NE(info(target_ / "d/x").st_ino, info(root_ / "d/x").st_ino);
}

TEST_F(MirrorTest, CopiesAcrossFileSystems) {
  Result<TempDir> elsewhere = [] {
    const char* old = std::getenv("TMPDIR");
    std::string before = old == nullptr ? "" : old;
    ::setenv("TMPDIR", "/dev/shm", 1);
    Result<TempDir> made = TempDir::make("mirror-test");
    before.empty() ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", before.c_str(), 1);
    return made;
  }();
  if (!elsewhere || info(elsewhere->path()).st_dev == info(target_).st_dev)
    GTEST_SKIP() << "only one file system here";
  std::string large(3 << 20, 'x');
  write("d/large", large);
  ASSERT_EQ(::chmod((root_ / "d/large").c_str(), 04751), 0);
  ASSERT_TRUE(mirror_context(read(), elsewhere->path(), {}, cancel_).ok());
  EXPECT_EQ(read_file(elsewhere->path() / "d/large", 4 << 20).value(), large);
  EXPECT_EQ(info(elsewhere->path() / "d/large").st_mode & 07777, 04751u);
  EXPECT_EQ(info(elsewhere->path() / "d/large").st_mtim.tv_nsec,
            info(root_ / "d/large").st_mtim.tv_nsec);
}

TEST_F(MirrorTest, RefusesToLeaveTheTarget) {
  write("d/x", "1");
  BuildContext context = read();
  for (std::string path : {"../x", "/x", "a/../x", ""}) {
    Status status = mirror_context(context, target_, {{path, "1"}}, cancel_);
    ASSERT_FALSE(status.ok()) << path;
    EXPECT_EQ(status.error().kind(), ErrorKind::Usage);
  }
  fs::create_directory_symlink(dir_.path(), target_ / "d");
  EXPECT_FALSE(mirror_context(context, target_, {}, cancel_).ok());
  EXPECT_FALSE(mirror_context(context, target_, {{"d/new", "1"}}, cancel_).ok());
  EXPECT_FALSE(fs::exists(dir_.path() / "new"));
  EXPECT_FALSE(fs::exists(dir_.path() / "x"));
  cancel_.cancel();
  EXPECT_EQ(mirror_context(context, target_, {}, cancel_).error().kind(), ErrorKind::Cancelled);
}

}  // namespace
}  // namespace whittle
