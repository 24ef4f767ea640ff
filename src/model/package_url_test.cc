// Expectations worked by hand from the specification's rules and its definitions of types.
#include "model/package_url.h"

#include <gtest/gtest.h>

namespace whittle {
namespace {

Package package(std::string type, std::string name, std::string version, std::string arch = "") {
  Package result;
  result.type = std::move(type);
  result.name = std::move(name);
  result.version = std::move(version);
  result.architecture = std::move(arch);
  return result;
}

Distribution distribution(std::string id, std::string version) {
  Distribution result;
  result.id = std::move(id);
  result.version = std::move(version);
  return result;
}

std::string url_of(const Package& package, const Distribution& distribution = {}) {
  return package_url(package, distribution);
}

TEST(PackageUrl, system_packages_are_named_after_the_distribution) {
  EXPECT_EQ(url_of(package("deb", "libstdc++6", "1:12.2.0-14~deb12u1", "amd64"),
                   distribution("debian", "12")),
            "pkg:deb/debian/libstdc%2B%2B6@1:12.2.0-14~deb12u1?arch=amd64&distro=debian-12");
  EXPECT_EQ(url_of(package("apk", "musl", "1.2.4_git20230717-r4", "x86_64"),
                   distribution("alpine", "3.19.4")),
            "pkg:apk/alpine/musl@1.2.4_git20230717-r4?arch=x86_64&distro=alpine-3.19.4");
  EXPECT_EQ(url_of(package("rpm", "openssl-libs", "1:3.0.7-27.el9", "x86_64"),
                   distribution("rhel", "9.4")),
            "pkg:rpm/redhat/openssl-libs@3.0.7-27.el9?arch=x86_64&distro=rhel-9.4&epoch=1");
  EXPECT_EQ(url_of(package("rpm", "NetworkManager", "1.0-1"), distribution("fedora", "40")),
            "pkg:rpm/fedora/NetworkManager@1.0-1?distro=fedora-40");
  EXPECT_EQ(url_of(package("deb", "curl", "7")), "pkg:deb/curl@7");
}

TEST(PackageUrl, each_type_spells_names_its_way) {
  EXPECT_EQ(url_of(package("npm", "@Angular/animation", "12.3.1")),
            "pkg:npm/%40angular/animation@12.3.1");
  EXPECT_EQ(url_of(package("pypi", "Django_package", "1.11.1.dev1")),
            "pkg:pypi/django-package@1.11.1.dev1");
  EXPECT_EQ(url_of(package("golang", "github.com/Masterminds/semver/v3", "v3.2.1+incompatible")),
            "pkg:golang/github.com/masterminds/semver/v3@v3.2.1%2Bincompatible");
  EXPECT_EQ(url_of(package("golang", "stdlib", "1.22.1")), "pkg:golang/stdlib@1.22.1");
  EXPECT_EQ(url_of(package("maven", "org.apache.xmlgraphics:batik-anim", "1.9.1")),
            "pkg:maven/org.apache.xmlgraphics/batik-anim@1.9.1");
  EXPECT_EQ(url_of(package("maven", "batik-anim", "1.9.1")), "pkg:maven/batik-anim@1.9.1");
  EXPECT_EQ(url_of(package("composer", "Laravel/Framework", "5.5.0")),
            "pkg:composer/laravel/framework@5.5.0");
  EXPECT_EQ(url_of(package("gem", "jruby-launcher", "1.1.2", "java")),
            "pkg:gem/jruby-launcher@1.1.2?platform=java");
  EXPECT_EQ(url_of(package("nuget", "EnterpriseLibrary.Common", "6.0.1304")),
            "pkg:nuget/EnterpriseLibrary.Common@6.0.1304");
  EXPECT_EQ(url_of(package("conda", "absl-py", "0.4.1", "linux-64")),
            "pkg:conda/absl-py@0.4.1?subdir=linux-64");
  EXPECT_EQ(url_of(package("generic", "a b", "1/2@3?4#5%é")),
            "pkg:generic/a%20b@1%2F2%403%3F4%235%25%C3%A9");
}

TEST(PackageUrl, reads_what_is_not_canonical) {
  std::optional<PackageUrl> url =
      parse_package_url("PKG://NPM/%40Angular/http@1.0%2Bx?B=2&a=x%20y&empty=#/src/./../a/");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->type, "npm");
  EXPECT_EQ(url->name_space, "@angular");
  EXPECT_EQ(url->name, "http");
  EXPECT_EQ(url->version, "1.0+x");
  EXPECT_EQ(url->qualifiers, (std::map<std::string, std::string>{{"a", "x y"}, {"b", "2"}}));
  EXPECT_EQ(url->subpath, "src/a");
  EXPECT_EQ(to_string(*url), "pkg:npm/%40angular/http@1.0%2Bx?a=x%20y&b=2#src/a");
  url = parse_package_url("pkg:npm/a?x#y=1&2=3&=4&a b=5&k.e-y_1=6");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->subpath, "y=1&2=3&=4&a b=5&k.e-y_1=6");
  url = parse_package_url("pkg:npm/a?x#y=1&2=3&=4&a b=5&k.e-y_1=6&c%64=7#");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->qualifiers, (std::map<std::string, std::string>{{"k.e-y_1", "6"}}));
  url = parse_package_url("pkg:golang/a%2Fb%2F/c/n%2Fm@1#x%2F/..%2F%2e%2e/y");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->name_space, "a/b/c");
  EXPECT_EQ(url->name, "n/m");
  EXPECT_EQ(url->subpath, "x/y");
  url = parse_package_url("pkg:npm/@scope/name");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->name_space, "@scope");
  EXPECT_EQ(url->name, "name");
  EXPECT_EQ(url->version, "");
}

TEST(PackageUrl, what_is_none_is_none) {
  for (const char* text :
       {"", "pkg", "pkg:", "pkg:npm", "pkg:npm/", "npm/foo", "pkg:1a/foo", "pkg:n&m/foo"})
    EXPECT_FALSE(parse_package_url(text)) << text;
}

TEST(PackageUrl, a_package_comes_back) {
  Distribution debian = distribution("debian", "12");
  Distribution leap = distribution("opensuse-leap", "15.6");
  for (const auto& [one, where] : std::vector<std::pair<Package, Distribution>>{
           {package("deb", "bash", "5.2.15-2+b7", "amd64"), debian},
           {package("rpm", "bash", "2:4.4-1", "noarch"), leap},
           {package("npm", "@a/b", "1.0.0"), {}},
           {package("maven", "org.x:y", "1"), {}},
           {package("golang", "golang.org/x/net", "v0.1.0"), {}},
           {package("generic", "nginx", "1.25"), {}}}) {
    std::optional<PackageUrl> url = parse_package_url(package_url(one, where));
    ASSERT_TRUE(url);
    EXPECT_EQ(package_of(*url), one);
    EXPECT_EQ(distribution_of(*url), where);
  }
}

}  // namespace
}  // namespace whittle
