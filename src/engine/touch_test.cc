#include "engine/touch.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "dockerfile/parser.h"

namespace whittle {
namespace {

std::string pick(const std::string& dockerfile, std::vector<std::string> paths) {
  Result<Dockerfile> file = parse_dockerfile(dockerfile, "Dockerfile", Limits{});
  EXPECT_TRUE(file.ok());
  BuildContext context;
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    ContextFile entry;
    entry.path = path;
    if (path.ends_with("/")) {
      entry.path.pop_back();
      entry.type = ContextFileType::Directory;
    }
    context.files.push_back(entry);
  }
  return pick_source_file(*file, evaluate(*file, {}), context);
}

TEST(PickSourceFile, prefers_the_file_that_the_start_command_names) {
  EXPECT_EQ(
      pick("FROM a\nCOPY . /app\nCMD python3 wsgi.py\n", {"main.py", "wsgi.py", "package.json"}),
      "wsgi.py");
  EXPECT_EQ(pick("FROM a\nCOPY . /app\nCMD [\"node\", \"src/run.js\"]\n",
                 {"index.js", "src/", "src/run.js"}),
            "src/run.js");
}

TEST(PickSourceFile, else_a_main_file_else_the_nearest_source) {
  EXPECT_EQ(pick("FROM a\nCOPY . /app\nCMD almanac\n",
                 {"util.go", "main.go", "main_test.go", "web/", "web/index.html"}),
            "main.go");
  EXPECT_EQ(
      pick("FROM a\nCOPY . /app\nCMD x\n", {"deep/", "deep/er/", "deep/er/a.rs", "deep/z.rs"}),
      "deep/z.rs");
}

TEST(PickSourceFile, never_a_manifest_a_test_or_what_is_not_copied) {
  EXPECT_EQ(
      pick("FROM a\nCOPY src /app\nCMD x\n", {"app.py", "src/", "src/test_app.py", "src/view.py"}),
      "src/view.py");
  EXPECT_EQ(pick("FROM a\nCOPY . /app\nCMD x\n", {"package.json", "Dockerfile"}), "");
}

TEST(WithOneMoreLine, adds_blanks_that_depend_on_the_salt) {
  std::string one = with_one_more_line("a\nb", "one");
  std::string two = with_one_more_line("a\nb", "two");
  EXPECT_TRUE(one.starts_with("a\nb\n ") && one.ends_with(" \n"));
  EXPECT_EQ(one.find_first_not_of(' ', 4), one.size() - 1);
  EXPECT_NE(one, two);
}

}  // namespace
}  // namespace whittle
