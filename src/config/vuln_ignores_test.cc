#include "config/vuln_ignores.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace whittle {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

VulnFinding finding(const std::string& id, const std::string& fixed = "2") {
  VulnFinding result;
  result.id = id;
  result.aliases = {"GHSA-1"};
  result.fixed_version = fixed;
  return result;
}

Package package(const std::string& type, const std::string& name, const std::string& version) {
  Package result;
  result.type = type;
  result.name = name;
  result.version = version;
  result.database = "app/node_modules/" + name + "/package.json";
  return result;
}

// The reason, or "" when no rule takes it.
std::string taken(const std::string& text, const VulnFinding& found, const Package& of) {
  Result<VulnIgnores> ignores = parse_vuln_ignores(text, "file");
  EXPECT_TRUE(ignores.ok()) << (ignores.ok() ? "" : ignores.error().message());
  if (!ignores.ok()) return "error";
  ImageInfo image;
  image.names = {"registry.example/shop:1.4"};
  for (const VulnIgnore& rule : ignores->rules) {
    if (is_about(rule, image) && suppresses(rule) && takes(rule, found, of, "2026-06-15"))
      return reason_text(rule);
  }
  return "";
}

const Package kLodash = package("npm", "lodash", "4.17.20");

TEST(VulnIgnores, TrivysList) {
  const char* text = "# ours\nCVE-1 # why\nCVE-2 exp:2026-06-15\nCVE-3 exp:2026-06-14\n\nghsa-1\n";
  EXPECT_EQ(taken(text, finding("CVE-1"), kLodash), "ignored by file:2");
  EXPECT_EQ(taken(text, finding("CVE-2"), kLodash), "ignored by file:3");
  EXPECT_EQ(taken(text, finding("CVE-3"), kLodash), "ignored by file:6") << "by its other name";
}

TEST(VulnIgnores, TrivysYaml) {
  const char* text = R"(vulnerabilities:
  - id: CVE-1
    paths: ["app/**/package.json"]
    statement: not reachable
  - id: CVE-2
    purls: ["pkg:npm/lodash@4.17.20"]
  - id: CVE-3
    purls: ["pkg:npm/lodash@4.17.19"]
  - id: CVE-4
    expired_at: 2026-01-01
  - paths: ["**"]
)";
  EXPECT_EQ(taken(text, finding("CVE-1"), kLodash), "ignored by file:2: not reachable");
  EXPECT_EQ(taken(text, finding("CVE-2"), kLodash), "ignored by file:5");
  EXPECT_EQ(taken(text, finding("CVE-3"), kLodash), "");
  EXPECT_EQ(taken(text, finding("CVE-4"), kLodash), "");
  EXPECT_THAT(parse_vuln_ignores(text, "file")->problems,
              ElementsAre("file:11: a rule without an `id` takes nothing"));
}

TEST(VulnIgnores, Grypes) {
  const char* text = R"(ignore:
  - vulnerability: CVE-1
    package: {name: lodash, version: 4.17.20, type: npm, location: "/app/**"}
  - vulnerability: CVE-2
    fix-state: not-fixed
  - vulnerability: CVE-3
    vex-status: not_affected
  - package: {language: python}
)";
  EXPECT_EQ(taken(text, finding("CVE-1"), kLodash), "ignored by file:2");
  EXPECT_EQ(taken(text, finding("CVE-1"), package("npm", "lodash", "4.0.0")), "");
  EXPECT_EQ(taken(text, finding("CVE-2"), kLodash), "");
  EXPECT_EQ(taken(text, finding("CVE-2", ""), kLodash), "ignored by file:4");
  EXPECT_EQ(taken(text, finding("CVE-3"), kLodash), "") << "what is not understood takes nothing";
  EXPECT_EQ(taken(text, finding("CVE-9"), package("pypi", "x", "1")), "ignored by file:8");
  EXPECT_EQ(parse_vuln_ignores(text, "file")->problems.size(), 1U);
}

// A day that is none would never come.
TEST(VulnIgnores, DaysThatAreNone) {
  Result<VulnIgnores> list =
      parse_vuln_ignores("CVE-1 exp:soon\nCVE-2 exp:2027-1-5\nCVE-3\n", "file");
  ASSERT_TRUE(list.ok());
  ASSERT_EQ(list->rules.size(), 1U);
  EXPECT_EQ(list->rules[0].id, "CVE-3");
  EXPECT_EQ(list->problems.size(), 2U);
  const char* yaml = "vulnerabilities:\n  - id: CVE-1\n    expired_at: next year\n";
  EXPECT_EQ(taken(yaml, finding("CVE-1"), kLodash), "");
  EXPECT_EQ(parse_vuln_ignores(yaml, "file")->problems.size(), 1U);
  EXPECT_FALSE(
      parse_vuln_ignores("accepted:\n  - id: CVE-1\n    reason: x\n    until: soon\n", "file")
          .ok());
}

TEST(VulnIgnores, SaysWhatHoldsNoRules) {
  for (const char* text : {"\xff\xfe", "acepted:\n  - id: CVE-1\n    reason: x\n"}) {
    Result<VulnIgnores> ignores = parse_vuln_ignores(text, "file");
    ASSERT_TRUE(ignores.ok()) << text;
    EXPECT_THAT(ignores->rules, IsEmpty()) << text;
    EXPECT_EQ(ignores->problems.size(), 1U) << text;
  }
}

// The record is app/node_modules/lodash/package.json.
TEST(VulnIgnores, Paths) {
  struct Row {
    const char* pattern;
    bool takes;
  };

  for (const Row& row : std::initializer_list<Row>{{"app/**", true},
                                                   {"/app/**/package.json", true},
                                                   {"**/package.json", true},
                                                   {"**/age.json", false},
                                                   {"app/**/node_modules/*/package.json", true},
                                                   {"**/l*/p*.json", true},
                                                   {"**/n*/package.json", false},
                                                   {"app/*", false},
                                                   {"app/node_modules/*/package.json", true},
                                                   {"app/node_modules/lodas?/package.json", true},
                                                   {"app/node_modules?lodash/package.json", false},
                                                   {"**json", true},
                                                   {"package.json", false}}) {
    std::string text =
        "vulnerabilities:\n  - id: CVE-1\n    paths: [\"" + std::string(row.pattern) + "\"]\n";
    EXPECT_EQ(!taken(text, finding("CVE-1"), kLodash).empty(), row.takes) << row.pattern;
  }
}

TEST(VulnIgnores, OwnRulesHaveAReason) {
  EXPECT_EQ(taken("accepted:\n  - package: lod*\n    reason: ours\n    until: 2026-12-31\n",
                  finding("CVE-1"),
                  kLodash),
            "ignored by file:2: ours");
  EXPECT_FALSE(parse_vuln_ignores("accepted:\n  - id: CVE-1\n", "file").ok());
  EXPECT_FALSE(parse_vuln_ignores("accepted:\n  - idd: CVE-1\n    reason: x\n", "file").ok());
  EXPECT_EQ(taken("accepted:\n  - reason: nothing asked\n", finding("CVE-1"), kLodash), "");
}

TEST(VulnIgnores, OpenVex) {
  const char* text = R"({"@context":"https://openvex.dev/ns/v0.2.0","statements":[
    {"vulnerability":{"name":"CVE-1"},"products":[{"@id":"pkg:oci/shop","subcomponents":[{"@id":"pkg:npm/lodash"}]}],
     "status":"not_affected","justification":"vulnerable_code_not_in_execute_path"},
    {"vulnerability":{"@id":"https://host/CVE-2"},"products":[{"@id":"pkg:npm/other"}],"status":"not_affected"},
    {"vulnerability":"CVE-3","products":["pkg:oci/shop"],"status":"fixed"},
    {"vulnerability":{"name":"CVE-4"},"products":[{"@id":"https://host/thing"}],"status":"fixed"},
    {"vulnerability":{"name":"CVE-5"},"products":[{"@id":"pkg:npm/lodash"}],"status":"affected"}]})";
  EXPECT_EQ(taken(text, finding("CVE-1"), kLodash),
            "not affected by file:2: vulnerable_code_not_in_execute_path");
  EXPECT_EQ(taken(text, finding("CVE-2"), kLodash), "");
  EXPECT_EQ(taken(text, finding("CVE-3"), kLodash), "fixed by file:5");
  EXPECT_EQ(taken(text, finding("CVE-4"), kLodash), "");
  EXPECT_EQ(taken(text, finding("CVE-5"), kLodash), "");
}

// The reason, or "" when no rule takes the secret.
std::string secret_taken(const std::string& text, const std::string& name) {
  SecretFinding secret;
  secret.rule = "github-pat";
  secret.path = "app/.env";
  secret.line = 3;
  secret.fingerprint = "github-pat:0123456789abcdef";
  Result<VulnIgnores> ignores = parse_vuln_ignores(text, name);
  EXPECT_TRUE(ignores.ok());
  if (!ignores.ok()) return "error";
  for (const VulnIgnore& rule : ignores->rules) {
    if (takes(rule, secret, "2026-06-15")) return reason_text(rule);
  }
  return "";
}

TEST(SecretIgnores, AreTrivys) {
  EXPECT_EQ(secret_taken("github-pat\n", "list"), "ignored by list:1");
  EXPECT_EQ(secret_taken("github-pat:0123456789abcdef\n", "list"), "ignored by list:1");
  EXPECT_EQ(secret_taken("github-pat exp:2026-01-01\ngitlab-pat\n", "list"), "");
  std::string yaml = "secrets:\n  - id: github-pat\n    statement: known\n    paths:\n      - ";
  EXPECT_EQ(secret_taken(yaml + "app/*\n", "list"), "ignored by list:2: known");
  EXPECT_EQ(secret_taken(yaml + "lib/*\n", "list"), "");
  EXPECT_EQ(secret_taken("ignore:\n  - package: {name: app}\n", "list"), "");
}

TEST(SecretIgnores, AreGitleaks) {
  const std::string name = "app/.gitleaksignore";
  EXPECT_NE(secret_taken("# c\napp/.env:github-pat:3\n", name), "");
  EXPECT_NE(secret_taken("0a1b2c:app/.env:github-pat:3\n", name), "");
  EXPECT_NE(secret_taken("github-pat:0123456789abcdef\n", name), "");
  EXPECT_EQ(secret_taken("app/.env:github-pat:4\n", name), "");
  EXPECT_EQ(secret_taken("app/.env:jwt:3\n", name), "");
  EXPECT_THAT(parse_vuln_ignores("a\nb:c:d\n", name)->problems,
              ElementsAre(name + ":1: `a` is no fingerprint: it takes nothing",
                          name + ":2: `b:c:d` is no fingerprint: it takes nothing"));
}

TEST(VulnIgnores, OpenVexOfAnImage) {
  const char* text = R"({"statements":[
    {"vulnerability":{"name":"CVE-1"},"status":"not_affected","products":[
      {"@id":"pkg:oci/shop@sha256%3Aaaaa?repository_url=registry.example/shop","subcomponents":[{"@id":"pkg:npm/lodash"}]},
      {"@id":"pkg:oci/shop?tag=1.4&repository_url=registry.example/shop"},
      {"@id":"registry.example/shop:1.5"}, {"@id":"pkg:docker/team/tool@2"}]}]})";
  std::vector<VulnIgnore> rules = parse_vuln_ignores(text, "file")->rules;
  ASSERT_EQ(rules.size(), 4U);
  EXPECT_EQ(rules[0].purl, "pkg:npm/lodash");
  ImageInfo image;
  auto about = [&](std::string name, std::string digest) {
    image.names = {std::move(name)};
    image.manifest_digest = std::move(digest);
    std::string out;
    for (const VulnIgnore& rule : rules) out += is_about(rule, image) ? '1' : '0';
    return out;
  };
  EXPECT_EQ(about("registry.example/shop:1.0", "sha256:aaaa"), "1000");
  EXPECT_EQ(about("registry.example/shop:1.0", "sha256:bbbb"), "0000");
  EXPECT_EQ(about("registry.example/shop@sha256:aaaa", ""), "1000");
  EXPECT_EQ(about("registry.example/shop:1.4", ""), "0100");
  EXPECT_EQ(about("other.example/shop:1.4", ""), "0000");
  EXPECT_EQ(about("registry.example/shop:1.5", ""), "0010");
  EXPECT_EQ(about("docker.io/team/tool:2", ""), "0001");
  EXPECT_EQ(about("docker.io/team/tool:3", ""), "0000");
}

TEST(VulnIgnores, Csaf) {
  const char* text = R"({"document":{"category":"csaf_vex","csaf_version":"2.0"},
    "product_tree":{"branches":[{"category":"vendor","name":"v","branches":[
        {"category":"product_version","name":"4","product":{"product_id":"L","name":"lodash",
          "product_identification_helper":{"purl":"pkg:npm/lodash@4.17.20"}}}]}],
      "full_product_names":[{"product_id":"I","name":"shop","product_identification_helper":{"purl":"pkg:oci/shop"}},
        {"product_id":"N","name":"nameless"}],
      "relationships":[{"category":"default_component_of","product_reference":"L","relates_to_product_reference":"I",
        "full_product_name":{"product_id":"L:I","name":"lodash in shop"}}]},
    "vulnerabilities":[
      {"cve":"CVE-2026-0001","product_status":{"known_not_affected":["L:I"]},
       "flags":[{"label":"component_not_present","product_ids":["other"]},{"label":"vulnerable_code_not_present","product_ids":["L:I"]}],
       "threats":[{"category":"impact","details":"not built in","product_ids":["L:I"]}]},
      {"ids":[{"system_name":"x","text":"X-2"}],"product_status":{"fixed":["L"],"known_affected":["N"]}},
      {"cve":"CVE-2026-0003","product_status":{"under_investigation":["L"],"known_affected":["L"]}}]})";
  Result<VulnIgnores> read = parse_vuln_ignores(text, "file");
  ASSERT_EQ(read->rules.size(), 4U);
  EXPECT_EQ(read->rules[0].image, "pkg:oci/shop");
  EXPECT_EQ(read->rules[0].justification, "vulnerable_code_not_present");
  EXPECT_EQ(taken(text, finding("CVE-2026-0001"), kLodash),
            "not affected by file:10: vulnerable_code_not_present, not built in");
  EXPECT_EQ(taken(text, finding("X-2"), kLodash), "fixed by file:13");
  EXPECT_EQ(taken(text, finding("CVE-2026-0003"), kLodash), "");
  EXPECT_EQ(read->rules.back().status, "affected");
  ASSERT_EQ(read->problems.size(), 1U);
  EXPECT_EQ(read->problems[0],
            "file:1: 1 statement about products without a package URL, which take nothing");
}

TEST(VulnIgnores, DeepTreesEnd) {
  std::string branches = "[]";
  for (int i = 0; i < 20; ++i) branches = R"([{"branches":)" + branches + "}]";
  std::string text =
      R"({"document":{"csaf_version":"2.0"},"product_tree":{"branches":)" + branches + "}}";
  EXPECT_TRUE(parse_vuln_ignores(text, "file").ok());
}

TEST(VulnIgnores, BrokenFiles) {
  EXPECT_FALSE(parse_vuln_ignores("ignore: [", "file").ok());
  EXPECT_FALSE(parse_vuln_ignores("{\"statements\": [", "file").ok());
  EXPECT_THAT(parse_vuln_ignores("", "file")->rules, IsEmpty());
}

}  // namespace
}  // namespace whittle
