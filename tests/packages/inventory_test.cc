// What programs, archives and the records of languages say, with hand-made inputs; and that foreign
// ones cost neither memory nor time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "packages/binaries.h"
#include "packages/catalogued.h"

namespace whittle::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr uint8_t kInventory = kPackageDatabases | kPackageInventory;

Catalogued inventory(const std::vector<TestEntry>& entries) {
  return catalogue({entries}, kInventory);
}

std::string go_text(std::string_view text) {  // with a size below 16384 in front
  std::string size{static_cast<char>((text.size() & 0x7f) | 0x80),
                   static_cast<char>(text.size() >> 7)};
  return size + std::string(text);
}

std::string go_program(std::string_view version, const std::string& modules) {
  std::string sentinel(16, 's');
  std::string header = "\xff Go buildinf:" + std::string("\0\2", 2) + std::string(16, '\0');
  return elf_with(".go.buildinfo",
                  header + go_text(version) + go_text(sentinel + modules + sentinel));
}

TEST(Programs, of_go_name_their_modules) {
  Catalogued image =
      inventory({{"program usr/local/bin/shop",
                  go_program("go1.22.1 X:loopvar",
                             "path\texample.com/shop/cmd\nmod\texample.com/shop\t(devel)\t\n"
                             "dep\tgolang.org/x/text\tv0.14.0\th1:x=\n"
                             "dep\tgithub.com/a/b\tv1.0.0\n=>\tgithub.com/c/b\tv1.0.1\th1:y=\n"
                             "dep\tgithub.com/d/e\tv2.0.0+incompatible\n=>\t./e\t\n"
                             "build\t-ldflags=\"-s -X main.version=v1.4.2\"\n")}});
  EXPECT_THAT(image.packages(),
              ElementsAre("golang ./e ",
                          "golang example.com/shop v1.4.2",
                          "golang github.com/c/b v1.0.1",
                          "golang golang.org/x/text v0.14.0",
                          "golang stdlib 1.22.1"));
  EXPECT_EQ(image.owner(0, "usr/local/bin/shop"), "example.com/shop");
}

TEST(Programs, of_old_go_have_addresses_of_their_texts) {
  std::string modules = std::string(16, 's') + "mod\ta\tv1.2.3\n" + std::string(16, 's');
  std::string header = "\xff Go buildinf:" + std::string("\x8\0", 2);
  // Behind the header two strings (address, size), then their texts; all begins at 0x1000.
  std::string content = header + little(0x1020, 8) + little(0x1030, 8) + little(0x1040, 8) +
                        little(8, 8) + little(0x1048, 8) + little(modules.size(), 8) + "go1.13.5" +
                        modules;
  Catalogued image = inventory({{"program app", elf_with(".data", content)}});
  EXPECT_THAT(image.packages(), ElementsAre("golang a v1.2.3", "golang stdlib 1.13.5"));
}

TEST(Programs, of_rust_name_their_crates) {
  std::string audit = zlib_stored(
      R"({"packages": [{"name": "adler", "version": "1.0.2", "source": "crates.io"},
          {"name": "cc", "version": "1.0.0", "source": "crates.io", "kind": "build"},
          {"name": "shop", "version": "0.3.0", "source": "local", "root": true}]})");
  Catalogued image = inventory({{"program bin/shop", elf_with(".dep-v0", audit)}});
  EXPECT_THAT(image.packages(), ElementsAre("cargo adler 1.0.2", "cargo shop 0.3.0"));
  EXPECT_EQ(image.owner(0, "bin/shop"), "shop");
  EXPECT_THAT(inventory({{"program a", elf_with(".dep-v0", audit.substr(0, 40))}}).packages(),
              IsEmpty());
}

std::string note(const std::string& json) {
  return little(4, 4) + little(json.size(), 4) + little(0xcafe1a7e, 4) + std::string("FDO\0", 4) +
         json;
}

TEST(Programs, say_which_package_they_were_built_for) {
  std::string json =
      R"({"type":"deb","os":"debian","name":"coreutils","version":"9.1-1","architecture":"amd64"})";
  Catalogued image = inventory({{"program bin/ls", elf_with(".note.package", note(json))},
                                {"program bin/cp", elf_with(".note.package", note(json))}});
  EXPECT_THAT(image.packages(), ElementsAre("deb coreutils 9.1-1"));
  EXPECT_EQ(image.owner(0, "bin/ls"), "coreutils");
  EXPECT_EQ(image.owner(0, "bin/cp"), "coreutils");
}

TEST(Programs, that_are_well_known_tell_their_version) {
  auto version = [](const std::string& path, std::string text) {
    return inventory({{"program " + path, elf_with(".rodata", text)}}).packages();
  };
  using namespace std::string_literals;
  EXPECT_THAT(version("bin/busybox", "BusyBox v1.36.1 (2023-05-18)\0"s),
              ElementsAre("generic busybox 1.36.1"));
  EXPECT_THAT(version("bin/[", "BusyBox v1.36.1 (2023-05-18)\0"s),
              ElementsAre("generic busybox 1.36.1"));
  EXPECT_THAT(version("usr/sbin/nginx", "nginx/%s\0nginx/1.25.3\0"s),
              ElementsAre("generic nginx 1.25.3"));
  EXPECT_THAT(version("usr/bin/node", "https://x.org/download/release/v18.19.0/node-v18.19.0\0"s),
              ElementsAre("generic node 18.19.0"));
  EXPECT_THAT(version("opt/libcrypto.so.1.1", "OpenSSL 1.1.1w  11 Sep 2023\0"s),
              ElementsAre("generic openssl 1.1.1w"));
  EXPECT_THAT(inventory({{"file opt/libcrypto.so.3", elf_with(".rodata", "OpenSSL 3.0.2 15 Mar")}})
                  .packages(),
              ElementsAre("generic openssl 3.0.2"));
  EXPECT_THAT(version("usr/bin/python3.11", "x\0003.11.2\0"s),
              ElementsAre("generic python 3.11.2"));
  EXPECT_THAT(version("bin/mariadbd", "5.5.5-10.11.6-MariaDB-1\0"s),
              ElementsAre("generic mariadb 10.11.6"));
  EXPECT_THAT(version("bin/nginxlike", "nginx/1.25.3\0"s), IsEmpty());
  EXPECT_THAT(version("bin/haproxy", "since HAProxy version 2.5.\0"s), IsEmpty());
}

TEST(Programs, of_the_system_need_no_versions_and_mark_modules) {
  std::string go = go_program("go1.20", "mod\texample.com/x\tv1.0.0\n");
  Catalogued image = inventory(
      {{"file var/lib/dpkg/status", "Package: tools\nStatus: install ok installed\nVersion: 1\n"},
       {"file var/lib/dpkg/info/tools.list", "/usr/bin/x\n/usr/sbin/nginx\n"},
       {"program usr/bin/x", go},
       {"program usr/sbin/nginx", elf_with(".rodata", std::string("nginx/1.25.3\0", 13))}});
  EXPECT_THAT(image.packages(),
              ElementsAre("deb tools 1", "golang example.com/x v1.0.0", "golang stdlib 1.20"));
  EXPECT_EQ(image.package("example.com/x").owner, 0U);
  EXPECT_EQ(image.owner(0, "usr/bin/x"), "tools");
}

TEST(Programs, are_no_files_that_other_sets_ask_for) {
  std::string elf = elf_with(".rodata", std::string("nginx/1.25.3\0", 13));
  EXPECT_THAT(
      inventory({{"file app/requirements.txt", elf}, {"program app/go.mod", elf}}).packages(),
      IsEmpty());
  EXPECT_THAT(catalogue({{{"program app/nginx", elf}, {"program app/go.mod", elf}}},
                        kInventory | kPackageLockfiles)
                  .packages(),
              ElementsAre("generic nginx 1.25.3"));
}

TEST(Programs, are_only_looked_at_for_an_inventory) {
  std::vector<TestEntry> entries = {{"program x", go_program("go1.20", "mod\ta\tv1.0.0\n")}};
  EXPECT_THAT(catalogue({entries}).packages(), IsEmpty());
  EXPECT_THAT(inventory({{"file x", entries[0].content}}).packages(), IsEmpty());
}

std::string properties(const std::string& group,
                       const std::string& name,
                       const std::string& version) {
  return "#Generated\r\ngroupId=" + group + "\r\nartifactId=" + name + "\r\nversion=" + version +
         "\r\n";
}

TEST(Java, archives_hold_maven_coordinates) {
  std::string jar = zip_of(
      {{"META-INF/maven/org.shaded/lib/pom.properties", properties("org.shaded", "lib", "0.1")},
       {"META-INF/maven/org.x/app/pom.properties", properties("org.x", "app", "2.0")}});
  Catalogued image = inventory({{"file opt/app-2.0.jar", jar}});
  EXPECT_THAT(image.packages(), ElementsAre("maven org.shaded:lib 0.1", "maven org.x:app 2.0"));
  EXPECT_EQ(image.owner(0, "opt/app-2.0.jar"), "org.x:app");
}

TEST(Java, archives_without_them_have_a_manifest_or_a_name) {
  auto packages = [](const std::string& path, const std::string& manifest) {
    return inventory(
               {{"file " + path, zip_of({{"META-INF/MANIFEST.MF", manifest}, {"A.class", "x"}})}})
        .packages();
  };
  EXPECT_THAT(packages("commons-io-2.11.0.jar", "Manifest-Version: 1.0\r\n"),
              ElementsAre("maven commons-io 2.11.0"));
  EXPECT_THAT(packages("commons-io.jar",
                       "Bundle-SymbolicName: org.apache.com\r\n mons.commons-io;x=1\r\n"
                       "Bundle-Version: 2.11.0\r\n"),
              ElementsAre("maven org.apache.commons:commons-io 2.11.0"));
  EXPECT_THAT(
      packages("core.jar", "Implementation-Vendor-Id: org.x\nImplementation-Version: 3.1\n"),
      ElementsAre("maven org.x:core 3.1"));
  EXPECT_THAT(packages("app.jar", "Main-Class: A\n"), IsEmpty());
}

TEST(Java, archives_lie_in_archives) {
  std::string inner =
      zip_of({{"META-INF/maven/g/inner/pom.properties", properties("g", "inner", "1")}});
  std::string war = zip_of({{"WEB-INF/lib/inner-1.jar", inner}, {"WEB-INF/lib/bad-2.jar", "PK"}});
  EXPECT_THAT(inventory({{"file shop.war", war}}).packages(), ElementsAre("maven g:inner 1"));
  std::string deep = inner;
  for (int i = 0; i < 4; ++i) deep = zip_of({{"a.jar", deep}});
  EXPECT_THAT(inventory({{"file deep.jar", deep}}).packages(), ElementsAre("maven g:inner 1"));
  EXPECT_THAT(inventory({{"file deep.jar", zip_of({{"a.jar", deep}})}}).packages(), IsEmpty());
}

TEST(Java, archives_that_claim_too_much_are_not_unpacked) {
  std::string bomb =
      zip_of({{"META-INF/maven/g/a/pom.properties", "x"}, {"b.jar", "y"}}, 0xfffffff0, 8);
  EXPECT_THAT(inventory({{"file bomb-1.0.jar", bomb}}).packages(), ElementsAre("maven bomb 1.0"));
  for (size_t size = 0; size < bomb.size(); size += 7)
    inventory({{"file cut.jar", bomb.substr(0, size)}});
}

TEST(Java, archives_that_lie_in_themselves_end) {
  // Every name leads to one and the same archive, which is made in the same way, and so on.
  std::string archive = zip_of({{"A.class", "x"}});
  for (int depth = 0; depth < 4; ++depth) {
    std::string one = std::string("PK\3\4", 4) + little(20, 2) + little(0, 12) +
                      little(archive.size(), 4) + little(archive.size(), 4) + little(5, 2) +
                      little(0, 2) + "a.jar" + archive;
    std::string entry = std::string("PK\1\2", 4) + little(20, 2) + little(20, 2) + little(0, 12) +
                        little(archive.size(), 4) + little(archive.size(), 4) + little(5, 2) +
                        little(0, 16) + "a.jar";
    std::string directory;
    for (int i = 0; i < 1'000; ++i) directory += entry;
    archive = one + directory + std::string("PK\5\6", 4) + little(0, 8) +
              little(directory.size(), 4) + little(one.size(), 4) + little(0, 2);
  }
  auto begin = std::chrono::steady_clock::now();
  EXPECT_THAT(inventory({{"file a-1.jar", archive}}).packages(), ElementsAre("maven a 1"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

TEST(Ruby, gems_have_a_specification_and_own_their_folder) {
  Catalogued image = inventory(
      {{"file var/lib/gems/3.1.0/specifications/rack-3.0.8.gemspec",
        "# -*- encoding: utf-8 -*-\n# stub: rack 3.0.8 ruby lib\n\nGem::Specification.new do |s|\n"
        "  s.name = \"rack\".freeze\n  s.licenses = [\"MIT\".freeze, \"X11\".freeze]\nend\n"},
       {"file var/lib/gems/3.1.0/specifications/default/json-2.6.1.gemspec", "Gem"},
       {"file var/lib/gems/3.1.0/specifications/nokogiri-1.15.4-x86_64-linux.gemspec",
        "# stub: nokogiri 1.15.4 x86_64-linux lib\n"},
       {"file var/lib/gems/3.1.0/gems/rack-3.0.8/lib/rack.rb", "x"},
       {"file var/lib/gems/3.1.0/gems/rack-3.0.8/rack.gemspec", "x"}});
  EXPECT_THAT(image.packages(),
              ElementsAre("gem json 2.6.1", "gem nokogiri 1.15.4", "gem rack 3.0.8"));
  EXPECT_EQ(image.package("nokogiri").architecture, "x86_64-linux");
  EXPECT_THAT(image.package("rack").licenses, ElementsAre("MIT", "X11"));
  EXPECT_EQ(image.owner(0, "var/lib/gems/3.1.0/gems/rack-3.0.8/lib/rack.rb"), "rack");
}

TEST(Php, packages_of_both_forms_of_composer) {
  std::string record = R"({"name": "monolog/monolog", "version": "3.5.0", "license": ["MIT"]})";
  for (const std::string& text : {"[" + record + "]", "{\"packages\": [" + record + ", 1]}"}) {
    Catalogued image = inventory({{"file app/vendor/composer/installed.json", text},
                                  {"file app/vendor/monolog/monolog/src/Logger.php", "x"}});
    EXPECT_THAT(image.packages(), ElementsAre("composer monolog/monolog 3.5.0"));
    EXPECT_THAT(image.package("monolog/monolog").licenses, ElementsAre("MIT"));
    EXPECT_EQ(image.owner(0, "app/vendor/monolog/monolog/src/Logger.php"), "monolog/monolog");
  }
  EXPECT_THAT(inventory({{"file vendor/composer/installed.json", "{"}}).catalog.problems,
              ElementsAre("cannot read vendor/composer/installed.json: no list of packages"));
}

TEST(Conda, packages_own_the_files_of_their_environment) {
  Catalogued image = inventory(
      {{"file opt/conda/conda-meta/zlib-1.2.13-h5eee18b_0.json",
        R"({"name": "zlib", "version": "1.2.13", "build": "h5eee18b_0", "subdir": "linux-64",
                      "license": "Zlib", "files": ["lib/libz.so.1", "gone"]})"},
       {"file opt/conda/lib/libz.so.1", "x"},
       {"file opt/conda/conda-meta/history", "x"}});
  EXPECT_THAT(image.packages(), ElementsAre("conda zlib 1.2.13"));
  EXPECT_EQ(image.owner(0, "opt/conda/lib/libz.so.1"), "zlib");
}

TEST(Bitnami, components_have_an_inventory_and_own_their_folder) {
  Catalogued image = inventory({{"file opt/bitnami/nginx/.spdx-nginx.spdx",
                                 R"({"spdxVersion": "SPDX-2.3", "packages": [
            {"name": "nginx", "versionInfo": "1.25.3-2", "externalRefs": [
              {"referenceType": "purl", "referenceLocator": "pkg:bitnami/nginx@1.25.3-2?arch=amd64&distro=debian-11"}]},
            {"name": "x", "versionInfo": "1.0.0", "externalRefs": [
              {"referenceType": "purl", "referenceLocator": "pkg:golang/example.org/x@1.0.0"}]}]})"},
                                {"file opt/bitnami/nginx/sbin/nginx", "x"},
                                {"file opt/bitnami/broken/.spdx-broken.spdx", "{"},
                                {"file opt/other/.spdx-other.spdx", "x"}});
  EXPECT_THAT(image.packages(), ElementsAre("bitnami nginx 1.25.3-2"));
  EXPECT_EQ(image.owner(0, "opt/bitnami/nginx/sbin/nginx"), "nginx");
  ASSERT_EQ(image.catalog.problems.size(), 1U);
  EXPECT_THAT(image.catalog.problems[0], testing::StartsWith("cannot read opt/bitnami/broken/"));
}

TEST(Dotnet, packages_of_an_application) {
  Catalogued image = inventory(
      {{"file app/Shop.deps.json",
        R"({"libraries": {"Shop/1.0.0": {"type": "project"}, "Newtonsoft.Json/13.0.1": {"type": "package"}}})"}});
  EXPECT_THAT(image.packages(), ElementsAre("nuget Newtonsoft.Json 13.0.1"));
}

TEST(Runtimes, unpacked_by_hand) {
  Catalogued image = inventory(
      {{"file opt/java/release", "IMPLEMENTOR=\"Eclipse Adoptium\"\nJAVA_VERSION=\"17.0.9\"\n"},
       {"file usr/local/go/VERSION", "go1.22.1\ntime 2024-03-01T18:24:41Z\n"},
       {"file etc/release", "something\n"}});
  EXPECT_THAT(image.packages(), ElementsAre("generic go 1.22.1", "generic openjdk 17.0.9"));
}

TEST(Lockfiles, name_what_was_asked_for) {
  auto locked = [](const std::string& name, const std::string& text) {
    return catalogue({{{"file app/" + name, text}}}, kInventory | kPackageLockfiles).packages();
  };
  EXPECT_THAT(
      locked("package-lock.json",
             R"({"packages": {"": {"version": "1.0.0"}, "node_modules/@a/b": {"version": "2.0.0"},
                         "node_modules/c/node_modules/d": {"version": "3.0.0"}, "lib": {"version": "4.0.0"}}})"),
      ElementsAre("npm @a/b 2.0.0", "npm d 3.0.0"));
  EXPECT_THAT(
      locked(
          "package-lock.json",
          R"({"dependencies": {"a": {"version": "1.0.0", "dependencies": {"b": {"version": "2.0.0"}}},
                         "c": {"version": "file:c"}}})"),
      ElementsAre("npm a 1.0.0", "npm b 2.0.0"));
  EXPECT_THAT(locked("yarn.lock",
                     "# yarn lockfile v1\n\n\"@a/b@^1.0\", \"@a/b@^1.1\":\n  version \"1.2.3\"\n"
                     "  dependencies:\n    version \"x\"\n\nc@^2.0:\n  version \"2.1.0\"\n"
                     "\"d@npm:^3\":\n  version: 3.1.0\n\"e@workspace:.\":\n  version: 0.0.0\n"),
              ElementsAre("npm @a/b 1.2.3", "npm c 2.1.0", "npm d 3.1.0"));
  EXPECT_THAT(
      locked("Cargo.lock",
             "version = 3\n\n[[package]]\nname = \"rand\"\nversion = \"0.8.5\"\n"
             "source = \"registry+x\"\n\n[[package]]\nname = \"shop\"\nversion = \"0.1.0\"\n"),
      ElementsAre("cargo rand 0.8.5"));
  EXPECT_THAT(locked("poetry.lock",
                     "[[package]]\nname = \"flask\"\nversion = \"3.0.0\"\n\n[package.extras]\n"
                     "version = \"1\"\n\n[metadata]\nlock-version = \"2.0\"\n"),
              ElementsAre("pypi flask 3.0.0"));
  EXPECT_THAT(locked("requirements.txt",
                     "flask[async]==3.0.0 ; python_version > '3'\nrequests>=2\nsix == 1.16.0  # x\n"
                     "-r other==1\na==1.*\nb==2.0 \\\n    --hash=sha256:00\n"),
              ElementsAre("pypi b 2.0", "pypi flask 3.0.0", "pypi six 1.16.0"));
  EXPECT_THAT(
      locked("Pipfile.lock", R"({"default": {"six": {"version": "==1.16.0"}}, "develop": {}})"),
      ElementsAre("pypi six 1.16.0"));
  EXPECT_THAT(locked("Gemfile.lock",
                     "GEM\n  remote: x\n  specs:\n    rack (3.0.8)\n      a (>= 1)\n"
                     "    nokogiri (1.15.4-x86_64-linux)\n\nPLATFORMS\n  ruby\n    b (1)\n"),
              ElementsAre("gem nokogiri 1.15.4", "gem rack 3.0.8"));
  EXPECT_THAT(locked("composer.lock", R"({"packages": [{"name": "a/b", "version": "v1.2.3"}]})"),
              ElementsAre("composer a/b 1.2.3"));
  EXPECT_THAT(locked("go.mod",
                     "module x\n\ngo 1.22\n\nrequire a.org/b v1.0.0\nrequire (\n\tc.org/d v2.0.0 "
                     "// indirect\n)\n"
                     "exclude e v3.0.0\n"),
              ElementsAre("golang a.org/b v1.0.0", "golang c.org/d v2.0.0"));
}

TEST(Licenses, of_debian_packages_are_in_copyright_files) {
  std::string status =
      "Package: a\nStatus: install ok installed\nVersion: 1\n\n"
      "Package: b\nStatus: install ok installed\nVersion: 1\n\n"
      "Package: c\nStatus: install ok installed\nVersion: 1\n";
  Catalogued image = inventory(
      {{"file var/lib/dpkg/status", status},
       {"file usr/share/doc/a/copyright",
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
        "Files: *\nCopyright: X\nLicense: GPL-2+\n\nFiles: lib/*\nLicense: Expat\n text\n\n"
        "License: GPL-2+\n On Debian: /usr/share/common-licenses/GPL-2.\n"},
       {"symlink usr/share/doc/b -> a", ""},
       {"file usr/share/doc/c/copyright",
        "This is free. See /usr/share/common-licenses/LGPL-2.1. And "
        "`/usr/share/common-licenses/GPL-3'\n"}});
  EXPECT_THAT(image.package("a").licenses, ElementsAre("Expat", "GPL-2+"));
  EXPECT_THAT(image.package("b").licenses, ElementsAre("Expat", "GPL-2+"));
  EXPECT_THAT(image.package("c").licenses, ElementsAre("GPL-3", "LGPL-2.1"));
}

TEST(Inventory, of_a_hundred_thousand_packages_takes_seconds) {
  std::string status;
  for (int i = 0; i < 100'000; ++i) {
    std::string n = std::to_string(i);
    status += "Package: p" + n + "\nStatus: install ok installed\nVersion: " + n + "\n\n";
  }
  auto begin = std::chrono::steady_clock::now();
  Catalogued image = inventory({{"file var/lib/dpkg/status", status}});
  EXPECT_EQ(image.catalog.packages.size(), 100'000U);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

}  // namespace
}  // namespace whittle::test
