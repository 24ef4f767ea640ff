#include "engine/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace whittle {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ConfigDifferences, equal_but_for_our_label) {
  RunConfig before;
  before.labels["io.whittle.run"] = "1";
  RunConfig after = before;
  after.labels["io.whittle.run"] = "2";
  EXPECT_THAT(config_differences(before, after), IsEmpty());
}

TEST(ConfigDifferences, says_what_was_and_what_is) {
  RunConfig before;
  before.user = "root";
  before.cmd = {"/bin/sh", "-c", "run it"};
  before.labels["old"] = "1";
  RunConfig after = before;
  after.user = "app";
  after.cmd = {"run", "it"};
  after.labels = {{"org.opencontainers.image.authors", "a@b"}};
  EXPECT_THAT(config_differences(before, after),
              ElementsAre("the user was `root`, is `app`",
                          "the command was `/bin/sh -c 'run it'`, is `run it`",
                          "label `org.opencontainers.image.authors` was not set, is `a@b`",
                          "label `old` was `1`, is not set"));
}

}  // namespace
}  // namespace whittle
