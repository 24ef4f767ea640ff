#include "report/json_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/json_parts.h"

namespace whittle {
namespace {

using Json = nlohmann::ordered_json;

// The same text as of the whole object at once.
TEST(JsonText, IsThatOfTheWholeObject) {
  Json whole = {{"a", 1},
                {"none", Json::array()},
                {"empty", Json::object()},
                {"text", "line\nend \"quoted\" \x01 \xff"},
                {"list", {1, "two\n", Json::array(), {{"x", {1, {{"y", nullptr}}}}}}},
                {"last", {{"deep", {{"deeper", {1.5, true}}}}}}};
  JsonText text;
  for (const auto& member : whole.items()) {
    const Json& value = member.value();
    if (!value.is_array()) {
      text.add(member.key(), value);
    } else {
      text.add_list(member.key(), value.size(), [&](size_t i) { return value[i]; });
    }
  }
  EXPECT_EQ(text.finish(), dump_report(whole));
  EXPECT_EQ(JsonText().finish(), dump_report(Json::object()));
}

}  // namespace
}  // namespace whittle
