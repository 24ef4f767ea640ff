// What is parsed on the way to a registry: names, challenges, auth files, retry headers, ranges.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "image/sources/base64.h"
#include "image/sources/registry_auth.h"
#include "image/sources/registry_credentials.h"
#include "image/sources/registry_http.h"
#include "image/sources/registry_reference.h"

namespace whittle {
namespace {

using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

const std::string kDigest = "sha256:" + std::string(64, 'a');

std::string full(std::string_view text) {
  Result<RegistryReference> reference = parse_registry_reference(text);
  return reference.ok() ? reference->name() : "";
}

TEST(RegistryReference, IsFilledIn) {
  EXPECT_EQ(full("debian"), "docker.io/library/debian:latest");
  EXPECT_EQ(full("debian:12-slim"), "docker.io/library/debian:12-slim");
  EXPECT_EQ(full("team/app"), "docker.io/team/app:latest");
  EXPECT_EQ(full("docker.io/debian"), "docker.io/library/debian:latest");
  EXPECT_EQ(full("index.docker.io/team/app:1"), "docker.io/team/app:1");
  EXPECT_EQ(full("localhost/app"), "localhost/app:latest");
  EXPECT_EQ(full("localhost:5000/app"), "localhost:5000/app:latest");
  EXPECT_EQ(full("Registry.Example/a/b/c:V1"), "registry.example/a/b/c:V1");
  EXPECT_EQ(full("registry.example:443/a"), "registry.example/a:latest");
  EXPECT_EQ(full("[::1]:5000/app:1"), "[::1]:5000/app:1");
  EXPECT_EQ(full("docker://quay.io/a/b"), "quay.io/a/b:latest");
  EXPECT_EQ(full("//quay.io/a/b"), "quay.io/a/b:latest");
  EXPECT_EQ(full("app@" + kDigest), "docker.io/library/app@" + kDigest);
  EXPECT_EQ(full("app:1@" + kDigest), "docker.io/library/app:1@" + kDigest);
  EXPECT_EQ(full("a__b/c---d.e"), "docker.io/a__b/c---d.e:latest");
  EXPECT_EQ(parse_registry_reference("app:1@" + kDigest)->version(), kDigest);
  EXPECT_EQ(parse_registry_reference("app:1")->version(), "1");
}

TEST(RegistryReference, SaysWhatIsNoName) {
  for (std::string bad : {"",
                          "App",
                          "Team/app",
                          "a//b",
                          "a/",
                          "/a",
                          "a..b",
                          "a___b",
                          "-a",
                          "a-",
                          "a:",
                          "a:.x",
                          "a@sha256:12",
                          "a b",
                          "a\nb",
                          "host:99999/a",
                          "host:/a",
                          "ho_st.x/a",
                          "[::1/a",
                          "a:1:2",
                          "a@"
                          "x"}) {
    Result<RegistryReference> reference = parse_registry_reference(bad);
    ASSERT_FALSE(reference.ok()) << bad;
    EXPECT_EQ(reference.error().kind(), ErrorKind::Usage);
    EXPECT_THAT(reference.error().message(), testing::Not(HasSubstr("\n")));
  }
  EXPECT_FALSE(parse_registry_reference("a:" + std::string(129, 't')).ok());
  EXPECT_TRUE(parse_registry_reference("a:" + std::string(128, 't')).ok());
  EXPECT_FALSE(parse_registry_reference(std::string(256, 'a')).ok());
}

TEST(RegistryChallenge, IsTakenApart) {
  auto found = parse_challenges(
      "Bearer realm=\"https://auth.example/token\",service=\"a, \\\"b\\\"\" , scope=x:y:z, "
      "Basic realm=\"c\", Negotiate");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].scheme, "bearer");
  EXPECT_THAT(found[0].params,
              UnorderedElementsAre(Pair("realm", "https://auth.example/token"),
                                   Pair("service", "a, \"b\""),
                                   Pair("scope", "x:y:z")));
  EXPECT_EQ(found[1].scheme, "basic");
  EXPECT_EQ(found[1].param("realm"), "c");
  EXPECT_EQ(found[2].scheme, "negotiate");
  EXPECT_TRUE(parse_challenges("").empty());
  EXPECT_TRUE(parse_challenges(",,= \"").empty());
  EXPECT_EQ(parse_challenges("Basic realm=\"open")[0].param("realm"), "open");
}

TEST(RegistryToken, IsReadFromBothSpellings) {
  Limits limits;
  auto token = parse_token_answer(R"({"token":"t","access_token":"u","expires_in":300})", limits);
  EXPECT_EQ(token->token, "t");
  EXPECT_EQ(token->expires_in_seconds, 300U);
  EXPECT_EQ(parse_token_answer(R"({"access_token":"u"})", limits)->token, "u");
  EXPECT_EQ(parse_token_answer(R"({"access_token":"u"})", limits)->expires_in_seconds, 60U);
  EXPECT_EQ(parse_token_answer(R"({"token":"t","expires_in":-1e300})", limits)->token, "t");
  for (const char* bad :
       {"{}", "[]", "", R"({"token":""})", R"({"token":"a\r\nX: y"})", R"({"token":5})"}) {
    EXPECT_FALSE(parse_token_answer(bad, limits).ok()) << bad;
  }
}

AuthEntry entry(const std::string& text,
                std::string_view host = "docker.io",
                std::string_view repository = "team/app") {
  Result<AuthEntry> found = read_auth_entry(text, host, repository, Limits());
  EXPECT_TRUE(found.ok()) << found.error().message();
  return found.ok() ? *found : AuthEntry();
}

std::string auths(const std::string& key, const std::string& user) {
  return "{\"auths\":{\"" + key + "\":{\"auth\":\"" + encode_base64(user + ":pw") + "\"}}}";
}

TEST(RegistryCredentials, FitByHostAndPath) {
  for (const char* key : {"https://index.docker.io/v1/",
                          "index.docker.io",
                          "docker.io",
                          "https://docker.io",
                          "registry-1.docker.io"}) {
    EXPECT_EQ(entry(auths(key, "u")).credentials.username, "u") << key;
    EXPECT_EQ(entry(auths(key, "u")).credentials.password, "pw");
  }
  for (const char* key : {"h.example:5000",
                          "https://h.example:5000/v2/",
                          "H.example:5000/team",
                          "h.example:5000/team/app"}) {
    EXPECT_EQ(entry(auths(key, "u"), "h.example:5000").credentials.username, "u") << key;
  }
  for (const char* key :
       {"h.example", "example:5000", "h.example:5000/tea", "h.example:5000/team/app/x"}) {
    EXPECT_TRUE(entry(auths(key, "u"), "h.example:5000").credentials.is_empty()) << key;
  }
  std::string several =
      "{\"auths\":{\"h.example\":{\"username\":\"a\",\"password\":\"1\"},"
      "\"h.example/team\":{\"username\":\"b\",\"password\":\"2\"}}}";
  EXPECT_EQ(entry(several, "h.example").credentials.username, "b");
  EXPECT_EQ(entry(several, "h.example", "other/app").credentials.username, "a");
}

TEST(RegistryCredentials, HelpersComeBeforeTheFile) {
  std::string text =
      R"({"credsStore":"store","credHelpers":{"h.example":"own"},"auths":{"docker.io":{}}})";
  EXPECT_EQ(entry(text).helper, "store");
  EXPECT_EQ(entry(text, "h.example").helper, "own");
  EXPECT_FALSE(read_auth_entry(R"({"credsStore":"../../bin/sh"})", "h", "r", Limits()).ok());
  Result<Credentials> token =
      parse_helper_answer(R"({"Username":"<token>","Secret":"s"})", Limits());
  EXPECT_EQ(token->identity_token, "s");
  EXPECT_EQ(token->username, "");
  EXPECT_FALSE(parse_helper_answer("not json", Limits()).ok());
}

TEST(RegistryCredentials, AFileOfAnotherShapeIsAnError) {
  EXPECT_TRUE(entry("").credentials.is_empty());
  EXPECT_TRUE(entry("{}").credentials.is_empty());
  for (const char* bad : {"[]",
                          "{",
                          R"({"auths":[]})",
                          R"({"auths":{"docker.io":{"auth":"%%"}}})",
                          R"({"auths":{"docker.io":{"auth":"YQ=="}}})"}) {
    EXPECT_FALSE(read_auth_entry(bad, "docker.io", "a/b", Limits()).ok()) << bad;
  }
}

TEST(RegistryHttp, ReadsRetryAfter) {
  EXPECT_EQ(parse_retry_after("120", 0), 120'000U);
  EXPECT_EQ(parse_retry_after("Wed, 21 Oct 2015 07:28:00 GMT", 1'445'412'475), 5'000U);
  EXPECT_EQ(parse_retry_after("Wed, 21 Oct 2015 07:28:00 GMT", 1'445'412'485), 0U);
  EXPECT_FALSE(parse_retry_after("soon", 0));
  EXPECT_FALSE(parse_retry_after("", 0));
  EXPECT_FALSE(parse_retry_after("-5", 0));
  EXPECT_EQ(backoff_ms(1), 200U);
  EXPECT_EQ(backoff_ms(4), 1'600U);
  EXPECT_EQ(backoff_ms(1'000), 60'000U);
}

TEST(RegistryHttp, ReadsContentRanges) {
  auto range = parse_content_range("bytes 5-9/20");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->first, 5U);
  EXPECT_EQ(range->last, 9U);
  EXPECT_EQ(range->total, 20U);
  EXPECT_FALSE(parse_content_range("bytes 0-0/*")->total);
  for (const char* bad : {"",
                          "bytes",
                          "bytes 9-5/20",
                          "bytes -5/20",
                          "bytes */20",
                          "items 1-2/3",
                          "bytes 1-2",
                          "bytes 1-2/x"}) {
    EXPECT_FALSE(parse_content_range(bad)) << bad;
  }
}

}  // namespace
}  // namespace whittle
