// Programs of this machine against ldd: what the dynamic loader maps, we reach.
#include <gtest/gtest.h>

#include "base/fs.h"
#include "base/strings.h"
#include "base/subprocess.h"
#include "reach/reached.h"

namespace whittle::test {

namespace {

// Paths of the libraries and the interpreter, as ldd prints them.
std::vector<std::string> ldd(const std::string& program) {
  Command command;
  command.args = {"ldd", program};
  Result<CommandResult> result = run_command(command, no_cancel());
  std::vector<std::string> paths;
  if (!result.ok() || result->exit_code != 0) return paths;
  for (std::string_view line : split_lines(result->out)) {
    for (std::string_view word : split_blanks(line)) {
      if (word[0] == '/') paths.emplace_back(word);
    }
  }
  return paths;
}

// The path of this machine with every link on the way, as entries of an image.
void add_path(const fs::path& path, std::map<std::string, TestEntry>& into) {
  fs::path at = "/";
  for (const fs::path& part : path.relative_path()) {
    at /= part;
    std::string name = at.relative_path().string();
    std::error_code error;
    if (fs::is_symlink(at, error)) {
      fs::path target = fs::read_symlink(at, error);
      into[name] = {"symlink " + name + " -> " + target.string(), ""};
      add_path(
          target.is_absolute() ? target : fs::path(at.parent_path() / target).lexically_normal(),
          into);
      if (!fs::is_directory(at, error)) return;
      at = fs::canonical(at, error);
    } else if (fs::is_regular_file(at, error)) {
      Result<std::string> content = read_file(at, 256 << 20);
      if (content.ok()) into[name] = {"program " + name, std::move(*content)};
    }
  }
}

void expect_as_ldd(const std::string& program) {
  std::vector<std::string> libraries = ldd(program);
  if (libraries.empty()) GTEST_SKIP() << program << " is not here, or ldd does not read it";
  std::map<std::string, TestEntry> files;
  add_path(program, files);
  for (const std::string& path : libraries) add_path(path, files);
  for (const char* path : {"/etc/ld.so.conf",
                           "/etc/ld.so.conf.d/libc.conf",
                           "/etc/ld.so.conf.d/x86_64-linux-gnu.conf"})
    add_path(path, files);
  files["usr/lib/libdecoy.so.1"] = {"program usr/lib/libdecoy.so.1", "x"};
  std::vector<TestEntry> entries;
  for (const auto& [name, entry] : files) entries.push_back(entry);
  Reached image(entries, command({program}));
  for (const auto& [name, entry] : files) {
    if (name.starts_with("etc/")) continue;
    if (name == "usr/lib/libdecoy.so.1") {
      EXPECT_TRUE(image.none(name));
    } else {
      EXPECT_TRUE(image.must(name)) << program << " maps " << name;
    }
  }
}

}  // namespace

TEST(ReachLibraries, AgreesWithLddOnCurl) {
  expect_as_ldd("/usr/bin/curl");
}

TEST(ReachLibraries, AgreesWithLddOnGit) {
  expect_as_ldd("/usr/bin/git");
}

TEST(ReachLibraries, AgreesWithLddOnPerl) {
  expect_as_ldd("/usr/bin/perl");
}

TEST(ReachLibraries, AgreesWithLddOnCmake) {
  expect_as_ldd("/usr/bin/cmake");
}

}  // namespace whittle::test
