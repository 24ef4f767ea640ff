// The context model against an engine: random trees and ignore files are built with `FROM scratch`,
// `COPY . /`, and what comes out is compared. Skipped without a Docker client that can build with
// BuildKit. The ignore files use what old and new versions of it agree on; context_vectors_test.cc
// has the rest.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <random>

#include "base/strings.h"
#include "base/subprocess.h"
#include "context/context.h"

namespace whittle {
namespace {

constexpr int kTrees = 20;

class ContextEngine : public testing::Test {
 protected:
  ContextEngine() : dir_(TempDir::make("context-engine").value()) {
    std::ofstream(dir_.path() / "Dockerfile") << "FROM scratch\nCOPY . /\n";
  }

  // The first client on PATH that builds; empty if none does.
  std::string find_client(std::string& why) {
    fs::create_directories(dir_.path() / "try");
    std::ofstream(dir_.path() / "try/file") << "1";
    why = "no docker on PATH";
    for (const fs::path& program : find_programs("docker")) {
      Result<CommandResult> result = build(program.string(), "try");
      if (result && result->succeeded()) return program.string();
      why = program.string() + ": " +
            (result ? result->err.substr(0, 300) : result.error().message());
    }
    return "";
  }

  // Builds the context `name` and exports what is in the image to `name`-out.
  Result<CommandResult> build(const std::string& client, const std::string& name) {
    Command command;
    std::string out = (dir_.path() / (name + "-out")).string();
    command.args = {client,
                    "build",
                    "--output",
                    "type=local,dest=" + out,
                    "--file",
                    (dir_.path() / "Dockerfile").string(),
                    (dir_.path() / name).string()};
    command.env = {{"DOCKER_BUILDKIT", "1"}};
    command.timeout_ms = 60'000;
    return run_command(command, cancel_);
  }

  std::vector<std::string> files_below(const fs::path& root) {
    std::vector<std::string> paths;
    if (!fs::exists(root)) return paths;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      if (!entry.is_directory()) paths.push_back(entry.path().lexically_relative(root).string());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
  }

  std::string pick(const std::vector<std::string>& from) { return from[random_() % from.size()]; }

  void make_tree(const fs::path& root) {
    for (size_t count = 6 + random_() % 12; count > 0; --count) {
      fs::path path = root;
      for (size_t depth = random_() % 3; depth > 0; --depth)
        path /= pick({"a", "b", "src", ".git", "a-b"});
      fs::create_directories(path);
      std::ofstream(path / pick({"x.o", "y.c", "foo", "README.md", "a b", "z[1]"})) << "1";
    }
  }

  std::string make_ignore_file() {
    const std::vector<std::string> plain = {
        "a", "b/", "/src", "a/b", ".git", "src/a/x.o", "a b", "./a-b/", "README.md"};
    const std::vector<std::string> wild = {
        "*.o", "*/*.o", "**/*.md", "**/foo", "a*", "?", "src/**", "[a-b]", "z\\[1\\]", "*/b"};
    bool has_exceptions = random_() % 2 == 0;
    std::string text = has_exceptions && random_() % 2 == 0 ? "*\n" : "";
    for (size_t count = 1 + random_() % 4; count > 0; --count) {
      if (random_() % 5 == 0) text += "# comment\n\n";
      text +=
          has_exceptions ? pick({"", "!"}) + pick(plain) : pick(random_() % 2 == 0 ? plain : wild);
      text += pick({"\n", "\r\n", "  \n"});
    }
    return text;
  }

  TempDir dir_;
  std::mt19937 random_{20};
  CancelToken cancel_;
};

TEST_F(ContextEngine, SendsTheSameFiles) {
  std::string why;
  std::string client = find_client(why);
  if (client.empty()) GTEST_SKIP() << "no client that builds with BuildKit: " << why;
  ContextOptions options;
  options.dockerfile = "../Dockerfile";
  size_t kept = 0;
  for (int i = 0; i < kTrees; ++i) {
    std::string name = "tree" + std::to_string(i);
    make_tree(dir_.path() / name);
    std::string ignore = make_ignore_file();
    std::ofstream(dir_.path() / "Dockerfile.dockerignore") << ignore;
    Result<CommandResult> built = build(client, name);
    ASSERT_TRUE(built.ok() && built->succeeded()) << ignore << "\n"
                                                  << (built ? built->err : built.error().message());
    Result<BuildContext> context = read_context(dir_.path() / name, options, Limits(), cancel_);
    ASSERT_TRUE(context.ok()) << context.error().message();
    std::vector<std::string> sent;
    for (const ContextFile& file : context->files) {
      if (file.type == ContextFileType::File && !file.is_ignored) sent.push_back(file.path);
    }
    EXPECT_EQ(sent, files_below(dir_.path() / (name + "-out"))) << ignore;
    kept += sent.size();
  }
  EXPECT_GT(kept, 20u);
}

}  // namespace
}  // namespace whittle
