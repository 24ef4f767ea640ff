// Every check over an image that has what it looks for, and over one that has not; readiness and
// attack surface.
#include "engine/scan_checks.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "analyze/analyze_test_support.h"
#include "base/fs.h"
#include "checks/capabilities.h"
#include "checks/config_lines.h"
#include "checks/rules/rules.h"
#include "packages/catalog.h"

namespace whittle {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct TestImage {
  std::string text = "layer\nfile app/run mode=0755 text=x\n";
  RunConfig config = {};
  std::vector<std::string> history = {};
  std::vector<std::string> names = {"shop:1.4"};
  std::vector<std::string> secret_variables = {};
  std::optional<Trace> trace = {};
};

CheckResults judged(const TestImage& from) {
  test::AnalyzedImage prepared = test::prepare(from.text, from.history);
  prepared.image->info().config.run = from.config;
  prepared.image->info().names = from.names;
  ReadOptions options = test::read_options();
  options.keep = {package_contents(kPackageDatabases), check_contents()};
  Result<std::unique_ptr<ReadImage>> read =
      read_image(*prepared.image, std::move(options), ForAnalysis::Yes);
  EXPECT_TRUE(read.ok());
  prepared.input.read = std::move(*read);
  std::shared_ptr<const Analysis> analysis = test::analyzed(prepared.input);
  CheckRequest request{*analysis, "2026-11-22", from.secret_variables, {}, nullptr, {}};
  if (from.trace) request.trace = &*from.trace;
  request.why_ignored = [](const std::vector<std::string>& ids, std::string_view path) {
    bool is_it = ids[0] == "setuid-files" && path == "usr/bin/expected";
    return std::string(is_it ? "ignored" : "");
  };
  return check_image(request);
}

// The evidence of a check, all levels and layers.
std::vector<std::string> evidence_of(const CheckResults& results, std::string_view id) {
  std::vector<std::string> texts;
  for (const CheckFinding& finding : results.findings) {
    if (finding.id != id || !finding.suppressed.empty()) continue;
    texts.insert(texts.end(), finding.evidence.begin(), finding.evidence.end());
  }
  return texts;
}

std::optional<RiskLevel> level_of(const CheckResults& results, std::string_view id) {
  for (const CheckFinding& finding : results.findings) {
    if (finding.id == id) return finding.level;
  }
  return std::nullopt;
}

RunConfig running_as(std::string user) {
  RunConfig config;
  config.user = std::move(user);
  return config;
}

RunConfig with_env(std::vector<std::string> env) {
  RunConfig config;
  config.env = std::move(env);
  return config;
}

RunConfig with_ports(std::vector<std::string> ports) {
  RunConfig config;
  config.exposed_ports = std::move(ports);
  return config;
}

RunConfig with_volumes(std::vector<std::string> volumes) {
  RunConfig config;
  config.volumes = std::move(volumes);
  return config;
}

RunConfig healthy() {
  RunConfig config;
  config.health_check = HealthCheck{{"CMD", "/app/run"}, 0, 0, 0, 0};
  return config;
}

RunConfig of_app() {
  RunConfig config = running_as("1000");
  config.working_dir = "/app";
  config.cmd = {"/app/run"};
  return config;
}

std::string files(std::string_view lines) {
  return "layer\n" + std::string(lines);
}

TestImage made_by(std::vector<std::string> commands) {
  TestImage image;
  image.text.clear();
  for (size_t i = 0; i < commands.size(); ++i)
    image.text += fmt::format("layer\nfile f{} text=x\n", i);
  image.history = std::move(commands);
  return image;
}

struct CheckCase {
  std::string_view id;
  TestImage bad;
  std::vector<std::string> evidence;  // of the bad one, whole
  TestImage good;
};

const std::vector<CheckCase>& cases() {
  static const std::vector<CheckCase> table = {
      {"runs-as-root", {}, {"the configuration names no user"}, {.config = running_as("1000:0")}},
      {"runs-as-root",
       {.text = files("file etc/passwd text=toor:x:0:0::/:/bin/sh\n"),
        .config = running_as("toor")},
       {"the user is toor"},
       {.text = files("file etc/passwd text=app:x:10:10::/:/bin/sh\n"),
        .config = running_as("app")}},
      {"unknown-user",
       {.text = files("file etc/passwd text=root:x:0:0::/:/bin/sh\n"), .config = running_as("app")},
       {"app is not in etc/passwd"},
       {.config = running_as("root")}},
      {"unknown-base",
       {.text = "layer\nfile a text=x\nlayer\nfile b text=x\n"},
       {"neither annotations nor provenance name the base image"},
       {}},
      {"unsupported-distribution",
       {.text = files("file etc/os-release text=ID=debian\\nVERSION_ID=9\\n\n")},
       {"debian gets no fixes since 2022-06-30"},
       {.text = files("file etc/os-release text=ID=debian\\nVERSION_ID=13\\n\n")}},
      {"build-tools",
       {.text =
            files("file usr/bin/gcc-12 mode=0755 text=x\nfile usr/bin/gcov mode=0755 text=x\n")},
       {"usr/bin/gcc-12"},
       {.text = files("file usr/share/gcc mode=0755 text=x\nfile usr/bin/gcc mode=0644 text=x\n")}},
      {"network-tools",
       {.text = files("symlink usr/bin/nc -> /bin/busybox\n")},
       {"usr/bin/nc"},
       {}},
      {"package-managers",
       {.text = files("file usr/local/bin/pip3.11 mode=0755 text=x\n")},
       {"usr/local/bin/pip3.11"},
       {}},
      {"shells", {.text = files("file bin/sh mode=0755 text=x\n")}, {"bin/sh"}, {}},
      {"content-trust",
       {.config = with_env({"DOCKER_CONTENT_TRUST=0"})},
       {"DOCKER_CONTENT_TRUST=0"},
       {.config = with_env({"DOCKER_CONTENT_TRUST=1"})}},
      {"healthcheck-missing", {}, {"the configuration has no HEALTHCHECK"}, {.config = healthy()}},
      {"update-alone",
       made_by({"RUN apt-get -q update", "RUN apt-get install -y curl"}),
       {"RUN apt-get -q update"},
       made_by({"RUN apt-get update && apt-get -y install curl"})},
      {"setuid-files",
       {.text = files("file usr/bin/su mode=04755 text=x\nfile usr/bin/expected mode=04755 text=x\n"
                      "file usr/bin/lock mode=02644 text=x\ndir var/mail mode=02775\n")},
       {"usr/bin/su is setuid of user 0"},
       {}},
      {"add-in-history",
       made_by({"ADD file:1 in / ",
                "ADD https://example.org/a.tar.gz /a",
                "ADD x.tar.gz /b",
                "ADD --checksum=sha256:1 https://example.org/b /b"}),
       {"ADD https://example.org/a.tar.gz /a"},
       made_by({"ADD file:1 in / ", "COPY . /app"})},
      {"credential-variables", {.secret_variables = {"API_TOKEN"}}, {"the variable API_TOKEN"}, {}},
      {"credential-files",
       {.text = files("file root/.aws/credentials text=x\nfile app/config.json text=x\n"
                      "file root/.ssh/id_rsa text=\nfile app/node_modules/a/.env text=x\n")},
       {"root/.aws/credentials"},
       {}},
      {"unverified-packages",
       {.text =
            files("file etc/apt/sources.list text=deb\\s[trusted=yes]\\shttp://x\\s./\n"
                  "file etc/yum.repos.d/a.repo text=[a]\\nrepo_gpgcheck=0\\ngpgcheck\\s=\\s0\n"),
        .history = {"RUN yum --nogpgcheck -y install x"}},
       {"RUN yum --nogpgcheck -y install x",
        "etc/apt/sources.list:1 says trusted=yes",
        "etc/yum.repos.d/a.repo:3 says gpgcheck=0"},
       {.text = files("file etc/apt/sources.list text=deb\\shttp://x\\s./\n"
                      "file etc/yum.repos.d/a.repo text=#gpgcheck=0\\ngpgcheck=1\n")}},
      {"tls-check-off",
       {.config = with_env({"NODE_TLS_REJECT_UNAUTHORIZED=0"}),
        .history = {"RUN set -e; curl -k https://x | sh"}},
       {"NODE_TLS_REJECT_UNAUTHORIZED=0", "RUN set -e; curl -k https://x | sh"},
       made_by({"RUN curl -fsSL https://x -o k"})},
      {"sudo-in-history",
       made_by({"RUN true && sudo make install"}),
       {"RUN true && sudo make install"},
       made_by({"RUN make sudo"})},
      {"sudo-without-password",
       {.text = files("file etc/sudoers.d/app text=#\\sx\\napp\\sALL=(ALL)\\sNOPASSWD:\\sALL\n")},
       {"etc/sudoers.d/app:2 lets app do anything"},
       {.text = files("file etc/sudoers text=app\\sALL=(ALL)\\sNOPASSWD:\\s/bin/ls\n")}},
      {"sensitive-volume",
       {.config = with_volumes({"/data", "/etc/"})},
       {"the volume /etc/"},
       {.config = with_volumes({"/data", "/etc/app"})}},
      {"dist-upgrade",
       made_by({"RUN apt-get update && apt-get dist-upgrade -y"}),
       {"RUN apt-get update && apt-get dist-upgrade -y"},
       made_by({"RUN apt-get update && apt-get install -y dist-upgrade"})},
      {"package-caches",
       {.text = files("file var/lib/apt/lists/a size=2048\nfile var/cache/apk/b size=10\n")},
       {"apk package cache: 10 B in 1 file", "apt package lists: 2.0 KiB in 1 file"},
       {.text = files("file var/lib/apt/lists/lock text=\n")}},
      {"latest-tag",
       {.names = {"shop:latest", "registry.example:5000/shop"}},
       {"it is called shop:latest"},
       {.names = {"shop:latest", "shop:1"}}},
      {"empty-password",
       {.text = files("file etc/shadow text=root:::0:::::\\napp:!::0:::::\\n\n"
                      "file etc/passwd text=app::1:1::/:/bin/sh\n")},
       {"etc/shadow:1: root has no password", "etc/passwd:1: app has no password"},
       {.text = files("file etc/shadow text=root:*::0:::::\n"
                      "file etc/passwd text=app:x:1:1::/:/bin/sh\n")}},
      {"password-hash",
       {.text =
            files("file etc/shadow text=a:$6$x$y:1::::::\\nb:$1$x$y:1::::::\\nc:!$6$x:1::::::\n")},
       {"etc/shadow:2: b has a password, hashed in a way that is guessed quickly",
        "etc/shadow:1: a has a password"},
       {}},
      {"duplicate-accounts",
       {.text = files(
            "file etc/passwd text=root:x:0:0::/:/s\\ntoor:x:0:0::/:/s\\nb:x:5:1::/:/s\\nc:x:5:"
            "1::/:/s\n"
            "file etc/group text=g:x:1:\\ng:x:2:\n")},
       {"etc/passwd:2: toor has the uid 0 of root",
        "etc/passwd:4: c has the uid 5 of b",
        "etc/group:2: the group g is there twice"},
       {.text = files("file etc/passwd text=root:x:0:0::/:/s\\nb:x:5:1::/:/s\n")}},
      {"stray-files",
       {.text =
            files("dir app/.git\nfile app/Dockerfile text=x\nfile usr/share/a/Dockerfile text=x\n"
                  "dir app/core\n")},
       {"app/.git/", "app/Dockerfile"},
       {}},
      {"ssh-server",
       {.text = files("file etc/ssh/ssh_host_rsa_key text=x\n"
                      "file etc/ssh/sshd_config text=PermitRootLogin\\syes\n"
                      "file usr/sbin/sshd mode=0755 text=x\n"),
        .config = with_ports({"22/tcp"})},
       {"etc/ssh/sshd_config:1 says PermitRootLogin yes",
        "etc/ssh/ssh_host_rsa_key is the same private key in all containers",
        "usr/sbin/sshd",
        "port 22 is exposed"},
       {.text = files("file etc/ssh/sshd_config text=#PermitRootLogin\\syes\n"),
        .config = with_ports({"2222/tcp"})}},
      {"world-writable-files",
       {.text = files("dir tmp mode=01777\ndir app mode=0777\nfile usr/bin/x mode=0757 text=x\n"
                      "symlink a -> b\n")},
       {"usr/bin/x", "app/"},
       {}},
      {"writable-application",
       {.text = files("dir app uid=1000\nfile app/run mode=0755 uid=1000 text=x\n"
                      "file app/a.py mode=0666 text=x\nfile app/data.csv mode=0666 text=x\n"),
        .config = of_app()},
       {"app/run is its user's own", "app/a.py may be written"},
       {.text = files("file app/run mode=0755 text=x\n"), .config = of_app()}},
      {"risky-ports",
       {.config = with_ports({"2375/tcp", "8080/tcp"})},
       {"port 2375/tcp is Docker without TLS"},
       {.config = with_ports({"443/tcp"})}},
      {"unsafe-search-path",
       {.text = files("dir opt/bin mode=0777\n"),
        .config = with_env({"PATH=/usr/bin::/opt/bin", "LD_LIBRARY_PATH=lib"})},
       {"PATH has an empty part, which is the working folder",
        "PATH has a folder that anybody may write: /opt/bin",
        "LD_LIBRARY_PATH has a relative folder: lib"},
       {.config = with_env({"PATH=/usr/bin:/bin", "LD_LIBRARY_PATH="})}},
      {"device-files",
       {.text = files("char opt/null\n")},
       {"opt/null is the character device 0:0"},
       {.text = files("char dev/null\n")}},
      {"readable-shadow",
       {.text = files("file etc/shadow mode=0644 text=x\n")},
       {"etc/shadow has the mode 644"},
       {.text = files("file etc/shadow mode=0640 text=x\n")}},
  };
  return table;
}

TEST(Checks, FindWhatTheyAreFor) {
  for (const CheckCase& one : cases()) {
    CheckResults results = judged(one.bad);
    std::vector<std::string> found = evidence_of(results, one.id);
    EXPECT_THAT(found, testing::UnorderedElementsAreArray(one.evidence)) << one.id;
    EXPECT_THAT(evidence_of(judged(one.good), one.id), IsEmpty()) << one.id;
  }
}

TEST(Checks, HaveACaseEach) {
  std::set<std::string_view> ids = {"file-capabilities"};  // below
  for (const CheckCase& one : cases()) ids.insert(one.id);
  for (const ImageCheck* check : check_table())
    EXPECT_TRUE(ids.contains(check->id)) << check->id << " has no case";
}

TEST(Checks, GroupByLevelAndLayer) {
  CheckResults results = judged({.text = "layer\nfile bin/a mode=04755 text=x\n"
                                         "layer\nfile bin/b mode=04755 text=x\n"
                                         "file bin/c mode=04777 text=x\n"});
  std::vector<std::string> seen;
  for (const CheckFinding& finding : results.findings) {
    if (finding.id == "setuid-files")
      seen.push_back(fmt::format("{} {} {}", to_text(finding.level), finding.layer, finding.path));
  }
  EXPECT_THAT(seen, ElementsAre("high 1 bin/c", "medium 0 bin/a", "medium 1 bin/b"));
  EXPECT_THAT(ids_of(*find_checks("setuid-files").at(0)),
              ElementsAre("setuid-files", "CIS-DI-0008", "CIS-4.8"));
}

TEST(Checks, CountWhatTheyDoNotKeep) {
  std::string text = "layer\n";
  for (int i = 0; i < 1200; ++i) text += fmt::format("file f{} mode=0666 text=x\n", i);
  std::vector<std::string> found = evidence_of(judged({.text = text}), "world-writable-files");
  EXPECT_EQ(found.size(), CheckSink::kMostFacts + 1);
  EXPECT_EQ(found.back(), "200 more of all layers");
}

TEST(Checks, RootWithoutPasswordIsCritical) {
  TestImage image{.text = files("file etc/shadow text=root::1::::::\n")};
  EXPECT_EQ(level_of(judged(image), "empty-password"), RiskLevel::Critical);
  image.text = files("file etc/shadow text=app::1::::::\n");
  EXPECT_EQ(level_of(judged(image), "empty-password"), RiskLevel::High);
}

TEST(ConfigLines, KeepNoPassword) {
  std::string kept =
      config_lines_of("etc/shadow", "root:$6$salt$hash:1::::::\napp:topsecret12345:1::\n");
  EXPECT_EQ(kept, "shadow\t1\troot\thash\nshadow\t2\tapp\tweak\n");
  EXPECT_EQ(config_lines_of("etc/passwd", "a:$1$x$y:5:6:Name:/h:/s\n"),
            "user\t1\ta\t5\t6\t/h\t/s\tweak\n");
}

TEST(ConfigLines, ReadStartScripts) {
  std::string kept = config_lines_of("usr/local/bin/docker-entrypoint.sh",
                                     "#!/bin/sh\nset -e\nif true; then\n  chown -R app /var/lib/x\n"
                                     "fi\necho a > /run/pid 2>/dev/null\nexec gosu app \"$@\"\n");
  EXPECT_EQ(kept, "script\t4\tchown\t/var/lib/x\nscript\t6\t>\t/run/pid\nscript\t7\tgosu\n");
  EXPECT_EQ(config_lines_of("usr/local/bin/tool", "#!/usr/bin/python3\nimport os\n"), "");
}

// linux/capability.h: VFS_CAP_REVISION_2 with the effective flag, CAP_NET_BIND_SERVICE (10).
TEST(FileCapabilities, AreReadFromTheAttribute) {
  LayerIndex layer;
  std::string value(
      "\x01\x00\x00\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 20);
  layer.names += "security.capability" + value;
  layer.entries.emplace_back();
  layer.xattrs.push_back({{0, 19}, {19, 20}});
  layer.extra_of(layer.entries.edit()[0]).xattr_count = 1;
  EXPECT_TRUE(file_capabilities(layer, layer.entries[0]).is_effective);
  EXPECT_THAT(capabilities_of(layer, layer.entries[0]), ElementsAre("CAP_NET_BIND_SERVICE"));
  layer.xattrs.edit()[0].value.size = 7;
  EXPECT_THAT(capabilities_of(layer, layer.entries[0]), IsEmpty());
}

const ReadinessAspect& aspect(const CheckResults& results, size_t index) {
  return results.readiness.aspects.at(index);
}

std::vector<std::string> texts(const ReadinessAspect& aspect) {
  std::vector<std::string> out;
  for (const Obstacle& obstacle : aspect.obstacles) out.push_back(obstacle.text);
  return out;
}

TEST(Readiness, NamesWhatAStartScriptDoes) {
  TestImage image;
  image.text = files(
      "file start.sh mode=0755 text=#!/bin/sh\\nmkdir\\s-p\\s/run/x\\nchown\\sapp\\s"
      "/data/db\\nexec\\ssu-exec\\sapp\\s$@\n");
  image.config.entrypoint = {"/start.sh"};
  CheckResults results = judged(image);
  EXPECT_EQ(aspect(results, 0).verdict, ReadinessVerdict::Likely);
  EXPECT_THAT(
      texts(aspect(results, 0)),
      ElementsAre("start.sh:2 writes to /run/x (mkdir)", "start.sh:3 writes to /data/db (chown)"));
  EXPECT_THAT(
      texts(aspect(results, 1)),
      ElementsAre(
          "start.sh:3 calls chown", "start.sh:4 calls su-exec", "start.sh:4 calls su-exec"));
  EXPECT_THAT(results.readiness.run_options,
              testing::IsSupersetOf(std::vector<std::string>{"--read-only",
                                                             "--tmpfs=/run",
                                                             "--volume=/data",
                                                             "--cap-drop=ALL",
                                                             "--cap-add=CHOWN",
                                                             "--cap-add=SETUID"}));
  EXPECT_THAT(results.readiness.run_options, Not(Contains("--user=65532")));  // it calls chown
  image.config.volumes = {"/data"};
  EXPECT_THAT(texts(aspect(judged(image), 0)), ElementsAre("start.sh:2 writes to /run/x (mkdir)"));
}

TEST(Readiness, SeesFilesThatTheUserMayNotRead) {
  TestImage image;
  image.text = files("dir app\nfile app/run mode=0700 text=x\nfile app/key mode=0600 text=x\n");
  image.config = of_app();
  CheckResults results = judged(image);
  EXPECT_EQ(aspect(results, 2).verdict, ReadinessVerdict::No);
  EXPECT_THAT(texts(aspect(results, 2)),
              ElementsAre("app/run may not be executed by the user",
                          "the user may not read app/key, app/run"));
  image.text = files("dir app\nfile app/run mode=0755 text=x\n");
  EXPECT_EQ(aspect(judged(image), 2).verdict, ReadinessVerdict::Likely);
  EXPECT_THAT(aspect(judged(image), 2).obstacles, IsEmpty());
}

TEST(Readiness, BelievesATrace) {
  TestImage image;
  image.config.cmd = {"nginx"};
  image.config.exposed_ports = {"80/tcp"};
  EXPECT_THAT(texts(aspect(judged(image), 0)), Contains("nginx writes to /var/cache/nginx"));
  image.config.user = "101";
  image.trace = Trace();
  image.trace->written = {"/run/nginx.pid"};
  CheckResults results = judged(image);
  EXPECT_EQ(aspect(results, 0).verdict, ReadinessVerdict::With);
  EXPECT_THAT(texts(aspect(results, 0)), ElementsAre("a run wrote to /run"));
  EXPECT_EQ(aspect(results, 1).verdict, ReadinessVerdict::Yes);
  image.trace->written = {"/state"};
  EXPECT_EQ(aspect(judged(image), 0).verdict, ReadinessVerdict::No);
}

TEST(AttackSurface, SumsItsParts) {
  TestImage image{.text = files("file bin/sh mode=04755 text=x\nsymlink bin/ash -> sh\n"
                                "file a mode=0666 text=x\n"),
                  .config = running_as("1000")};
  // Two shells, a setuid program, a file that anybody may write.
  EXPECT_EQ(judged(image).surface.tenths(), 2U * 30 + 20 + 2);
  image.config.user = "";
  image.config.exposed_ports = {"80/tcp"};
  EXPECT_EQ(judged(image).surface.tenths(), 2U * 30 + 20 + 2 + 100 + 20);
}

// docs/checks.md as the tables have it.
std::string page() {
  std::string text =
      "# Checks of an image\n\nWhat `whittle scan --scanners config` looks for (see "
      "[scan.md](scan.md#configuration)). An ignore file may name a check by any of its ids. This "
      "page is made from the table (`docs/adding-a-check.md`).\n\n"
      "| check | finds | level | dockle | CIS Docker Benchmark 1.6 |\n|---|---|---|---|---|\n";
  for (const ImageCheck* check : check_table()) {
    text += fmt::format("| [`{0}`](#{0}) | {1} | {2} | {3} | {4} |\n",
                        check->id,
                        check->title,
                        to_text(check->level),
                        replace_all(check->dockle, " ", ", "),
                        replace_all(check->cis, " ", ", "));
  }
  for (const ImageCheck* check : check_table())
    text += fmt::format("\n## {}\n\nFinds that {}. {}\n\nWhat to do: {}.\n",
                        check->id,
                        check->title,
                        check->why,
                        check->remedy);
  text +=
      "\n## Attack surface\n\nThe sum of what stands in the table, each counted as often as it is "
      "there; less is better, and there is no end to it. Programs are told by their names in "
      "folders for programs; a name counts once.\n\n| what | points each |\n|---|--:|\n";
  for (const SurfacePart& part : judged({}).surface.parts)
    text += fmt::format(
        "| {} | {}.{} |\n", part.title, part.weight_tenths / 10, part.weight_tenths % 10);
  return text;
}

TEST(Checks, AreAllOnTheirPage) {
  fs::path file = fs::path(WHITTLE_SOURCE_DIR) / "docs" / "checks.md";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file_atomic(file, page()).ok());
  }
  Result<std::string> text = read_file(file, 1 << 20);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(*text, page()) << "UPDATE_GOLDEN=1 writes it anew";
}

TEST(Checks, AreFoundByEveryId) {
  EXPECT_EQ(find_checks("dkl-li-0001").at(0)->id, "empty-password");
  EXPECT_EQ(find_checks("CIS-4.3").size(), 4U);
  EXPECT_THAT(find_checks("4.3"), IsEmpty());
  // All of dockle's.
  for (std::string_view id :
       {"CIS-DI-0001", "CIS-DI-0002", "CIS-DI-0003", "CIS-DI-0004", "CIS-DI-0005",
        "CIS-DI-0006", "CIS-DI-0007", "CIS-DI-0008", "CIS-DI-0009", "CIS-DI-0010",
        "CIS-DI-0011", "DKL-DI-0001", "DKL-DI-0002", "DKL-DI-0003", "DKL-DI-0004",
        "DKL-DI-0005", "DKL-DI-0006", "DKL-LI-0001", "DKL-LI-0002", "DKL-LI-0003"})
    EXPECT_FALSE(find_checks(id).empty()) << id;
}

}  // namespace
}  // namespace whittle
