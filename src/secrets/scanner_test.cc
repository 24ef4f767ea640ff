#include "secrets/scanner.h"

#include <gmock/gmock.h>

#include "base/fs.h"
#include "base/strings.h"
#include "secrets/excerpt.h"
#include "secrets/judge.h"
#include "secrets/paths.h"
#include "secrets/plain_spaces.h"
#include "secrets/records.h"
#include "secrets/rules/rules.h"

namespace whittle {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const SecretScanner& scanner() {
  static auto built_in = SecretScanner::built_in();
  return *built_in;
}

std::shared_ptr<const SecretScanner> scanner_of(SecretRuleSet rules) {
  auto made = SecretScanner::make(std::move(rules));
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().message());
  return made.ok() ? *made : nullptr;
}

// "RULE LINE:COLUMN", with the reason of what does not count.
std::vector<std::string> found(const std::vector<SecretHit>& hits) {
  std::vector<std::string> lines;
  for (const SecretHit& hit : hits) {
    lines.push_back(hit.rule + " " + std::to_string(hit.line) + ":" + std::to_string(hit.column) +
                    (hit.suppressed.empty() ? "" : " (" + hit.suppressed + ")"));
  }
  return lines;
}

std::vector<std::string> found(const std::string& text) {
  return found(scanner().scan("app/file", text));
}

// Of the GitHub form, made up.
std::string token(std::string_view seed = "w36") {
  return secret_example("ghp_{" + std::string(seed) + "}");
}

TEST(SecretScanner, TellsLineAndColumn) {
  EXPECT_THAT(found("\n\n  x=" + token() + "\n"), ElementsAre("github-pat 3:5"));
  EXPECT_THAT(found(token() + "\n" + token()), ElementsAre("github-pat 1:1", "github-pat 2:1"));
  EXPECT_THAT(found(""), IsEmpty());
}

TEST(SecretScanner, NeverShowsTheSecret) {
  std::string key = secret_example("{s40}");
  std::string text = "aws_secret_access_key = \"" + key + "\" # and " + token() + "\n";
  for (const SecretHit& hit : scanner().scan("a", text)) {
    EXPECT_THAT(hit.masked, Not(HasSubstr(key.substr(0, 6))));
    EXPECT_THAT(hit.masked, Not(HasSubstr(token().substr(4, 6))));
    EXPECT_THAT(hit.masked, HasSubstr("********"));
    EXPECT_EQ(hit.digest.size(), 16U);
  }
  EXPECT_THAT(found(text), ElementsAre("aws-secret-access-key 1:26", "github-pat 1:74"));
}

TEST(SecretScanner, MasksTheRestOfWhatGoesOn) {
  std::string key = "-----BEGIN PRIVATE KEY-----\\n" + secret_example("{s64}") + "\\n" +
                    secret_example("{s63}") + "\\n-----END PRIVATE KEY-----";
  auto hits = scanner().scan("key.json", "{\"key\": \"" + key + "\"}");
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_THAT(hits[0].masked, Not(HasSubstr(secret_example("{s63}").substr(0, 8))));
}

TEST(SecretScanner, ReadsUtf16) {
  std::string text = "key=" + token() + "\n";
  std::string little = "\xff\xfe";
  std::string big = "\xfe\xff";
  for (char c : text) {
    little += std::string{c, '\0'};
    big += std::string{'\0', c};
  }
  EXPECT_THAT(found(little), ElementsAre("github-pat 1:5"));
  EXPECT_THAT(found(big), ElementsAre("github-pat 1:5"));
  EXPECT_THAT(found(little.substr(2)), ElementsAre("github-pat 1:5"));
  EXPECT_THAT(found(big.substr(2)), ElementsAre("github-pat 1:5"));
}

TEST(SecretScanner, FindsOnlyFixedShapesInBinaryFiles) {
  std::string binary(
      "\x7f"
      "ELF\0\0\0\0",
      8);
  std::string assigned = secret_example("linode_token={h64}");
  EXPECT_THAT(found(binary + assigned), IsEmpty());
  EXPECT_THAT(found(assigned), ElementsAre("linode-token 1:14"));
  EXPECT_THAT(found(binary + token() + std::string(1, '\0')), ElementsAre("github-pat 1:9"));
}

TEST(SecretScanner, KeepsTheRuleThatSaysMost) {
  std::string text = secret_example("api_token = \"") + token() + "\"";
  EXPECT_THAT(found(text), ElementsAre("github-pat 1:14"));
}

TEST(SecretScanner, SuppressesExamplesPlaceholdersAndComments) {
  std::string id = std::string("AKIA") + "IOSFODNN7" + "EXAMPLE";
  EXPECT_THAT(found("id=" + id),
              ElementsAre("aws-access-key-id 1:4 (an example of documentation)"));
  EXPECT_THAT(found("postgres://app:changeme@db/app"),
              ElementsAre("postgres-url 1:16 (a placeholder)"));
  EXPECT_THAT(found("postgres://app:${PASSWORD}@db/app"),
              ElementsAre("postgres-url 1:16 (a placeholder)"));
  EXPECT_THAT(
      found("k=" + token() + " # gitleaks:allow\nk=" + token()),
      ElementsAre("github-pat 1:3 (allowed by `gitleaks:allow` in its line)", "github-pat 2:3"));
  EXPECT_THAT(found("k=" + token() + " // whittle:allow-secret"),
              ElementsAre("github-pat 1:3 (allowed by `whittle:allow-secret` in its line)"));
}

// Whatever the file of compiled patterns holds, the findings are the same.
TEST(SecretScanner, RemembersCompiledPatterns) {
  Result<TempDir> folder = TempDir::make("secrets");
  ASSERT_TRUE(folder.ok());
  SecretRuleSet rules;
  for (const char* id : {"github-pat", "postgres-url", "generic-password"})
    rules.rules.push_back(*default_secret_rules().find(id));
  SecretRule other;  // may match nothing at all: it is not compiled with the others
  other.id = "other";
  other.pattern = "(?:start[a-z0-9]{1,20}end)?";
  rules.rules.push_back(other);
  std::string text = "k=" + token() + " startabc123end postgres://app:s3cr3tPass@db/app";
  auto find = [&] {
    auto made = SecretScanner::make(rules, {folder->path(), SecretEngine::Fastest});
    EXPECT_TRUE(made.ok());
    return found((*made)->scan("app/file", text));
  };
  std::vector<std::string> expected = find();
  EXPECT_EQ(expected.size(), 3U);
  EXPECT_EQ(find(), expected);
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder->path() / "secrets", ignored)) {
    Result<std::string> whole = read_file(entry.path(), 100 << 20);
    ASSERT_TRUE(whole.ok());
    for (const std::string& bad : {std::string(), whole->substr(0, 200), "x" + *whole}) {
      ASSERT_TRUE(write_file_atomic(entry.path(), bad).ok());
      EXPECT_EQ(find(), expected);
    }
  }
}

TEST(SecretScanner, TakesNoWordsForSecrets) {
  for (const char* text : {"password = \"correct horse\"",
                           "token: \"com.example.service.TokenProvider\"",
                           "secret_key_path = /etc/ssl/private/shop1.key",
                           "api_key = os.environ['API_KEY_2']",
                           "apiKey: process.env.STRIPE_KEY_1",
                           "access_token = get_access_token_from_server()",
                           "password=<your-password-here-1>",
                           "password: xxxxxxxxxxxx1",
                           "secret = \"0123456789abcdef\"",
                           "auth_token: \"aaaaaaaa11111111\""}) {
    EXPECT_THAT(found(text), IsEmpty()) << text;
  }
}

TEST(SecretScanner, BoundsWhatOneContentYields) {
  std::string text;
  for (size_t i = 0; i < 1000; ++i) text += "k=" + token() + "\n";
  EXPECT_EQ(scanner().scan("a", text).size(), kMaxHitsPerRule);
}

TEST(SecretScanner, JudgesVariablesByTheirNames) {
  auto of = [](std::string_view name, std::string_view value) {
    return found(scanner().scan_variable(name, value));
  };
  EXPECT_THAT(of("POSTGRES_PASSWORD", "postgres"), ElementsAre("secret-in-variable 1:19"));
  EXPECT_THAT(of("DATABASE_URL", "postgres://a:s3cr3tpw@db/x"), ElementsAre("postgres-url 1:27"));
  EXPECT_THAT(of("GITHUB_TOKEN", token()), ElementsAre("github-pat 1:14"));
  EXPECT_THAT(of("PASSWORD_FILE", "/run/secrets/password"), IsEmpty());
  EXPECT_THAT(of("DB_PASSWORD", "/run/secrets/password"), IsEmpty());
  EXPECT_THAT(of("ALLOW_EMPTY_PASSWORD", "yes"), IsEmpty());
  EXPECT_THAT(of("PATH", "/usr/bin"), IsEmpty());
  EXPECT_THAT(of("API_TOKEN", ""), IsEmpty());
  auto hits = scanner().scan_variable("MYSQL_ROOT_PASSWORD", "hunter");
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_EQ(hits[0].masked, "MYSQL_ROOT_PASSWORD=********");
}

TEST(SecretScanner, FollowsRulesOfAUser) {
  SecretRuleSet set;
  SecretRule rule;
  rule.id = "house";
  rule.pattern = "house-([a-z]+)-(?P<key>[0-9]{4})";
  rule.group = "key";
  rule.path = "\\.conf$";
  rule.keywords = {"house"};
  set.rules.push_back(rule);
  rule.id = "file";
  rule.pattern = "";
  rule.path = "\\.p12$";
  set.rules.push_back(rule);
  set.allow.push_back({"the list", {}, {"^1111$"}, {}, AllowTarget::Secret, false, {"house"}});
  set.allow.push_back({"the block", {}, {"BEGIN[^!]*END"}, {}, AllowTarget::Block, false, {}});
  set.allow.push_back({"both", {"^x/"}, {}, {"9"}, AllowTarget::Secret, true, {}});
  set.skip = {"^skipped/"};
  set.judges_examples = false;
  auto custom = scanner_of(set);
  ASSERT_NE(custom, nullptr);
  auto of = [&](std::string_view path, std::string_view text) {
    return found(custom->scan(path, text));
  };
  EXPECT_THAT(of("a.conf", "house-a-1234"), ElementsAre("house 1:9"));
  EXPECT_THAT(of("a.txt", "house-a-1234"), IsEmpty());
  EXPECT_THAT(of("a.conf", "house-a-1111"), ElementsAre("house 1:9 (allowed by the list)"));
  EXPECT_THAT(of("a.conf", "BEGIN house-a-1234 END house-a-1234"),
              ElementsAre("house 1:15 (allowed by the block)", "house 1:32"));
  EXPECT_THAT(of("x/a.conf", "house-a-1239 house-a-1234"),
              ElementsAre("house 1:9 (allowed by both)", "house 1:22"));
  EXPECT_THAT(of("a.p12", "anything"), ElementsAre("file 0:0"));
  EXPECT_FALSE(custom->is_looked_at("skipped/a"));
  EXPECT_TRUE(custom->is_looked_at("a/skipped/a"));
}

TEST(SecretScanner, RefusesPatternsThatAreNone) {
  SecretRuleSet set;
  SecretRule rule;
  rule.id = "broken";
  rule.pattern = "a(";
  set.rules.push_back(rule);
  auto made = SecretScanner::make(set);
  ASSERT_FALSE(made.ok());
  EXPECT_THAT(made.error().message(), HasSubstr("rule broken"));
  set.rules[0].pattern = "a";
  set.rules[0].group = "7";
  EXPECT_FALSE(SecretScanner::make(set).ok());
}

// Patterns beyond what Hyperscan takes, and ones without an end.
TEST(SecretScanner, FindsTheSameBothWaysWithOddPatterns) {
  SecretRuleSet set;
  for (const char* pattern : {"k[0-9]{3}(?:x|$)",
                              "(?s)A.*?B",
                              "a*",
                              "\\bz+\\b",
                              "(?i)Q[^q]{0,9}Q",
                              "[a-z]{1,300}[0-9]{1,300}[a-z]{1,300}!",
                              "u[^\\s:]{1,9}:",
                              "w[\\S]w\\Sw\\sw",
                              "[]\\v]y\\v",
                              "[[:space:]\\s]x",
                              "j[^\\s-j]{2}j"}) {
    SecretRule rule;
    rule.id = "p" + std::to_string(set.rules.size());
    rule.pattern = pattern;
    set.rules.push_back(rule);
  }
  set.judges_examples = false;
  auto fast = SecretScanner::make(set);
  auto slow = SecretScanner::make(set, {"", SecretEngine::Keywords});
  ASSERT_TRUE(fast.ok() && slow.ok());
  for (const char* text : {"k123x k124 k125",
                           "AxxB A\nB AB",
                           "zz zzz az",
                           "qQ Q12345678qQ",
                           "aaa",
                           "abc123def! abc123def",
                           "u a: u\va: u\ta: ua:",
                           "w\vw\vw w w\tw\vw w waw\vw\vw",
                           "]y\v \vy\v \ny\n \ny\v ]y\n",
                           "\vx \rx",
                           "jABj j-Aj j Aj j\vAj",
                           "k123"}) {
    EXPECT_EQ((*fast)->scan("a", text), (*slow)->scan("a", text)) << text;
  }
}

// Where PCRE and RE2 differ: a vertical tab is a blank for the one and not for the other.
TEST(PlainSpaces, AreWrittenOut) {
  for (const auto& [pattern, expected] : std::vector<std::pair<std::string, std::string>>{
           {R"(a\sb)", R"(a[\t\n\f\r ]b)"},
           {R"([^\s:]\S)", R"([^\t\n\f\r :][\x00-\x08\x0b\x0e-\x1f\x21-\xff])"},
           {R"([\S])", R"([\x00-\x08\x0b\x0e-\x1f\x21-\xff])"},
           {R"([]\s][[:space:]\s]\v)", R"([]\t\n\f\r ][[:space:]\t\n\f\r ]\x0b)"},
           {R"([\s-z][\S-])", R"([\t\n\f\r \-z][\x00-\x08\x0b\x0e-\x1f\x21-\xff\-])"},
           {R"(\\s\[\s\w\])", R"(\\s\[[\t\n\f\r ]\w\])"},
           {R"(\Q\s[\E\s\Q\s)", R"(\Q\s[\E[\t\n\f\r ]\Q\s)"},
           {R"([[:\s\)", R"([[:\t\n\f\r \)"}}) {
    EXPECT_EQ(with_plain_spaces(pattern), expected) << pattern;
  }
}

TEST(SecretScanner, RemembersItsPatterns) {
  auto folder = TempDir::make("secrets");
  ASSERT_TRUE(folder.ok());
  SecretRuleSet set;
  SecretRule rule;
  rule.id = "r";
  rule.pattern = "needle[0-9]";
  set.rules.push_back(rule);
  for (int round = 0; round < 3; ++round) {
    auto scanner = SecretScanner::make(set, {folder->path()});
    ASSERT_TRUE(scanner.ok());
    EXPECT_THAT(found((*scanner)->scan("a", "a needle7")), ElementsAre("r 1:3"));
    if (round != 1) continue;
    for (const auto& entry : fs::recursive_directory_iterator(folder->path())) {
      if (!entry.is_regular_file()) continue;
      ASSERT_TRUE(write_file_atomic(entry.path(), "damaged\nx").ok());
    }
  }
}

TEST(SecretScanner, NamesItsRulesByTheirContent) {
  SecretRuleSet set = default_secret_rules();
  std::string version = version_of(set);
  EXPECT_EQ(version, scanner().version());
  set.rules[0].min_entropy += 1;
  EXPECT_NE(version, version_of(set));
}

TEST(SecretRecords, ComeBackAsTheyWere) {
  std::vector<SecretHit> hits = scanner().scan("a", "x\n\tk=" + token() + "\t\nid=1");
  ASSERT_FALSE(hits.empty());
  EXPECT_EQ(read_hits(write_hits(hits)), hits);
  EXPECT_THAT(read_hits("a\tb\n\n1\t2\t3\t4\t5\t6\t7\nr\tx\t1\td\ts\tm\n"), IsEmpty());
}

TEST(Entropy, IsShannons) {
  EXPECT_DOUBLE_EQ(entropy_of(""), 0);
  EXPECT_DOUBLE_EQ(entropy_of("aaaa"), 0);
  EXPECT_DOUBLE_EQ(entropy_of("ab"), 1);
  EXPECT_DOUBLE_EQ(entropy_of("abcdabcd"), 2);
}

TEST(SecretPaths, TellWhatIsHarmlessAndWhatIsClosed) {
  EXPECT_EQ(why_harmless("usr/share/doc/a/key.pem"), "documentation");
  EXPECT_EQ(why_harmless("app/tests/key.pem"), "data of a test");
  EXPECT_EQ(why_harmless("tests/key.pem"), "data of a test");
  EXPECT_EQ(why_harmless("app/.env.example"), "an example");
  EXPECT_EQ(why_harmless("app/latest/key.pem"), "");
  EXPECT_EQ(why_harmless("app/.env"), "");
  EXPECT_EQ(why_harmless("var/lib/apt/lists/deb.debian.org_Packages"), "an index of packages");
  EXPECT_EQ(why_harmless("var/lib/dpkg/status"), "an index of packages");
  EXPECT_EQ(why_harmless("var/lib/dpkg/info/a.postinst"), "");
  EXPECT_FALSE(may_hold_secrets("a/b.png", 100));
  EXPECT_FALSE(may_hold_secrets("a/b", 3));
  EXPECT_FALSE(may_hold_secrets("a/b", kMaxSearchedBytes + 1));
  EXPECT_TRUE(may_hold_secrets("a.png/b", 100));
  EXPECT_FALSE(may_hold_secrets(std::string_view("\x1f\x8b\x08", 3)));
  EXPECT_TRUE(may_hold_secrets("text"));
}

TEST(SecretExcerpt, CountsLines) {
  LineCounter lines("ab\ncd\n\nx");
  EXPECT_EQ(lines.at(0).column, 1U);
  EXPECT_EQ(lines.at(4).line, 2U);
  EXPECT_EQ(lines.at(4).column, 2U);
  EXPECT_EQ(lines.at(7).line, 4U);
}

}  // namespace

}  // namespace whittle
