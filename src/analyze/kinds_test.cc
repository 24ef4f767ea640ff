#include "analyze/kinds.h"

#include <gtest/gtest.h>

#include <set>

#include "base/strings.h"

namespace whittle {
namespace {

std::string_view kind(std::string_view path) {
  return file_kinds()[KindMatcher::standard().kind(path)].id;
}

TEST(Kinds, by_folder_name_and_end) {
  EXPECT_EQ("apt-lists", kind("var/lib/apt/lists/partial/x"));
  EXPECT_EQ("apt-archives", kind("var/cache/apt/archives/a.deb"));
  EXPECT_EQ("python-cache", kind("home/me/.cache/pip/http/a"));
  EXPECT_EQ("npm-cache", kind("root/.npm/_cacache/index"));
  EXPECT_EQ("caches", kind("root/.cache/anything"));
  EXPECT_EQ("vcs", kind("app/.git/config"));
  EXPECT_EQ("bytecode", kind("usr/lib/python3/os.pyc"));
  EXPECT_EQ("bytecode", kind("app/__pycache__/x"));
  EXPECT_EQ("source-maps", kind("app/dist/main.js.map"));
  EXPECT_EQ("other", kind("app/world.map"));
  EXPECT_EQ("documentation", kind("usr/share/doc/bash/README"));
  EXPECT_EQ("locales", kind("usr/share/locale/de/LC_MESSAGES/x.mo"));
  EXPECT_EQ("tests", kind("app/node_modules/a/test/x.js"));
  EXPECT_EQ("node-modules", kind("app/node_modules/a/x.js"));
  EXPECT_EQ("static-libraries", kind("usr/lib/libx.a"));
  EXPECT_EQ("build-tools", kind("usr/bin/gcc-12"));
  EXPECT_EQ("build-tools", kind("usr/bin/x86_64-linux-gnu-ld"));
  EXPECT_EQ("programs", kind("usr/bin/ls"));
  EXPECT_EQ("programs", kind("usr/bin/test"));
  EXPECT_EQ("go-cache", kind("go/pkg/mod/x@v1/a_test.go"));
  EXPECT_EQ("go-cache", kind("root/go/pkg/mod/x"));
  EXPECT_EQ("book-keeping", kind("stargz.index.json"));
  EXPECT_EQ("logs", kind("root/.bash_history"));
  EXPECT_EQ("temporary", kind("tmp/x"));
}

TEST(Kinds, names_that_only_look_alike) {
  EXPECT_EQ("other", kind("app/stargz.index.json"));
  EXPECT_EQ("other", kind("app/var/lib/apt/lists/x"));
  EXPECT_EQ("other", kind("app/.gitignore"));
  EXPECT_EQ("other", kind("app/tmp/x"));
  EXPECT_EQ("other", kind("a"));
  EXPECT_EQ("other", kind("app/.a"));
  EXPECT_EQ("other", kind("app/contest/x"));
}

TEST(Kinds, rows_are_complete) {
  std::set<std::string_view> ids;
  for (const FileKindInfo& row : file_kinds()) {
    EXPECT_TRUE(ids.insert(row.id).second) << row.id;
    EXPECT_FALSE(row.title.empty());
    EXPECT_EQ(row.is_needless, !row.remedy.empty()) << row.id;
    EXPECT_EQ(row.id == "other", row.paths.empty()) << row.id;
    EXPECT_FALSE(row.remedy.ends_with(".")) << row.id;
  }
  EXPECT_EQ(kLossCauses, loss_causes().size());
  for (size_t i = 0; i < kLossCauses; ++i)
    EXPECT_EQ(i, static_cast<size_t>(loss_causes()[i].cause));
}

}  // namespace
}  // namespace whittle
