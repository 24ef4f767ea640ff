// Bake and Compose files to builds. Expectations follow Bake's reference and
// the Compose specification by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/strings.h"
#include "builds/build_file.h"

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

std::map<std::string, std::string> environment;

std::optional<std::string> look_up(const std::string& name) {
  auto found = environment.find(name);
  return found == environment.end() ? std::nullopt : std::optional<std::string>(found->second);
}

// A build in one line: name context dockerfile target args platforms contexts.
std::string line_of(const DeclaredBuild& build) {
  std::string out = build.name + " " + build.context + " " + build.dockerfile;
  if (build.inline_text) out += " inline";
  if (!build.target.empty()) out += " target=" + build.target;
  for (const auto& [name, value] : build.args) out += " " + name + "=" + value;
  for (const std::string& platform : build.platforms) out += " " + platform;
  for (const std::string& name : build.named_contexts) out += " +" + name;
  return out;
}

std::vector<std::string> lines_of(const Result<DeclaredBuilds>& declared) {
  std::vector<std::string> lines;
  if (!declared.ok()) return {"error: " + declared.error().message()};
  for (const DeclaredBuild& build : declared->builds) lines.push_back(line_of(build));
  return lines;
}

class Builds : public testing::Test {
 protected:
  void SetUp() override { environment.clear(); }

  static std::vector<std::string> bake(std::string_view text) {
    return lines_of(read_bake(text, "docker-bake.hcl", look_up));
  }

  static std::vector<std::string> compose(std::string_view text) {
    auto sibling = [](const std::string& path) -> Result<std::string> {
      if (path == "sub/base.yaml")
        return std::string(
            "services:\n  base:\n    build: {context: ., args: "
            "{A: base, B: base}}\n");
      return Error(ErrorKind::NotFound, path + ": not there");
    };
    return lines_of(read_compose(text, "compose.yaml", look_up, sibling));
  }
};

constexpr std::string_view kBake = R"(
variable "VERSION" { default = "1.22" }
variable "DEBUG" { default = false }
variable "EMPTY" {}
prefix = "app"
function "tagged" {
  params = [name]
  variadic_params = rest
  result = "${name}-${VERSION}"
}
group "default" { targets = ["web", "tool"] }
target "_common" {
  args = { VERSION = VERSION, SHARED = "yes", OFF = null }
  platforms = ["linux/amd64"]
}
target "web" {
  inherits = ["_common"]
  context = "./web"
  dockerfile = "${prefix}.Dockerfile"
  target = DEBUG ? "debug" : "release"
  args = { NAME = tagged("web"), SHARED = "no" }
  contexts = { base = "target:tool", src = "../src" }
}
target "tool" {
  matrix = { os = ["alpine", "debian"], v = [1, 2] }
  name = "tool-${os}-${v}"
  args = { OS = os, V = v, E = EMPTY }
  platforms = ["linux/amd64", "linux/arm64"]
}
target "inline" {
  dockerfile-inline = <<EOT
FROM scratch
EOT
}
)";

TEST_F(Builds, Bake) {
  EXPECT_THAT(bake(kBake),
              ElementsAre("web ./web app.Dockerfile target=release VERSION=1.22 SHARED=no "
                          "NAME=web-1.22 "
                          "linux/amd64 +base +src",
                          "tool-alpine-1 . Dockerfile OS=alpine V=1 E= linux/amd64 linux/arm64",
                          "tool-alpine-2 . Dockerfile OS=alpine V=2 E= linux/amd64 linux/arm64",
                          "tool-debian-1 . Dockerfile OS=debian V=1 E= linux/amd64 linux/arm64",
                          "tool-debian-2 . Dockerfile OS=debian V=2 E= linux/amd64 linux/arm64",
                          "inline . Dockerfile inline"));
}

TEST_F(Builds, BakeTakesVariablesFromTheEnvironment) {
  environment = {{"VERSION", "9"}, {"DEBUG", "1"}, {"prefix", "ignored"}};
  std::vector<std::string> lines = bake(kBake);
  ASSERT_FALSE(lines.empty());
  EXPECT_THAT(lines[0], HasSubstr("app.Dockerfile target=debug VERSION=9"));
  EXPECT_THAT(lines[0], HasSubstr("NAME=web-9"));
}

TEST_F(Builds, BakeLeavesOutWhatIsNotKnown) {
  Result<DeclaredBuilds> declared = read_bake(
      "target \"a\" {\n  args = { T = timestamp(), U = \"1\" }\n}\n"
      "target \"b\" {\n  context = missing\n}\n"
      "variable \"X\" { default = X }\ntarget \"c\" { target = X }\n",
      "b.hcl",
      look_up);
  EXPECT_THAT(lines_of(declared), ElementsAre("a . Dockerfile U=1", "c . Dockerfile"));
  std::string notes;
  for (const BuildNote& note : declared->notes)
    notes += std::to_string(note.line) + " " + note.text + "\n";
  EXPECT_THAT(notes, HasSubstr("2 `timestamp()` is not computed"));
  EXPECT_THAT(notes, HasSubstr("5 `missing` is not known"));
  EXPECT_THAT(notes, HasSubstr("`context` is not known"));
}

TEST_F(Builds, BakeInheritance) {
  // The base that is named last counts more; circles end.
  EXPECT_THAT(bake("target \"x\" { inherits = [\"a\", \"b\"] }\n"
                   "target \"a\" { dockerfile = \"A\"\n args = {P = \"a\", Q = "
                   "\"a\"} }\n"
                   "target \"b\" { dockerfile = \"B\"\n args = {P = \"b\"}\n "
                   "inherits = [\"x\"] }\n"),
              testing::Contains("x . B P=b Q=a"));
  // One target in two blocks.
  EXPECT_THAT(bake("target \"x\" { dockerfile = \"A\" }\ntarget \"x\" { target "
                   "= \"t\" }\n"),
              ElementsAre("x . A target=t"));
}

TEST_F(Builds, BakeBounds) {
  std::string list = "[";
  for (int i = 0; i < 2000; ++i) list += "\"" + std::to_string(i) + "\",";
  list += "]";
  Result<DeclaredBuilds> declared = read_bake(
      "target \"x\" {\n matrix = {a = " + list + ", b = " + list + "}\n name = \"${a}-${b}\"\n}\n",
      "b",
      look_up);
  ASSERT_TRUE(declared.ok());
  EXPECT_EQ(declared->builds.size(), kMaxDeclaredBuilds);
  // Every target inherits the two before it: exponential if nobody counts.
  std::string chain = "target \"t0\" {}\ntarget \"t1\" {}\n";
  for (int i = 2; i < 60; ++i)
    chain += "target \"t" + std::to_string(i) + "\" { inherits = [\"t" + std::to_string(i - 1) +
             "\", \"t" + std::to_string(i - 2) + "\"] }\n";
  EXPECT_EQ(bake(chain).size(), 60U);
}

TEST_F(Builds, BakeAsJson) {
  constexpr std::string_view kJson = R"({
    "//": "a comment",
    "variable": {"TAG": {"default": "t"}},
    "group": {"default": {"targets": ["web"]}},
    "target": {"web": {"dockerfile": "W", "args": {"A": "${upper(TAG)}", "N": 3, "B": true, "Z": null},
                       "platforms": ["linux/arm64"]}}})";
  EXPECT_THAT(lines_of(read_bake_json(kJson, "docker-bake.json", look_up)),
              ElementsAre("web . W A=T B=true N=3 linux/arm64"));
  EXPECT_FALSE(read_bake_json("[1", "b", look_up).ok());
  EXPECT_FALSE(read_bake_json("[]", "b", look_up).ok());
}

TEST_F(Builds, Compose) {
  environment = {{"V", "3"}, {"SET", "from-env"}};
  EXPECT_THAT(compose("x-args: &args\n  A: one\n  B: two\n"
                      "x-build: &build\n  context: shared\n  args:\n    <<: *args\n    B: "
                      "own\n"
                      "services:\n"
                      "  db: {image: postgres}\n"
                      "  a: {build: ./a}\n"
                      "  b:\n    build:\n      context: ./b\n      dockerfile: "
                      "../B.Dockerfile\n"
                      "      target: dev\n      args: [\"V=${V}\", \"SET\", \"UNSET\"]\n"
                      "      platforms: [linux/arm64]\n      additional_contexts: "
                      "[base=docker-image://x]\n"
                      "  c:\n    build: *build\n"
                      "  d:\n    build:\n      <<: *build\n      target: t\n"
                      "  e:\n    build:\n      dockerfile_inline: |\n        FROM "
                      "scratch\n"),
              ElementsAre("a ./a Dockerfile",
                          "b ./b ../B.Dockerfile target=dev V=3 SET=from-env linux/arm64 +base",
                          "c shared Dockerfile A=one B=own",
                          "d shared Dockerfile target=t A=one B=own",
                          "e . Dockerfile inline"));
}

TEST_F(Builds, ComposeExtends) {
  EXPECT_THAT(compose("services:\n"
                      "  a: {extends: {service: base, file: sub/base.yaml}, build: "
                      "{args: {A: own}}}\n"
                      "  b: {extends: {service: base, file: sub/base.yaml}}\n"
                      "  c: {extends: b}\n"
                      "  d: {extends: {service: nothing}, build: .}\n"
                      "  e: {extends: e, build: .}\n"
                      "  f: {extends: {service: x, file: missing.yaml}, build: .}\n"),
              ElementsAre("a sub/. Dockerfile A=own B=base",
                          "b sub/. Dockerfile A=base B=base",
                          "c sub/. Dockerfile A=base B=base",
                          "d . Dockerfile",
                          "e . Dockerfile",
                          "f . Dockerfile"));
}

TEST_F(Builds, ComposeHostile) {
  EXPECT_THAT(compose("[]"), IsEmpty());
  EXPECT_THAT(compose("services: 3"), IsEmpty());
  EXPECT_THAT(compose("services: {a: {build: []}, b: {build: {args: 3, platforms: x}}}").size(),
              2U);
  EXPECT_THAT(compose("services: [")[0], HasSubstr("compose.yaml:"));
}

TEST_F(Builds, Interpolation) {
  environment = {{"A", "x"}, {"E", ""}};
  const std::pair<std::string, std::string> cases[] = {
      {"$A-${A}", "x-x"},
      {"$$A $ $1", "$A $ $1"},
      {"${N:-d}${N-d}${E:-d}${E-d}", "ddd"},
      {"${A:+y}${E:+y}${E+y}${N+y}", "yy"},
      {"${N:-${M:-deep $A}}", "deep x"},
      {"${N}", ""},
      {"${A:?needed}", "x"},
  };
  for (const auto& [text, value] : cases) {
    std::vector<std::string> missing;
    Result<std::string> result = interpolate(text, look_up, missing);
    ASSERT_TRUE(result.ok()) << text;
    EXPECT_EQ(*result, value) << text;
    EXPECT_EQ(missing.size(), text == "${N}" ? 1U : 0U) << text;
  }
  for (std::string_view bad :
       {"${", "${}", "${A", "${A:", "${A:-", "${A!b}", "${N:?needed}", "${1}"}) {
    std::vector<std::string> missing;
    EXPECT_FALSE(interpolate(bad, look_up, missing).ok()) << bad;
  }
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "${N:-";
  std::vector<std::string> missing;
  EXPECT_FALSE(interpolate(deep, look_up, missing).ok());
}

TEST_F(Builds, EnvFiles) {
  EXPECT_THAT(
      read_env_file("# c\nA=1\nexport B='two words'\nC=x # y\nbad\nA=2\nD=\"q\"\n"),
      ElementsAre(
          Pair("D", "q"), Pair("A", "2"), Pair("C", "x"), Pair("B", "two words"), Pair("A", "1")));
}

TEST_F(Builds, Names) {
  for (std::string_view name : {"docker-bake.hcl",
                                "x/ci.hcl",
                                "docker-bake.override.json",
                                "compose.yaml",
                                "a/docker-compose.yml",
                                "compose.prod.yaml",
                                "docker-compose-dev.yml"})
    EXPECT_TRUE(build_file_kind(name)) << name;
  for (std::string_view name : {"Dockerfile",
                                "whittle.yaml",
                                "package.json",
                                "composer.json",
                                "Dockerfile.hclx",
                                "k8s.yml"})
    EXPECT_FALSE(build_file_kind(name)) << name;
}

}  // namespace
}  // namespace whittle
