// Which distribution an image is, and what the databases say beyond names: licenses, modules.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "packages/catalogued.h"

namespace whittle::test {
namespace {

using testing::ElementsAre;

Distribution distribution_of(const std::vector<TestEntry>& entries) {
  return catalogue({entries}).catalog.distribution;
}

constexpr const char* kBookworm =
    "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\n"
    "VERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\nID=debian\n";

TEST(Distribution, is_what_os_release_says_behind_its_link) {
  Distribution found = distribution_of({{"file usr/lib/os-release", kBookworm},
                                        {"symlink etc/os-release -> ../usr/lib/os-release", ""},
                                        {"file etc/debian_version", "12.5\n"}});
  EXPECT_EQ(found.id, "debian");
  EXPECT_EQ(found.version, "12");
  EXPECT_EQ(found.codename, "bookworm");
  EXPECT_EQ(found.name, "Debian GNU/Linux 12 (bookworm)");
  EXPECT_THAT(found.like, ElementsAre());
}

TEST(Distribution, follows_links_to_links_and_of_folders) {
  Distribution found =
      distribution_of({{"symlink etc/os-release -> /usr/lib/os-release", ""},
                       {"symlink lib -> usr/lib", ""},
                       {"symlink usr/lib/os-release -> /lib/os.release.d/os-release-fedora", ""},
                       {"file usr/lib/os.release.d/os-release-fedora",
                        "# of Fedora\nID='fedora'\nVERSION_ID=40\nPRETTY_NAME=\"A \\\"b\\\"\"\n"}});
  EXPECT_EQ(found.id, "fedora");
  EXPECT_EQ(found.version, "40");
  EXPECT_EQ(found.name, "A \"b\"");
}

TEST(Distribution, of_a_later_layer_replaces_an_earlier_one) {
  Catalogued image = catalogue({{{"file etc/os-release", kBookworm}},
                                {{"file etc/os-release", "ID=rocky\nID_LIKE=\"rhel CentOS\"\n"}}});
  EXPECT_EQ(image.catalog.distribution.id, "rocky");
  EXPECT_EQ(image.catalog.distribution.version, "");
  EXPECT_THAT(image.catalog.distribution.like, ElementsAre("rhel", "centos"));
}

TEST(Distribution, of_alpine_has_the_branch_of_its_repositories) {
  auto branch = [](const std::string& repositories) {
    return distribution_of({{"file etc/os-release", "ID=alpine\nVERSION_ID=3.19.4\n"},
                            {"file etc/apk/repositories", repositories}})
        .branch;
  };
  EXPECT_EQ(branch("https://dl-cdn.alpinelinux.org/alpine/v3.19/main\n"
                   "https://dl-cdn.alpinelinux.org/alpine/v3.19/community\n"),
            "v3.19");
  EXPECT_EQ(branch("http://mirror/v3.18/main/\r\nhttp://mirror/edge/main\n"), "edge");
  EXPECT_EQ(branch("#http://mirror/edge/main\n@edge http://mirror/edge/main\n/media/v3.17/main"),
            "v3.17");
  EXPECT_EQ(branch("/home/builder/packages\n\n"), "");
}

TEST(Distribution, is_found_without_os_release) {
  Distribution found = distribution_of({{"file etc/alpine-release", "3.4.6\n"}});
  EXPECT_EQ(found.id + " " + found.version, "alpine 3.4.6");
  found = distribution_of({{"file etc/centos-release", "CentOS release 6.10 (Final)\n"},
                           {"file etc/redhat-release", "CentOS release 6.10 (Final)\n"}});
  EXPECT_EQ(found.id + " " + found.version, "centos 6.10");
  found = distribution_of(
      {{"file etc/redhat-release", "Red Hat Enterprise Linux Server release 6.9 (Santiago)\n"}});
  EXPECT_EQ(found.id + " " + found.version, "rhel 6.9");
  found = distribution_of({{"file etc/debian_version", "9.13\n"}});
  EXPECT_EQ(found.id + " " + found.version + " " + found.codename, "debian 9 stretch");
}

TEST(Distribution, of_debian_testing_has_the_number_it_will_get) {
  Distribution found = distribution_of(
      {{"file etc/os-release", "ID=debian\n"}, {"file etc/debian_version", "trixie/sid\n"}});
  EXPECT_EQ(found.version + " " + found.codename, "13 trixie");
}

TEST(Distribution, of_nothing_is_none) {
  EXPECT_EQ(distribution_of({{"file etc/hosts", ""}}), Distribution());
  EXPECT_EQ(distribution_of({{"symlink etc/os-release -> os-release", ""}}), Distribution());
}

TEST(Licenses, of_python_are_the_most_exact_form_there_is) {
  auto licenses = [](const std::string& fields) {
    return catalogue(
               {{{"file usr/lib/a-1.dist-info/METADATA",
                  "Metadata-Version: 2.4\nName: a\nVersion: 1\n" + fields + "\nLicense: no"}}})
        .package("a")
        .licenses;
  };
  EXPECT_THAT(licenses("License: Apache\nLicense-Expression: Apache-2.0 OR MIT\n"),
              ElementsAre("Apache-2.0 OR MIT"));
  EXPECT_THAT(licenses("License: BSD 3-Clause\nClassifier: License :: OSI Approved\n"),
              ElementsAre("BSD 3-Clause"));
  EXPECT_THAT(licenses("License: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License\n"
                       "Classifier: Topic :: X\nClassifier: License :: Public Domain\n"),
              ElementsAre("MIT License", "Public Domain"));
  EXPECT_THAT(licenses("License: UNKNOWN\n"), ElementsAre());
}

TEST(Owner, is_the_package_of_the_system_that_brought_the_record) {
  Catalogued image = catalogue(
      {{{"file var/lib/dpkg/status",
         "Package: python3-six\nStatus: install ok installed\nVersion: 1.16.0-4\n"},
        {"file var/lib/dpkg/info/python3-six.list", "/usr/lib/six-1.16.0.dist-info/METADATA\n"},
        {"file usr/lib/six-1.16.0.dist-info/METADATA", "Name: six\nVersion: 1.16.0\n"},
        {"file opt/lib/six-1.17.0.dist-info/METADATA", "Name: six\nVersion: 1.17.0\n"}}});
  ASSERT_THAT(image.packages(),
              ElementsAre("deb python3-six 1.16.0-4", "pypi six 1.16.0", "pypi six 1.17.0"));
  EXPECT_EQ(image.catalog.packages[0].owner, kNoPackage);
  EXPECT_EQ(image.catalog.packages[1].owner, 0U);
  EXPECT_EQ(image.catalog.packages[2].owner, kNoPackage);
}

TEST(Licenses, of_node_are_a_string_an_object_or_a_list) {
  auto licenses = [](const std::string& member) {
    return catalogue(
               {{{"file a/node_modules/b/package.json",
                  "{\"name\": \"b\", \"repository\": {\"type\": \"git\", \"license\": \"no\"}, " +
                      member + ", \"version\": \"1\"}"}}})
        .package("b")
        .licenses;
  };
  EXPECT_THAT(licenses(R"j("license": "(MIT OR Apache-2.0)")j"),
              ElementsAre("(MIT OR Apache-2.0)"));
  EXPECT_THAT(licenses(R"("license": {"url": "x", "type": "BSD"})"), ElementsAre("BSD"));
  EXPECT_THAT(licenses(R"("licenses": [{"type": "MIT"}, {"type": "X11"}])"), ElementsAre("MIT"));
  EXPECT_THAT(licenses(R"("licenses": [], "license": [1, {"type": "x"}])"), ElementsAre());
}

}  // namespace
}  // namespace whittle::test
