// Expressions of HCL, with values that were worked out by hand from HCL's
// specification.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "builds/hcl_eval.h"

namespace whittle {
namespace {

using testing::HasSubstr;

// A value as short text: lists in brackets, objects in braces, "?" for unknown
// ones.
std::string shown(const HclValue& value) {
  std::string out;
  switch (value.kind) {
    case HclValue::Kind::Null:
      return "null";
    case HclValue::Kind::Unknown:
      return "?";
    case HclValue::Kind::Text:
      return "'" + value.text + "'";
    case HclValue::Kind::List:
      for (const HclValue& item : value.items) out += (out.empty() ? "" : ", ") + shown(item);
      return "[" + out + "]";
    case HclValue::Kind::Object:
      for (size_t i = 0; i < value.keys.size(); ++i)
        out += (out.empty() ? "" : ", ") + value.keys[i] + "=" + shown(value.items[i]);
      return "{" + out + "}";
    default:
      return value.as_text().value_or("");
  }
}

std::string value_of(const std::string& expression, std::vector<BuildNote>* notes = nullptr) {
  Result<HclBlock> file = parse_hcl("x = " + expression + "\n", "t");
  if (!file.ok()) return "error: " + file.error().message();
  HclEvaluator evaluator(
      [](const std::string& name) -> std::optional<HclValue> {
        if (name == "v") return HclValue::of_text("1.2");
        if (name == "list") return HclValue::list({HclValue::of_text("a"), HclValue::of_text("b")});
        return std::nullopt;
      },
      {});
  const HclAttribute* attribute = file->find("x");
  if (attribute == nullptr) return "no attribute";
  std::string text = shown(evaluator.evaluate(attribute->value));
  if (notes != nullptr) *notes = evaluator.notes();
  return text;
}

TEST(Hcl, Expressions) {
  const std::pair<std::string, std::string> cases[] = {
      {"1 + 2 * 3", "7"},
      {"(1 + 2) * 3", "9"},
      {"10 - 4 - 3", "3"},
      {"7 % 4", "3"},
      {"-7 % 4", "-3"},
      {"1.5e1", "15"},
      {"10 / 4", "2.5"},
      {"-(-3)", "3"},
      {"!true || 1 < 2 && 2 >= 2", "true"},
      {"1 == 1 ? \"yes\" : \"no\"", "'yes'"},
      {"true ? false ? 1 : 2 : 3", "2"},
      {"null", "null"},
      {"\"a${v}b\"", "'a1.2b'"},
      {"\"${list}\"", "['a', 'b']"},
      {"\"$${v} %%{x} \\\"\\n\\u00e9\\\\\"", "'${v} %{x} \"\n\xC3\xA9\\'"},
      {"\"${v == \"1.2\" ? \"in ${upper(\"q\")}\" : \"\"}\"", "'in Q'"},
      {"list[1]", "'b'"},
      {"list.0", "'a'"},
      {"{a = 1, \"b c\" : 2\n (v) = 3}", "{a=1, b c=2, 1.2=3}"},
      {"{a = {b = [5, 6]}}.a.b[1]", "6"},
      {"[for x in list : upper(x)]", "['A', 'B']"},
      {"[for i, x in list : \"${i}${x}\" if x != \"a\"]", "['1b']"},
      {"{for x in list : x => 1}", "{a=1, b=1}"},
      {"{for k, x in {p = 1, q = 2} : x => k}", "{1='p', 2='q'}"},
      {"[{n = 1}, {n = 2}][*].n", "[1, 2]"},
      {"[\n  1, # one\n  2, // two\n  /* three */ 3,\n]", "[1, 2, 3]"},
      {"<<EOT\na ${v}\n b\nEOT", "'a 1.2\n b\n'"},
      {"<<-EOT\n    a\n      b ${v}\n    EOT", "'a\n  b 1.2\n'"},
      {"format(\"%s-%d%%\", v, 3)", "'1.2-3%'"},
      {"join(\",\", list...)", "?"},
      {"join(\",\", concat(list, [\"c\"]))", "'a,b,c'"},
      {"split(\".\", v)", "['1', '2']"},
      {"replace(v, \".\", \"-\")", "'1-2'"},
      {"lookup({a = 1}, \"b\", 2)", "2"},
      {"merge({a = 1}, {a = 2, b = 3})", "{a=2, b=3}"},
      {"length(\"h\xC3\xA9\")", "2"},
      {"trimsuffix(trimprefix(\"v1-x\", \"v\"), \"-x\")", "'1'"},
      {"contains(list, \"b\") && not(equal(v, \"1\"))", "true"},
      {"a-b", "?"},
      {"timestamp()", "?"},
      {"upper(timestamp())", "?"},
      {"list[7]", "?"},
      {"1 / 0", "?"},
      {"\"x%{ if true }y%{ endif }\"", "?"},
  };
  for (const auto& [expression, value] : cases)
    EXPECT_EQ(value_of(expression), value) << expression;
}

TEST(Hcl, WhatIsNotKnownIsNamed) {
  std::vector<BuildNote> notes;
  EXPECT_EQ(value_of("[\n  timestamp(),\n  missing]", &notes), "[?, ?]");
  ASSERT_EQ(notes.size(), 2U);
  EXPECT_EQ(notes[0].line, 2U);
  EXPECT_THAT(notes[0].text, HasSubstr("`timestamp()`"));
  EXPECT_EQ(notes[1].line, 3U);
}

TEST(Hcl, Blocks) {
  Result<HclBlock> file = parse_hcl(
      "\xEF\xBB\xBF# c\ntarget \"a\" {\n  x = 1\n  inner { y = 2 "
      "}\n}\nz = 3 // end\ntarget b {}",
      "t");
  ASSERT_TRUE(file.ok()) << file.error().message();
  ASSERT_EQ(file->blocks.size(), 2U);
  EXPECT_EQ(file->blocks[0].labels, std::vector<std::string>{"a"});
  EXPECT_EQ(file->blocks[0].line, 2U);
  ASSERT_EQ(file->blocks[0].blocks.size(), 1U);
  EXPECT_EQ(file->blocks[0].blocks[0].attributes[0].name, "y");
  EXPECT_EQ(file->blocks[1].labels, std::vector<std::string>{"b"});
  EXPECT_EQ(file->find("z")->line, 6U);
}

TEST(Hcl, ErrorsHavePlaces) {
  const std::pair<std::string, std::string> cases[] = {
      {"a = \n", "t:1:"},
      {"\n\na = [1,\n", "t:4:1"},
      {"a = \"x\nb = 1\n", "t:1:"},
      {"a = 1 b = 2\n", "t:1:7"},
      {"target \"a\" {\n x = 1\n", "t:3:1"},
      {"a = <<E\nx\n", "E"},
      {"a = \"\\q\"\n", "escape"},
      {"}\n", "t:1:1"},
      {"a = {b = 1 c = 2}\n", "t:1:12"},
  };
  for (const auto& [text, part] : cases) {
    Result<HclBlock> file = parse_hcl(text, "t");
    ASSERT_FALSE(file.ok()) << text;
    EXPECT_THAT(file.error().message(), HasSubstr(part)) << text;
  }
}

TEST(Hcl, HostileTexts) {
  for (std::string_view open : {"(", "[", "{a=", "!", "-", "f(", "\"${", "true ? ", "[for x in "}) {
    std::string text = "a = ";
    for (int i = 0; i < 100'000; ++i) text += open;
    EXPECT_FALSE(parse_hcl(text, "t").ok()) << open;
  }
  std::string blocks;
  for (int i = 0; i < 100'000; ++i) blocks += "a {\n";
  EXPECT_FALSE(parse_hcl(blocks, "t").ok());
  // A sum of many terms is no nesting, but it is many nodes.
  std::string sum = "a = 1";
  for (int i = 0; i < 1000; ++i) sum += "+1";
  Result<HclBlock> file = parse_hcl(sum, "t");
  EXPECT_TRUE(file.ok());
  std::string doubling = "[\"xxxxxxxxxxxxxxxx\"]";
  for (int i = 0; i < 30; ++i)
    doubling = "concat([for x in " + doubling + " : x], [\"" + std::string(30'000, 'y') + "\"])";
  value_of(doubling);
}

}  // namespace
}  // namespace whittle
