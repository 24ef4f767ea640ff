#include "image/sources/sources.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "image/sources/select.h"
#include "support/image_builder.h"

namespace whittle {
namespace {

using testing::HasSubstr;

std::unique_ptr<Image> named(const std::string& name,
                             const Platform& platform = {"linux", "amd64", "", ""}) {
  auto image = test::image_of("layer\nfile a text=" + name + platform.architecture);
  image->info().names = {name};
  image->info().config.platform = platform;
  return image;
}

// The name that a reference selects, "" for none.
std::string selected(const std::string& reference, const std::vector<std::string>& names) {
  Images images;
  for (const std::string& name : names) images.push_back(named(name));
  auto found = select_by_reference(std::move(images), reference);
  return found.ok() ? (*found)[0]->info().names[0] : "";
}

TEST(Sources, TheTableNamesEachTransportOnce) {
  std::set<std::string_view> transports;
  for (const SourceInfo& source : source_table()) {
    EXPECT_TRUE(transports.insert(source.transport).second);
    EXPECT_FALSE(source.what.empty());
  }
  EXPECT_GE(transports.size(), 7U);
}

TEST(Sources, ReferencesAreFilledInAsEnginesDo) {
  EXPECT_EQ(selected("app", {"other:1", "app:latest"}), "app:latest");
  EXPECT_EQ(selected("app", {"docker.io/library/app:latest"}), "docker.io/library/app:latest");
  EXPECT_EQ(selected("team/app:2", {"docker.io/team/app:2"}), "docker.io/team/app:2");
  EXPECT_EQ(selected("localhost:5000/app", {"localhost:5000/app:latest"}),
            "localhost:5000/app:latest");
  EXPECT_EQ(selected("v1", {"v1"}), "v1");
  EXPECT_EQ(selected("app:2", {"app:1"}), "");
}

TEST(Sources, PicksThePlatformThatIsWanted) {
  auto images = [] {
    Images all;
    all.push_back(named("app", {"linux", "amd64", "", ""}));
    all.push_back(named("app", {"linux", "arm64", "v8", ""}));
    return all;
  };
  OpenOptions options = test::open_options();
  options.platform = Platform{"linux", "arm64", "", ""};
  auto arm = select_one(images(), options);
  ASSERT_TRUE(arm.ok());
  EXPECT_EQ((*arm)->info().config.platform.architecture, "arm64");
  options.platform = Platform{"linux", "s390x", "", ""};
  auto none = select_one(images(), options);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().kind(), ErrorKind::NotFound);
  EXPECT_THAT(none.error().hint(), HasSubstr("linux/arm64/v8"));
}

TEST(Sources, SaysWhatATargetIsNot) {
  TempDir folder = std::move(TempDir::make("sources-test")).value();
  auto error = [&](const std::string& target) {
    auto image = open_image(target, test::open_options());
    return image.ok() ? "" : image.error().message();
  };
  ASSERT_TRUE(write_file_atomic(folder.path() / "text.tar", "hello").ok());
  EXPECT_THAT(error(folder.path().string()), HasSubstr("is not an image"));
  EXPECT_THAT(error((folder.path() / "text.tar").string()),
              HasSubstr("not an image but a text file"));
  EXPECT_THAT(error("./not-there.tar"), HasSubstr("No such file"));
  EXPECT_THAT(error("oci:" + (folder.path() / "nothing").string()), HasSubstr("is not a folder"));
  EXPECT_THAT(error(""), HasSubstr("empty"));
  EXPECT_THAT(error("docker:"), HasSubstr("needs the name"));
}

}  // namespace
}  // namespace whittle
