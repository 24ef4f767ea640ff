// What a trace of a happy path misses: each trap a small image, the answer worked by hand.
#include <gtest/gtest.h>

#include "reach/reached.h"

namespace whittle::test {

namespace {

// An ELF file of 64 bits: interpreter, NEEDED, RUNPATH and read-only strings.
struct TestElf {
  std::string interpreter;
  std::vector<std::string> needed;
  std::string runpath;
  std::vector<std::string> strings;
  std::vector<std::string> symbols;

  std::string bytes() const;
};

void put(std::string& into, uint64_t value, unsigned size) {
  for (unsigned i = 0; i < size; ++i, value >>= 8) into.push_back(static_cast<char>(value & 0xff));
}

struct Part {
  std::string name;
  uint32_t type;
  std::string bytes;
};

// Sections behind the header, then the program headers of the first segments, then the section
// headers.
std::string TestElf::bytes() const {
  std::string names(1, '\0');
  auto name = [&names](const std::string& text) {
    size_t at = names.size();
    names += text + '\0';
    return at;
  };
  std::string dynamic;
  for (const std::string& library : needed) put(dynamic, 1, 8), put(dynamic, name(library), 8);
  if (!runpath.empty()) put(dynamic, 29, 8), put(dynamic, name(runpath), 8);
  std::string symbol_table(24, '\0');
  for (const std::string& symbol : symbols)
    put(symbol_table, name(symbol), 4), symbol_table += std::string(20, '\0');
  constexpr uint64_t kHeader = 64 + 3 * 56;
  put(dynamic, 5, 8), put(dynamic, kHeader, 8), put(dynamic, 0, 16);
  std::string rodata;
  for (const std::string& text : strings) rodata += text + '\0';
  std::vector<Part> parts = {{".dynstr", 3, names},
                             {".dynamic", 6, dynamic},
                             {".interp", 1, interpreter + '\0'},
                             {".rodata", 1, rodata},
                             {".dynsym", 11, symbol_table},
                             {".shstrtab", 3, ""}};
  std::string section_names(1, '\0');
  std::vector<size_t> name_places;
  for (const Part& part : parts)
    name_places.push_back(section_names.size()), section_names += part.name + '\0';
  parts.back().bytes = section_names;
  std::string body;
  std::vector<uint64_t> places;
  for (const Part& part : parts) places.push_back(kHeader + body.size()), body += part.bytes;
  std::string file("\177ELF\2\1\1", 7);
  file.resize(16);
  put(file, 3, 2), put(file, 62, 2), put(file, 1, 4), put(file, 0, 8), put(file, 64, 8),
      put(file, kHeader + body.size(), 8);
  put(file, 0, 4), put(file, 64, 2), put(file, 56, 2), put(file, 3, 2), put(file, 64, 2),
      put(file, parts.size(), 2), put(file, parts.size() - 1, 2);
  auto segment = [&file](uint32_t type, uint64_t offset, uint64_t address, uint64_t size) {
    put(file, type, 4), put(file, 4, 4), put(file, offset, 8), put(file, address, 8),
        put(file, address, 8);
    put(file, size, 8), put(file, size, 8), put(file, 1, 8);
  };
  segment(1, 0, 0, kHeader + body.size());
  segment(2, places[1], places[1], dynamic.size());
  segment(interpreter.empty() ? 0 : 3, places[2], places[2], interpreter.size() + 1);
  file += body;
  for (size_t i = 0; i < parts.size(); ++i) {
    put(file, name_places[i], 4), put(file, parts[i].type, 4), put(file, 0, 8),
        put(file, places[i], 8), put(file, places[i], 8);
    put(file, parts[i].bytes.size(), 8), put(file, 0, 24);
  }
  return file;
}

std::string elf(std::vector<std::string> needed,
                std::vector<std::string> strings = {},
                std::vector<std::string> symbols = {}) {
  return TestElf{
      "/lib64/ld-linux-x86-64.so.2", std::move(needed), "", std::move(strings), std::move(symbols)}
      .bytes();
}

std::string record(const std::string& package) {
  return "Package: " + package +
         "\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n";
}

}  // namespace

TEST(ReachTraps, SymbolicLinksOfFoldersAndLibraries) {
  Reached image({{"symlink lib -> usr/lib", ""},
                 {"symlink lib64 -> usr/lib64", ""},
                 {"symlink usr/lib64/ld-linux-x86-64.so.2 -> ../lib/x86_64-linux-gnu/ld-2.so", ""},
                 {"program usr/lib/x86_64-linux-gnu/ld-2.so", "x"},
                 {"symlink usr/lib/x86_64-linux-gnu/liba.so.1 -> liba.so.1.2", ""},
                 {"file usr/lib/x86_64-linux-gnu/liba.so.1.2", elf({"libb.so"})},
                 {"file opt/private/libb.so", "x"},
                 {"file opt/wrong/libb.so", "x"},
                 {"symlink current -> opt", ""},
                 {"program srv/run",
                  TestElf{"/lib64/ld-linux-x86-64.so.2",
                          {"liba.so.1", "libb.so"},
                          "$ORIGIN/../current/private",
                          {},
                          {}}
                      .bytes()}},
                command({"/srv/run"}));
  for (const char* path : {"lib",
                           "lib64",
                           "usr/lib64/ld-linux-x86-64.so.2",
                           "usr/lib/x86_64-linux-gnu/ld-2.so",
                           "usr/lib/x86_64-linux-gnu/liba.so.1",
                           "usr/lib/x86_64-linux-gnu/liba.so.1.2",
                           "current",
                           "opt/private/libb.so",
                           "usr",
                           "opt"})
    EXPECT_TRUE(image.must(path)) << path << ": " << image.reason(path);
  EXPECT_EQ(image.reason("opt/private/libb.so"), "NEEDED by srv/run");
}

TEST(ReachTraps, LibrariesByNameOfTheirOwn) {
  Reached image(
      {{"file usr/lib/x86_64-linux-gnu/libplug.so.3", "x"},
       {"file usr/lib/x86_64-linux-gnu/libelse.so.3", "x"},
       {"program usr/bin/run",
        elf({}, {"libplug.so.3", "/usr/share/run/table", "see libelse for more"}, {"dlopen"})},
       {"file usr/share/run/table", "x"},
       {"file usr/share/run/other", "x"}},
      command({"run"}));
  EXPECT_TRUE(image.may("usr/lib/x86_64-linux-gnu/libplug.so.3"));
  EXPECT_EQ(image.reason("usr/lib/x86_64-linux-gnu/libplug.so.3"), "opened by name in usr/bin/run");
  EXPECT_TRUE(image.may("usr/share/run/table"));
  EXPECT_TRUE(image.none("usr/lib/x86_64-linux-gnu/libelse.so.3"));
  EXPECT_TRUE(image.none("usr/share/run/other"));
}

// A name that is put together widens to the libraries of the package.
TEST(ReachTraps, LibrariesByComputedName) {
  Reached image({{"file var/lib/dpkg/status", record("tool") + record("other")},
                 {"file var/lib/dpkg/info/tool.list",
                  "/usr/bin/tool\n/usr/lib/tool/a.so\n/usr/lib/tool/b.so\n"},
                 {"file var/lib/dpkg/info/other.list", "/usr/lib/tool/c.so\n"},
                 {"program usr/bin/tool", elf({}, {"%s/%s.so"}, {"dlopen"})},
                 {"file usr/lib/tool/a.so", elf({"libdeep.so"})},
                 {"file usr/lib/tool/b.so", "x"},
                 {"file usr/lib/tool/c.so", "x"},
                 {"file usr/lib/libdeep.so", "x"}},
                command({"tool"}));
  EXPECT_TRUE(image.may("usr/lib/tool/a.so"));
  EXPECT_TRUE(image.may("usr/lib/tool/b.so"));
  EXPECT_TRUE(image.may("usr/lib/libdeep.so"));
  EXPECT_TRUE(image.none("usr/lib/tool/c.so")) << image.reason("usr/lib/tool/c.so");
}

TEST(ReachTraps, NamesOfHostsNeedTheirServices) {
  Reached image({{"file etc/nsswitch.conf",
                  "passwd: files systemd\nhosts: files mdns4 [NOTFOUND=return] dns\n"},
                 {"program usr/bin/client", elf({"libc.so.6"}, {}, {"getaddrinfo"})},
                 {"file usr/lib/x86_64-linux-gnu/libc.so.6", "x"},
                 {"file usr/lib/x86_64-linux-gnu/libnss_dns.so.2", "x"},
                 {"file usr/lib/x86_64-linux-gnu/libnss_mdns4.so.2", "x"},
                 {"file usr/lib/x86_64-linux-gnu/libnss_systemd.so.2", "x"},
                 {"file usr/lib/x86_64-linux-gnu/libnss_ldap.so.2", "x"},
                 {"file etc/services", "http 80/tcp\n"},
                 {"symlink lib -> usr/lib", ""}},
                command({"client"}));
  for (const char* path : {"etc/nsswitch.conf",
                           "usr/lib/x86_64-linux-gnu/libnss_dns.so.2",
                           "usr/lib/x86_64-linux-gnu/libnss_mdns4.so.2"})
    EXPECT_TRUE(image.must(path)) << path;
  EXPECT_TRUE(image.may("usr/lib/x86_64-linux-gnu/libnss_systemd.so.2"));
  EXPECT_TRUE(image.may("etc/services"));
  EXPECT_TRUE(image.none("usr/lib/x86_64-linux-gnu/libnss_ldap.so.2"));
}

TEST(ReachTraps, LocaleAndTimeZoneOfTheEnvironment) {
  RunConfig run = command({"clock"});
  run.env = {"PATH=/opt/bin", "LANG=de_DE.UTF-8", "TZ=Asia/Tokyo"};
  Reached image({{"program opt/bin/clock", elf({}, {}, {"tzset"})},
                 {"file usr/share/zoneinfo/Asia/Tokyo", "TZif"},
                 {"file usr/share/zoneinfo/Asia/Seoul", "TZif"},
                 {"file usr/lib/locale/de_DE.utf8/LC_TIME", "x"},
                 {"file usr/lib/locale/fr_FR.utf8/LC_TIME", "x"}},
                run);
  EXPECT_TRUE(image.must("opt/bin/clock"));
  EXPECT_TRUE(image.must("usr/share/zoneinfo/Asia/Tokyo"));
  EXPECT_TRUE(image.must("usr/lib/locale/de_DE.utf8/LC_TIME"));
  EXPECT_TRUE(image.none("usr/share/zoneinfo/Asia/Seoul"));
  EXPECT_TRUE(image.none("usr/lib/locale/fr_FR.utf8/LC_TIME"));
}

TEST(ReachTraps, ConfigurationLoadsModulesAndSites) {
  Reached image(
      {{"program usr/sbin/nginx", elf({})},
       {"file etc/nginx/nginx.conf",
        "include /etc/nginx/modules-enabled/*.conf;\nhttp { include mime.types; server { root "
        "/srv/site; # root /no/site;\n"
        "ssl_certificate tls/cert.pem; include sites-enabled/*; } }\n"},
       {"file etc/nginx/mime.types", "types { }"},
       {"symlink etc/nginx/modules-enabled/50-geo.conf -> "
        "/usr/share/nginx/modules-available/geo.conf",
        ""},
       {"file usr/share/nginx/modules-available/geo.conf", "load_module modules/ngx_geo.so;\n"},
       {"symlink usr/share/nginx/modules -> ../../lib/nginx/modules", ""},
       {"file usr/lib/nginx/modules/ngx_geo.so", elf({"libgeo.so.1"})},
       {"file usr/lib/nginx/modules/ngx_mail.so", "x"},
       {"file usr/lib/libgeo.so.1", "x"},
       {"file etc/nginx/tls/cert.pem", "x"},
       {"file etc/nginx/sites-enabled/a", "alias /usr/share/a/;\n"},
       {"file usr/share/a/deep/page.html", "x"},
       {"file srv/site/index.html", "x"},
       {"dir var/log/nginx", ""}},
      command({"/bin/sh", "-c", "nginx -g 'daemon off;'"}));
  for (const char* path : {"usr/sbin/nginx",
                           "etc/nginx/nginx.conf",
                           "etc/nginx/mime.types",
                           "etc/nginx/modules-enabled/50-geo.conf",
                           "usr/share/nginx/modules-available/geo.conf",
                           "usr/share/nginx/modules",
                           "usr/lib/nginx/modules/ngx_geo.so",
                           "usr/lib/libgeo.so.1",
                           "etc/nginx/tls/cert.pem",
                           "etc/nginx/sites-enabled/a",
                           "usr/share/a/deep/page.html",
                           "srv/site/index.html",
                           "var/log/nginx"})
    EXPECT_TRUE(image.must(path)) << path << ": " << image.reason(path);
  EXPECT_TRUE(image.none("usr/lib/nginx/modules/ngx_mail.so"));
  EXPECT_EQ(image.chain("usr/lib/libgeo.so.1").back(), "usr/sbin/nginx");
}

TEST(ReachTraps, RolesOfPam) {
  Reached image({{"program usr/bin/su", elf({"libpam.so.0"})},
                 {"file usr/lib/x86_64-linux-gnu/libpam.so.0", "x"},
                 {"file etc/pam.d/su",
                  "auth sufficient pam_rootok.so\nauth [success=1 default=ignore] pam_unix.so "
                  "nullok\n@include common-auth\n"},
                 {"file etc/pam.d/common-auth", "session required pam_env.so\n"},
                 {"file usr/lib/x86_64-linux-gnu/security/pam_rootok.so", "x"},
                 {"file usr/lib/x86_64-linux-gnu/security/pam_unix.so", "x"},
                 {"file usr/lib/x86_64-linux-gnu/security/pam_env.so", "x"},
                 {"file usr/lib/x86_64-linux-gnu/security/pam_ldap.so", "x"}},
                command({"su", "app"}));
  for (const char* name : {"pam_rootok", "pam_unix", "pam_env"})
    EXPECT_TRUE(image.must("usr/lib/x86_64-linux-gnu/security/" + std::string(name) + ".so"))
        << name;
  EXPECT_TRUE(image.none("usr/lib/x86_64-linux-gnu/security/pam_ldap.so"));
}

// A pipeline as the text of a shell, and a health check of its own.
TEST(ReachTraps, PipelinesAndHealthChecks) {
  RunConfig run = command({"node", "/srv/a.js"});
  run.health_check = HealthCheck{{"CMD", "curl", "-f", "http://localhost/"}, 0, 0, 0, 0};
  Reached image({{"program usr/bin/node", elf({})},
                 {"file srv/a.js", "require('child_process').exec('sort -u | tr a b > /tmp/x')\n"},
                 {"program usr/bin/sort", "x"},
                 {"program usr/bin/tr", "x"},
                 {"program usr/bin/curl", "x"},
                 {"program usr/bin/wget", "x"},
                 {"program bin/sh", "x"}},
                run,
                {{"wget -q /srv/list", "--include-bin"}, {"/srv/missing", "--include"}});
  for (const char* path : {"usr/bin/sort", "usr/bin/tr", "usr/bin/curl", "usr/bin/wget"})
    EXPECT_TRUE(image.must(path)) << path;
  EXPECT_EQ(image.reason("usr/bin/curl"), "health check");
  EXPECT_EQ(image.reason("usr/bin/wget"), "--include-bin");
}

// The image's own files stay, but what only development uses.
TEST(ReachTraps, OwnFilesButThoseOfDevelopment) {
  Reached image({{"program app/server", elf({})},
                 {"file app/templates/500.html", "x"},
                 {"file app/data/empty/.keep", "x"},
                 {"dir app/uploads", ""},
                 {"file app/.git/objects/aa", "x"},
                 {"file app/tests/fixture.bin", "x"},
                 {"file app/main.go", "x"},
                 {"file app/.env", "SECRET=1"},
                 {"file app/README.md", "x"},
                 {"file usr/lib/debug/x", "x"},
                 {"dir var/lib/app", ""},
                 {"file var/cache/apt/pkgcache.bin", "x"}},
                command({"./server"}, "/app"));
  for (const char* path : {"app/server",
                           "app/templates/500.html",
                           "app/data/empty/.keep",
                           "app/uploads",
                           "var/lib/app"})
    EXPECT_TRUE(image.must(path)) << path;
  for (const char* path : {"app/.git/objects/aa",
                           "app/tests/fixture.bin",
                           "app/main.go",
                           "app/.env",
                           "app/README.md",
                           "usr/lib/debug/x",
                           "var/cache/apt/pkgcache.bin"})
    EXPECT_TRUE(image.none(path)) << path << ": " << image.reason(path);
}

TEST(ReachTraps, AnswersForImagesWithoutAnything) {
  Reached nothing({{"dir a", ""}}, {});
  EXPECT_EQ(nothing.reason("a"), "application file: no package owns it");
  Reached missing({{"file a", "x"}}, command({"no-such-program"}));
  EXPECT_EQ(missing.reach.problems,
            (std::vector<std::string>{"`no-such-program` is no program of the image"}));
}

}  // namespace whittle::test
