// Configurations and modules written by hand; a module is some bytes with the strings it would
// have.
#include "slim/plugins.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/image_builder.h"

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kImage =
    "layer\ndir etc\ndir etc/nginx\nfile etc/nginx/nginx.conf size=1\ndir "
    "etc/nginx/modules-enabled\n"
    "symlink etc/nginx/modules-enabled/50-image.conf -> /usr/share/nginx/image.conf\n"
    "symlink etc/nginx/modules-enabled/60-ndk.conf -> /usr/share/nginx/ndk.conf\n"
    "symlink etc/nginx/modules-enabled/70-lua.conf -> /usr/share/nginx/lua.conf\n"
    "dir usr\ndir usr/lib\ndir usr/lib/nginx\ndir usr/lib/nginx/modules\n"
    "file usr/lib/nginx/modules/image.so size=1\nfile usr/lib/nginx/modules/lua.so size=1\n"
    "file usr/lib/nginx/modules/ndk_http_module.so size=1\n"
    "dir usr/share\ndir usr/share/nginx\nfile usr/share/nginx/image.conf size=1\n"
    "file usr/share/nginx/lua.conf size=1\nfile usr/share/nginx/ndk.conf size=1\n";

std::vector<std::string> unused(const std::string& config,
                                const std::string& loads = "load_module modules/image.so; # x\n") {
  auto image = test::image_of(kImage);
  auto merged = test::read_and_merge(*image, test::read_options());
  TreePaths paths((*merged)->tree);
  using namespace std::string_literals;
  FileContents contents = {
      {"etc/nginx/nginx.conf", config},
      {"usr/lib/nginx/modules/image.so",
       "\x7f"
       "ELF\0image_filter\0off\0image_info\0"s},
      {"usr/lib/nginx/modules/lua.so",
       "\x7f"
       "ELF\0lua_code\0ndk_set_var\0"s},
      {"usr/lib/nginx/modules/ndk_http_module.so",
       "\x7f"
       "ELF\0ndk_directive\0"s},
      {"usr/share/nginx/image.conf", loads},
      {"usr/share/nginx/lua.conf", "load_module modules/lua.so;\n"},
      {"usr/share/nginx/ndk.conf", "\nload_module modules/ndk_http_module.so;\n"}};
  std::vector<std::string> out;
  for (NodeId node : unused_plugins(paths, contents)) out.push_back((*merged)->tree.path(node));
  return out;
}

TEST(PluginsTest, AModuleThatNothingUsesGoesWithWhatLoadsIt) {
  EXPECT_THAT(unused("user www; http { lua_code 'x'; gzip off; # image_filter\n }"),
              ElementsAre("etc/nginx/modules-enabled/50-image.conf",
                          "usr/lib/nginx/modules/image.so",
                          "usr/share/nginx/image.conf"));
  EXPECT_EQ(unused("events {}").size(), 9U);
}

TEST(PluginsTest, DirectivesAndVariablesAreUses) {
  EXPECT_THAT(unused("http{lua_code x;location /{\n image_filter resize 1 1;}}"), IsEmpty());
  EXPECT_THAT(unused("lua_code x; return 200 \"${image_info}\";"), IsEmpty());
}

TEST(PluginsTest, AFileThatDoesMoreStays) {
  EXPECT_THAT(unused("lua_code x;", "load_module modules/image.so;\nuser x;\n"), IsEmpty());
  EXPECT_THAT(unused("lua_code x;", "load_module modules/unknown.so;\n"), IsEmpty());
}

TEST(PluginsTest, LooksIntoConfigurationsAndModules) {
  EXPECT_TRUE(is_plugin_evidence("usr/lib/nginx/modules/x.so", 1));
  EXPECT_TRUE(is_plugin_evidence("etc/nginx/mime.types", 1));
  EXPECT_FALSE(is_plugin_evidence("etc/nginx/mime.types", 1ULL << 30));
  EXPECT_FALSE(is_plugin_evidence("usr/lib/libx.so", 1));
}

}  // namespace
}  // namespace whittle
