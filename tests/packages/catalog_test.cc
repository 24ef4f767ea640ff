// Who is installed and who owns what, by the databases of dpkg, apk, pip and npm, over layers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "packages/catalogued.h"

namespace whittle::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string stanza(const std::string& name,
                   const std::string& version,
                   const std::string& more = "",
                   const std::string& status = "install ok installed") {
  return "Package: " + name + "\nStatus: " + status + "\nArchitecture: amd64\nVersion: " + version +
         "\n" + more + "Description: a package\n of several lines\n .\n Version: no field\n\n";
}

TestEntry status(const std::string& text) {
  return {"file var/lib/dpkg/status", text};
}

TestEntry list(const std::string& stem, const std::string& text) {
  return {"file var/lib/dpkg/info/" + stem + ".list", text};
}

TEST(Dpkg, reads_status_and_lists_through_linked_folders) {
  Catalogued image =
      catalogue({{{"symlink bin -> usr/bin", ""},
                  {"file usr/bin/tool", "x"},
                  {"file usr/share/doc/tool", "x"},
                  {"file etc/nobody", "x"},
                  status(stanza("tool", "1:2.0-1", "Source: toolbox (2.0)\n")),
                  {"file var/lib/dpkg/info/tool.postinst", "x"},
                  list("tool", "/.\n/bin\n/bin/tool\n/usr\n/usr/share/doc/tool\n/usr/gone\n")}});
  EXPECT_THAT(image.packages(), ElementsAre("deb tool 1:2.0-1"));
  const Package& tool = image.package("tool");
  EXPECT_EQ(tool.architecture, "amd64");
  EXPECT_EQ(tool.source_name, "toolbox");
  EXPECT_EQ(tool.source_version, "2.0");
  EXPECT_EQ(tool.database, "var/lib/dpkg/status");
  EXPECT_EQ(image.owner(0, "usr/bin/tool"), "tool");
  EXPECT_EQ(image.owner(0, "usr/share/doc/tool"), "tool");
  EXPECT_EQ(image.owner(0, "var/lib/dpkg/info/tool.postinst"), "tool");
  EXPECT_EQ(image.owner(0, "var/lib/dpkg/info/tool.list"), "tool");
  EXPECT_EQ(image.owner(0, "etc/nobody"), "");
  EXPECT_EQ(image.owner(0, "var/lib/dpkg/status"), "");
  EXPECT_THAT(image.catalog.problems, IsEmpty());
}

TEST(Dpkg, a_package_of_several_architectures_names_its_list_with_one) {
  Catalogued image = catalogue({{{"file usr/lib/x/libc.so", "x"},
                                 status(stanza("libc6", "2.36", "Multi-Arch: same\n") +
                                        stanza("tool", "1", "Multi-Arch: foreign\n")),
                                 list("libc6:amd64", "/usr/lib/x/libc.so\n"),
                                 list("tool", "/usr/bin/tool\n")}});
  EXPECT_THAT(image.packages(), ElementsAre("deb libc6 2.36", "deb tool 1"));
  EXPECT_EQ(image.owner(0, "usr/lib/x/libc.so"), "libc6");
}

TEST(Dpkg, only_configuration_left_is_not_installed) {
  Catalogued image = catalogue({{{"file etc/tool.conf", "x"},
                                 status(stanza("tool", "1", "", "deinstall ok config-files") +
                                        stanza("half", "2", "", "install ok half-configured")),
                                 list("tool", "/etc/tool.conf\n"),
                                 list("half", "/usr/half\n")}});
  EXPECT_THAT(image.packages(), ElementsAre("deb half 2"));
  EXPECT_EQ(image.owner(0, "etc/tool.conf"), "");
}

TEST(Dpkg, a_diverted_file_lies_elsewhere) {
  Catalogued image =
      catalogue({{{"file usr/bin/sh", "x"},
                  {"file usr/bin/sh.distrib", "x"},
                  {"file var/lib/dpkg/diversions", "/usr/bin/sh\n/usr/bin/sh.distrib\ndash\n"},
                  status(stanza("bash", "5") + stanza("dash", "0.5")),
                  list("bash", "/usr/bin/sh\n"),
                  list("dash", "/usr/bin/sh\n")}});
  EXPECT_EQ(image.owner(0, "usr/bin/sh"), "dash");
  EXPECT_EQ(image.owner(0, "usr/bin/sh.distrib"), "bash");
}

TEST(Dpkg, images_without_dpkg_keep_their_parts) {
  Catalogued image = catalogue(
      {{{"file usr/lib/libssl.so", "x"},
        {"file var/lib/dpkg/status.d/libssl3", "Package: libssl3\nVersion: 3.0\nSource: openssl\n"},
        {"file var/lib/dpkg/status.d/libssl3.md5sums",
         "d41d8cd98f00b204e9800998ecf8427e  usr/lib/libssl.so\n"}}});
  EXPECT_THAT(image.packages(), ElementsAre("deb libssl3 3.0"));
  EXPECT_EQ(image.package("libssl3").source_name, "openssl");
  EXPECT_EQ(image.package("libssl3").database, "var/lib/dpkg/status.d/libssl3");
  EXPECT_EQ(image.owner(0, "usr/lib/libssl.so"), "libssl3");
  EXPECT_EQ(image.owner(0, "var/lib/dpkg/status.d/libssl3.md5sums"), "libssl3");
}

TEST(Dpkg, lists_alone_still_name_packages) {
  Catalogued image = catalogue({{{"file usr/a", "x"}, list("liba:arm64", "/usr/a\n")}});
  EXPECT_THAT(image.packages(), ElementsAre("deb liba "));
  EXPECT_EQ(image.package("liba").architecture, "arm64");
  EXPECT_EQ(image.owner(0, "usr/a"), "liba");
}

TEST(Layers, removed_packages_own_what_they_lost) {
  Catalogued image = catalogue(
      {{{"file usr/bin/tool", "x"}, status(stanza("tool", "1")), list("tool", "/usr/bin/tool\n")},
       {{"file usr/lib/gcc", "xx"},
        status(stanza("gcc", "12") + stanza("tool", "1")),
        list("gcc", "/usr/lib/gcc\n")},
       {{"whiteout usr/lib/gcc", ""},
        {"whiteout var/lib/dpkg/info/gcc.list", ""},
        status(stanza("tool", "1"))}});
  EXPECT_THAT(image.packages(), ElementsAre("deb tool 1", "-deb gcc 12"));
  EXPECT_EQ(image.owner(1, "usr/lib/gcc"), "gcc");
  EXPECT_EQ(image.owner(1, "var/lib/dpkg/info/gcc.list"), "gcc");
  EXPECT_EQ(image.owner(0, "usr/bin/tool"), "tool");
  EXPECT_EQ(image.package("tool").layer, 2U);
  EXPECT_EQ(image.package("gcc").layer, 1U);
}

TEST(Layers, an_upgraded_package_owns_both_of_its_files) {
  Catalogued image = catalogue({{{"file usr/bin/tool", "1"},
                                 {"file usr/bin/old", "1"},
                                 status(stanza("tool", "1")),
                                 list("tool", "/usr/bin/tool\n/usr/bin/old\n")},
                                {{"file usr/bin/tool", "2"},
                                 {"whiteout usr/bin/old", ""},
                                 status(stanza("tool", "2")),
                                 list("tool", "/usr/bin/tool\n")}});
  EXPECT_THAT(image.packages(), ElementsAre("deb tool 2"));
  EXPECT_EQ(image.owner(0, "usr/bin/tool"), "tool");
  EXPECT_EQ(image.owner(0, "usr/bin/old"), "tool");
  EXPECT_EQ(image.owner(1, "usr/bin/tool"), "tool");
}

TEST(Layers, a_path_that_changed_hands_belongs_to_whoever_had_it_then) {
  Catalogued image =
      catalogue({{{"file usr/x", "1"}, status(stanza("a", "1")), list("a", "/usr/x\n")},
                 {{"whiteout usr/x", ""}, {"whiteout var/lib/dpkg/info/a.list", ""}, status("")},
                 {{"file usr/x", "2"}, status(stanza("b", "1")), list("b", "/usr/x\n")},
                 {{"file usr/x", "3"}}});
  EXPECT_EQ(image.owner(0, "usr/x"), "a");
  EXPECT_EQ(image.owner(2, "usr/x"), "b");
  EXPECT_EQ(image.owner(3, "usr/x"), "b");
  EXPECT_THAT(image.packages(), ElementsAre("deb b 1", "-deb a 1"));
}

TEST(Layers, content_that_only_lives_on_under_another_name_belongs_to_that) {
  Catalogued image = catalogue({{{"file usr/a", "x"},
                                 {"hardlink usr/b -> usr/a", ""},
                                 status(stanza("tool", "1")),
                                 list("tool", "/usr/b\n")},
                                {{"whiteout usr/a", ""}}});
  EXPECT_EQ(image.owner(0, "usr/b"), "tool");
  EXPECT_EQ(image.owner(0, "usr/a"), "tool");
}

TEST(Layers, a_folder_of_several_packages_belongs_to_none) {
  Catalogued image = catalogue({{{"dir usr/share", ""},
                                 {"dir usr/share/a", ""},
                                 status(stanza("a", "1") + stanza("b", "1")),
                                 list("a", "/usr/share\n/usr/share/a\n"),
                                 list("b", "/usr/share\n")}});
  EXPECT_EQ(image.owner(0, "usr/share"), "");
  EXPECT_EQ(image.owner(0, "usr/share/a"), "a");
}

constexpr const char* kApk =
    "C:Q1abc=\nP:musl\nV:1.2.4-r2\nA:x86_64\no:musl\nF:lib\nR:ld-musl-x86_64.so.1\na:0:0:755\n"
    "Z:Q1x=\nF:var/lib/a b\nR: c\n\n"
    "P:musl-utils\nV:1.2.4-r2\nA:x86_64\no:musl\nF:usr/bin\nR:ldd\nF:\nR:top\n";

TEST(Apk, reads_packages_folders_and_files) {
  for (std::string place : {"lib", "usr/lib"}) {
    Catalogued image = catalogue({{{"file lib/ld-musl-x86_64.so.1", "x"},
                                   {"file usr/bin/ldd", "x"},
                                   {"file usr/bin/other", "x"},
                                   {"file top", "x"},
                                   {"file " + place + "/apk/db/installed", kApk}}});
    EXPECT_THAT(image.packages(), ElementsAre("apk musl 1.2.4-r2", "apk musl-utils 1.2.4-r2"));
    EXPECT_EQ(image.package("musl").source_name, "");
    EXPECT_EQ(image.package("musl-utils").source_name, "musl");
    EXPECT_EQ(image.package("musl").architecture, "x86_64");
    EXPECT_EQ(image.package("musl").database, place + "/apk/db/installed");
    EXPECT_EQ(image.owner(0, "lib/ld-musl-x86_64.so.1"), "musl");
    EXPECT_EQ(image.owner(0, "usr/bin/ldd"), "musl-utils");
    EXPECT_EQ(image.owner(0, "usr/bin/other"), "");
    EXPECT_EQ(image.owner(0, "top"), "musl-utils");
  }
}

const std::string kSite = "usr/local/lib/python3.11/site-packages/";

TEST(Pip, reads_metadata_and_record) {
  Catalogued image =
      catalogue({{{"file " + kSite + "foo/__init__.py", "x"},
                  {"file " + kSite + "foo/a,\"b\".py", "x"},
                  {"file usr/local/bin/foo", "x"},
                  {"file " + kSite + "stranger.py", "x"},
                  {"file " + kSite + "foo-1.2.dist-info/INSTALLER", "pip\n"},
                  {"file " + kSite + "foo-1.2.dist-info/METADATA",
                   "Metadata-Version: 2.1\r\nName: Foo\r\nVersion: 1.2\r\n\r\nVersion: 9 (text)\n"},
                  {"file " + kSite + "foo-1.2.dist-info/RECORD",
                   "../../../bin/foo,sha256=x,3\nfoo/__init__.py,,\n\"foo/a,\"\"b\"\".py\",,\n"}}});
  EXPECT_THAT(image.packages(), ElementsAre("pypi Foo 1.2"));
  EXPECT_EQ(image.owner(0, kSite + "foo/__init__.py"), "Foo");
  EXPECT_EQ(image.owner(0, kSite + "foo/a,\"b\".py"), "Foo");
  EXPECT_EQ(image.owner(0, "usr/local/bin/foo"), "Foo");
  EXPECT_EQ(image.owner(0, kSite + "foo-1.2.dist-info/INSTALLER"), "Foo");
  EXPECT_EQ(image.owner(0, kSite + "stranger.py"), "");
}

TEST(Pip, eggs_and_names_from_folders) {
  Catalogued image = catalogue({{{"file " + kSite + "bar/b.py", "x"},
                                 {"file " + kSite + "bar-2.0-py3.11.egg-info/installed-files.txt",
                                  "../bar/b.py\nPKG-INFO\n"},
                                 {"file " + kSite + "one-3.egg-info", "Name: one\nVersion: 3\n"},
                                 {"file " + kSite + "odd-4.5.dist-info/METADATA", "no metadata"}}});
  EXPECT_THAT(image.packages(), ElementsAre("pypi bar 2.0", "pypi odd 4.5", "pypi one 3"));
  EXPECT_EQ(image.owner(0, kSite + "bar/b.py"), "bar");
  EXPECT_EQ(image.owner(0, kSite + "one-3.egg-info"), "one");
}

TEST(Pip, what_the_system_owns_stays_the_systems) {
  Catalogued image =
      catalogue({{{"file usr/lib/python3/dist-packages/six.py", "x"},
                  {"file usr/lib/python3/dist-packages/six-1.16.dist-info/METADATA",
                   "Name: six\nVersion: 1.16\n"},
                  {"file usr/lib/python3/dist-packages/six-1.16.dist-info/RECORD", "six.py,,\n"},
                  status(stanza("python3-six", "1.16-4")),
                  list("python3-six", "/usr/lib/python3/dist-packages/six.py\n")}});
  EXPECT_THAT(image.packages(), ElementsAre("deb python3-six 1.16-4", "pypi six 1.16"));
  EXPECT_EQ(image.owner(0, "usr/lib/python3/dist-packages/six.py"), "python3-six");
}

TEST(Pip, a_removed_project_owns_what_it_lost) {
  Catalogued image = catalogue(
      {{{"file " + kSite + "foo.py", "x"},
        {"file " + kSite + "foo-1.dist-info/METADATA", "Name: foo\nVersion: 1\n"},
        {"file " + kSite + "foo-1.dist-info/RECORD", "foo.py,,\n"}},
       {{"whiteout " + kSite + "foo.py", ""}, {"whiteout " + kSite + "foo-1.dist-info", ""}}});
  EXPECT_THAT(image.packages(), ElementsAre("-pypi foo 1"));
  EXPECT_EQ(image.owner(0, kSite + "foo.py"), "foo");
  EXPECT_EQ(image.owner(0, kSite + "foo-1.dist-info/RECORD"), "foo");
}

TEST(Npm, a_package_owns_its_folder_up_to_the_next_node_modules) {
  Catalogued image =
      catalogue({{{"file app/package.json", R"({"name":"app","version":"0"})"},
                  {"file app/node_modules/a/package.json",
                   R"({"deps":{"name":"no"},"version":"1.0","name":"a"})"},
                  {"file app/node_modules/a/lib/x.js", "x"},
                  {"file app/node_modules/a/lib/package.json", R"({"type":"module"})"},
                  {"file app/node_modules/a/node_modules/@s/b/package.json", "{\"name\":\"@s/b\"}"},
                  {"file app/node_modules/a/node_modules/@s/b/y.js", "x"},
                  {"file app/node_modules/a/node_modules/.bin/b", "x"},
                  {"file app/node_modules/c/package.json", "damaged"},
                  {"file app/index.js", "x"}}});
  EXPECT_THAT(image.packages(), ElementsAre("npm @s/b ", "npm a 1.0", "npm c "));
  EXPECT_EQ(image.owner(0, "app/node_modules/a/lib/x.js"), "a");
  EXPECT_EQ(image.owner(0, "app/node_modules/a/lib/package.json"), "a");
  EXPECT_EQ(image.owner(0, "app/node_modules/a/node_modules/@s/b/y.js"), "@s/b");
  EXPECT_EQ(image.owner(0, "app/node_modules/a/node_modules/.bin/b"), "");
  EXPECT_EQ(image.owner(0, "app/index.js"), "");
}

TEST(Npm, pnpm_names_versions_in_its_store) {
  std::string store = "app/node_modules/.pnpm/@s+b@1.2.3_react@18.0.0/node_modules/@s/b/";
  Catalogued image = catalogue({{{"file " + store + "package.json", ""},
                                 {"file " + store + "b.js", "x"},
                                 {"symlink app/node_modules/b -> .pnpm/x/node_modules/b", ""}}});
  EXPECT_EQ(image.owner(0, store + "b.js"), "@s/b");
  EXPECT_THAT(image.packages(), ElementsAre("npm @s/b 1.2.3"));
}

TEST(Npm, a_removed_package_owns_what_it_lost) {
  Catalogued image =
      catalogue({{{"file m/node_modules/a/package.json", R"({"name":"a","version":"1"})"},
                  {"file m/node_modules/a/x.js", "x"},
                  {"file m/node_modules/b/package.json", R"({"name":"b","version":"1"})"},
                  {"file m/node_modules/b/x.js", "x"}},
                 {{"whiteout m/node_modules/a", ""},
                  {"file m/node_modules/b/package.json", R"({"name":"b","version":"2"})"},
                  {"whiteout m/node_modules/b/x.js", ""}}});
  EXPECT_THAT(image.packages(), ElementsAre("npm b 2", "-npm a 1"));
  EXPECT_EQ(image.owner(0, "m/node_modules/a/x.js"), "a");
  EXPECT_EQ(image.owner(0, "m/node_modules/b/x.js"), "b");
  EXPECT_EQ(image.owner(0, "m/node_modules/b/package.json"), "b");
}

TEST(Catalog, is_empty_without_databases) {
  Catalogued image = catalogue({{{"file a", "x"}, {"file node_modules/x.js", "x"}}});
  EXPECT_THAT(image.packages(), IsEmpty());
  EXPECT_EQ(image.owner(0, "a"), "");
}

TEST(Catalog, says_which_database_it_cannot_read) {
  Catalogued image = catalogue({{{"file var/lib/rpm/rpmdb.sqlite", "nonsense"}}});
  EXPECT_THAT(image.catalog.problems,
              ElementsAre("cannot read var/lib/rpm/rpmdb.sqlite: not an SQLite database"));
}

bool is_kept(std::string_view path, uint64_t size_bytes, uint8_t sets = kPackageDatabases) {
  return package_contents(sets).topic->wants({path, size_bytes, 0644}, sets) == Keep::Content;
}

TEST(PackageFiles, are_bounded) {
  EXPECT_TRUE(is_kept("var/lib/dpkg/status", 32ULL << 20));
  EXPECT_FALSE(is_kept("var/lib/dpkg/status", (32ULL << 20) + 1));
  EXPECT_TRUE(is_kept("usr/lib/sysimage/rpm/Packages.db", 256ULL << 20));
  EXPECT_TRUE(is_kept("a/node_modules/@s/b/package.json", 1 << 20));
  EXPECT_FALSE(is_kept("a/node_modules/@s/b/package.json", (1 << 20) + 1));
  EXPECT_FALSE(is_kept("a/package.json", 1));
  EXPECT_FALSE(is_kept("a/node_modules/@s/package.json", 1));
  EXPECT_FALSE(is_kept("a/node_modules/.cache/package.json", 1));
  EXPECT_FALSE(is_kept("var/lib/dpkg/info/a.md5sums", 1));
  EXPECT_FALSE(is_kept("METADATA", 1));
}

}  // namespace
}  // namespace whittle::test
