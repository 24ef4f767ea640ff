#include "image/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "image/json.h"

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kDiff(64, '1');

std::string config_with(const std::string& members, const std::string& diff_ids) {
  return "{" + members + (members.empty() ? "" : ",") +
         "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + diff_ids + "]}}";
}

std::string diff_ids(int count) {
  std::string list;
  for (int i = 0; i < count; ++i) list += (i > 0 ? ",\"sha256:" : "\"sha256:") + kDiff + "\"";
  return list;
}

TEST(ImageConfig, ReadsWhatAContainerRunsBy) {
  auto config = parse_image_config(
      config_with(
          R"("os":"linux","architecture":"arm","variant":"v7","created":"2024-01-01T00:00:00Z",
      "config":{"User":"web","Env":["A=1","B=x=y"],"Entrypoint":["/bin/app"],"Cmd":"run","WorkingDir":"/srv",
      "ExposedPorts":{"8080/tcp":{},"53/udp":{}},"Volumes":{"/data":{}},"Labels":{"k":"v"},"StopSignal":"SIGINT","OnBuild":null,
      "Healthcheck":{"Test":["CMD","true"],"Interval":5000000000,"Retries":3}},
      "history":[{"created_by":"a"},{"created_by":"b","empty_layer":true}])",
          diff_ids(1)),
      {});
  ASSERT_TRUE(config.ok()) << config.error().message();
  EXPECT_EQ(format_platform(config->platform), "linux/arm/v7");
  EXPECT_EQ(config->run.user, "web");
  EXPECT_THAT(config->run.env, ElementsAre("A=1", "B=x=y"));
  EXPECT_THAT(config->run.entrypoint, ElementsAre("/bin/app"));
  EXPECT_THAT(config->run.cmd, ElementsAre("run"));
  EXPECT_THAT(config->run.exposed_ports, ElementsAre("53/udp", "8080/tcp"));
  EXPECT_THAT(config->run.volumes, ElementsAre("/data"));
  EXPECT_EQ(config->run.labels.at("k"), "v");
  ASSERT_TRUE(config->run.health_check.has_value());
  EXPECT_EQ(config->run.health_check->interval_ns, 5'000'000'000);
  EXPECT_EQ(config->history.size(), 2U);
  EXPECT_TRUE(config->history[1].empty_layer);
}

TEST(ImageConfig, RefusesWrongTypes) {
  auto error = [](const std::string& members) {
    auto config = parse_image_config(config_with(members, diff_ids(1)), {});
    return config.ok() ? "" : config.error().message();
  };
  EXPECT_THAT(error(R"("os":5)"), HasSubstr("`os` is not a text"));
  EXPECT_THAT(error(R"("config":[])"), HasSubstr("`config` is not an object"));
  EXPECT_THAT(error(R"("config":{"Env":[1]})"), HasSubstr("`Env` is not a list of texts"));
  EXPECT_THAT(error(R"("config":{"Labels":{"a":1}})"), HasSubstr("not a text"));
  EXPECT_THAT(error(R"("history":{})"), HasSubstr("`history` is not a list"));
  EXPECT_EQ(error(R"("config":null,"history":null)"), "");
  EXPECT_FALSE(parse_image_config("{}", {}).ok());
  EXPECT_FALSE(parse_image_config("[]", {}).ok());
  EXPECT_FALSE(parse_image_config(config_with("", "\"sha256:../../x\""), {}).ok());
}

TEST(ImageConfig, FollowsTheHistoryOnlyWhereItFits) {
  auto indexes = [](const std::string& history, int layers) {
    auto config =
        parse_image_config(config_with("\"history\":[" + history + "]", diff_ids(layers)), {});
    EXPECT_TRUE(config.ok());
    std::vector<Layer> made(static_cast<size_t>(layers));
    EXPECT_TRUE(attach_config(*config, made).ok());
    std::vector<int> result;
    for (const Layer& layer : made) result.push_back(layer.history_index);
    return result;
  };
  EXPECT_THAT(indexes(R"({},{"empty_layer":true},{},{"empty_layer":true})", 2), ElementsAre(0, 2));
  EXPECT_THAT(indexes(R"({})", 2), ElementsAre(-1, -1));
  EXPECT_THAT(indexes(R"({},{},{})", 2), ElementsAre(-1, -1));
  EXPECT_THAT(indexes("", 1), ElementsAre(-1));
}

TEST(ImageConfig, LayerCountMustAgree) {
  auto config = parse_image_config(config_with("", diff_ids(1)), {});
  ASSERT_TRUE(config.ok());
  std::vector<Layer> two(2);
  Status status = attach_config(*config, two);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().kind(), ErrorKind::Invalid);
  EXPECT_THAT(status.error().message(), HasSubstr("2 layers, but the configuration 1 diff id"));
}

TEST(Json, IsBoundedInSizeAndDepth) {
  Limits limits;
  limits.max_json_bytes = 100;
  limits.max_json_depth = 3;
  EXPECT_TRUE(parse_json("[[[1]]]", "x", limits).ok());
  EXPECT_TRUE(parse_json(R"(["[[[[[[\"[[[["])", "x", limits).ok());
  EXPECT_EQ(parse_json("[[[[1]]]]", "x", limits).error().kind(), ErrorKind::Limit);
  EXPECT_EQ(parse_json(std::string(101, ' '), "x", limits).error().kind(), ErrorKind::Limit);
  EXPECT_EQ(parse_json("{\"a\":\"\xff\"}", "x", limits).error().kind(), ErrorKind::Invalid);
  EXPECT_EQ(parse_json("", "x", limits).error().kind(), ErrorKind::Invalid);
}

TEST(Platform, VariantMattersOnlyWhereBothNameOne) {
  Platform arm{"linux", "arm", "", ""};
  Platform v7{"linux", "arm", "v7", ""};
  Platform v6{"linux", "arm", "v6", ""};
  EXPECT_TRUE(platform_matches(arm, v7));
  EXPECT_TRUE(platform_matches(v7, arm));
  EXPECT_FALSE(platform_matches(v7, v6));
  EXPECT_FALSE(platform_matches(arm, Platform{"windows", "arm", "", ""}));
}

}  // namespace
}  // namespace whittle
