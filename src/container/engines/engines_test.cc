// The table and the choice, Docker's versions and hosts, and the bundle that a runtime gets.
#include "container/engines/engines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "container/engines/bundle_options.h"
#include "container/engines/docker_api.h"
#include "container/engines/docker_cli.h"
#include "container/engines/oci_bundle.h"

namespace whittle {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// Sets a variable of the environment for one test.
class ScopedEnv {
 public:
  ScopedEnv(const char* name, const char* value) : name_(name) {
    if (const char* old = std::getenv(name)) old_ = old;
    ::setenv(name, value, 1);
  }

  ~ScopedEnv() { old_ ? ::setenv(name_, old_->c_str(), 1) : ::unsetenv(name_); }

  ScopedEnv(const ScopedEnv&) = delete;
  ScopedEnv& operator=(const ScopedEnv&) = delete;

 private:
  const char* name_;
  std::optional<std::string> old_;
};

TEST(EngineTableTest, NamesAreUniqueAndInTheOrderOfChoice) {
  std::vector<std::string_view> names;
  for (const EngineInfo& info : engine_table()) {
    names.push_back(info.name);
    EXPECT_NE(info.what, "");
    EXPECT_NE(info.open, nullptr);
  }
  EXPECT_THAT(names, ElementsAre("docker", "podman", "builtin"));
}

TEST(EngineTableTest, RefusesUnknownNames) {
  CancelToken never;
  Result<std::unique_ptr<Engine>> engine = open_engine("kaniko", {}, never);
  ASSERT_FALSE(engine.ok());
  EXPECT_EQ(engine.error().kind(), ErrorKind::Usage);
  EXPECT_EQ(engine.error().hint(), "Engines: auto, docker, podman, builtin");
}

TEST(EngineTableTest, SaysWhyNoneAnswers) {
  TempDir empty = TempDir::make("path").value();
  ScopedEnv path("PATH", empty.path().c_str());
  EngineOptions options;
  options.run_id = "none";
  options.work_dir = empty.path();
  CancelToken never;
  Result<std::unique_ptr<Engine>> engine = open_engine("auto", options, never);
  ASSERT_FALSE(engine.ok());
  EXPECT_EQ(engine.error().kind(), ErrorKind::NotFound);
  EXPECT_THAT(engine.error().message(), HasSubstr("docker: no `docker` program is installed"));
  EXPECT_THAT(engine.error().message(), HasSubstr("podman: `podman` is not installed"));
  EXPECT_THAT(engine.error().message(), HasSubstr("builtin: buildah is not installed"));
  EXPECT_NE(engine.error().hint(), "");
  Result<std::unique_ptr<Engine>> named = open_engine("podman", options, never);
  ASSERT_FALSE(named.ok());
  EXPECT_THAT(named.error().message(), HasSubstr("engine podman does not answer: "));
}

TEST(EngineTableTest, ADaemonThatIsNotRunningIsAnErrorWithAHint) {
  TempDir folder = TempDir::make("docker").value();
  ASSERT_TRUE(write_file_atomic(folder.path() / "docker",
                                "#!/bin/sh\necho 'Docker version 20.10.24, build 297e128'\n")
                  .ok());
  fs::permissions(folder.path() / "docker", fs::perms::owner_all);
  ScopedEnv path("PATH", (folder.path().string() + ":/usr/bin:/bin").c_str());
  ScopedEnv host("DOCKER_HOST", ("unix://" + folder.path().string() + "/docker.sock").c_str());
  CancelToken never;
  EngineOptions options;
  options.work_dir = folder.path();
  Result<std::unique_ptr<Engine>> engine = open_engine("docker", options, never);
  ASSERT_FALSE(engine.ok());
  EXPECT_THAT(engine.error().message(), HasSubstr("docker.sock does not answer"));
  EXPECT_EQ(engine.error().hint(), "Start the Docker daemon, or set DOCKER_HOST");
}

TEST(DockerCliTest, ReadsVersions) {
  EXPECT_EQ(parse_docker_version("Docker version 20.10.24+dfsg1, build 297e128\n"),
            "20.10.24+dfsg1");
  EXPECT_EQ(parse_docker_version("Docker version 28.2.2, build e6534b4\n"), "28.2.2");
  EXPECT_FALSE(parse_docker_version("podman version 4.3.1\n").has_value());
  EXPECT_FALSE(parse_docker_version("").has_value());
}

TEST(DockerCliTest, KnowsWhichClientsHaveBuildkit) {
  for (const char* yes : {"18.09.1", "19.03.15", "20.10.24+dfsg1", "22.06.0-beta"})
    EXPECT_TRUE(has_builtin_buildkit(yes)) << yes;
  for (const char* no : {"17.12.1", "18.06.3", "23.0.0", "28.2.2", "29.1.0", "", "x"})
    EXPECT_FALSE(has_builtin_buildkit(no)) << no;
}

// Writes a program that says it is that client, with or without the plugin.
void write_client(const fs::path& file, const std::string& version, bool buildx) {
  fs::create_directories(file.parent_path());
  std::string script = "#!/bin/sh\ncase $1 in\n--version) echo 'Docker version " + version +
                       ", build 1' ;;\n*) exit " + (buildx ? "0" : "1") + " ;;\nesac\n";
  ASSERT_TRUE(write_file_atomic(file, script).ok());
  fs::permissions(file, fs::perms::owner_all);
}

std::optional<DockerCli> choose_from(const fs::path& root) {
  std::string path =
      root.string() + "/a:" + root.string() + "/b:" + root.string() + "/c:/usr/sbin:/nowhere";
  ScopedEnv scoped("PATH", path.c_str());
  CancelToken never;
  return choose_docker_cli(never);
}

TEST(DockerCliTest, PrefersAClientThatCanDoBuildkit) {
  TempDir folder = TempDir::make("clients").value();
  write_client(folder.path() / "a/docker", "28.2.2", false);
  EXPECT_FALSE(choose_from(folder.path())->buildkit);
  write_client(folder.path() / "b/docker", "20.10.24", false);
  write_client(folder.path() / "c/docker", "29.1.0", true);
  EXPECT_EQ(choose_from(folder.path())->program, folder.path() / "b/docker");
  write_client(folder.path() / "b/docker", "24.0.0", false);
  EXPECT_EQ(choose_from(folder.path())->program, folder.path() / "c/docker");
}

TEST(DockerHostTest, ReadsEveryForm) {
  DockerEndpoint local = parse_docker_host("unix:///run/user/1000/docker.sock").value();
  EXPECT_EQ(local.unix_socket, "/run/user/1000/docker.sock");
  EXPECT_EQ(local.base_url, "http://localhost");
  {
    ScopedEnv verify("DOCKER_TLS_VERIFY", "");
    EXPECT_EQ(parse_docker_host("tcp://h:2375/")->base_url, "http://h:2375");
  }
  ScopedEnv verify("DOCKER_TLS_VERIFY", "1");
  ScopedEnv certificates("DOCKER_CERT_PATH", "/certs");
  DockerEndpoint secure = parse_docker_host("tcp://h:2376").value();
  EXPECT_EQ(secure.base_url, "https://h:2376");
  EXPECT_EQ(secure.tls_folder, "/certs");
  Result<DockerEndpoint> ssh = parse_docker_host("ssh://user@h");
  ASSERT_FALSE(ssh.ok());
  EXPECT_EQ(ssh.error().kind(), ErrorKind::Usage);
}

BundleSpec some_spec() {
  BundleSpec spec;
  spec.config.entrypoint = {"/entry"};
  spec.config.cmd = {"serve", "--all"};
  spec.config.env = {"A=1", "B=two=2", "broken"};
  spec.config.working_dir = "/srv/../app/";
  spec.request.env = {{"A", "over"}, {"C", ""}};
  spec.user.uid = 33;
  spec.user.gid = 34;
  spec.user.groups = {50};
  spec.user.home = "/var/www";
  spec.rootfs = "/mnt/root";
  spec.hostname = "box";
  spec.mounts = {{"/host/hosts", "/etc/hosts"}};
  spec.capabilities = default_capabilities();
  return spec;
}

TEST(OciBundleTest, RunsAsTheImageSays) {
  json config = json::parse(bundle_config(some_spec()).value());
  const json& process = config["process"];
  EXPECT_EQ(process["args"], json({"/entry", "serve", "--all"}));
  EXPECT_EQ(process["cwd"], "/app");
  EXPECT_EQ(process["user"], json::parse(R"({"uid": 33, "gid": 34, "additionalGids": [50]})"));
  EXPECT_EQ(process["env"],
            json({"A=over",
                  "B=two=2",
                  "C=",
                  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                  "HOSTNAME=box",
                  "HOME=/var/www"}));
  EXPECT_FALSE(process.contains("rlimits")) << "none above the host's";
  EXPECT_EQ(config["root"]["path"], "/mnt/root");
  EXPECT_FALSE(config["root"]["readonly"].get<bool>());
  std::set<std::string> types;
  for (const json& item : config["linux"]["namespaces"])
    types.insert(item["type"].get<std::string>());
  EXPECT_EQ(types, (std::set<std::string>{"ipc", "mount", "network", "pid", "uts"}));
  EXPECT_THAT(config["linux"]["maskedPaths"].get<std::vector<std::string>>(),
              Contains("/proc/kcore"));
  EXPECT_EQ(config["mounts"].back()["source"], "/host/hosts");
  EXPECT_EQ(config["linux"]["sysctl"]["net.ipv4.ip_unprivileged_port_start"], "0");
}

TEST(OciBundleTest, GivesCapabilitiesOnlyToRoot) {
  BundleSpec spec = some_spec();
  json web = json::parse(bundle_config(spec).value());
  EXPECT_EQ(web["process"]["capabilities"]["effective"], json::array());
  EXPECT_EQ(web["process"]["capabilities"]["bounding"].size(), 14U);
  spec.user = {};
  json root = json::parse(bundle_config(spec).value());
  EXPECT_EQ(root["process"]["capabilities"]["effective"].size(), 14U);
  // CAP_CHOWN is bit 0, CAP_SYS_ADMIN (21) is never given.
  EXPECT_THAT(allowed_capabilities((1ULL << 0) | (1ULL << 21)), ElementsAre("CAP_CHOWN"));
  EXPECT_THAT(default_capabilities(), Not(Contains("CAP_SYS_ADMIN")));
}

TEST(OciBundleTest, LimitsMemoryWhereTheCgroupCan) {
  BundleSpec spec = some_spec();
  spec.request.memory_bytes = 1 << 20;
  EXPECT_FALSE(json::parse(bundle_config(spec).value())["linux"]["resources"].contains("memory"));
  spec.limit_memory = true;
  EXPECT_EQ(json::parse(bundle_config(spec).value())["linux"]["resources"]["memory"],
            json::parse(R"({"limit": 1048576})"));
  spec.limit_swap = true;
  EXPECT_EQ(json::parse(bundle_config(spec).value())["linux"]["resources"]["memory"]["swap"],
            1048576);
}

TEST(OciBundleTest, TheCommandOfTheRequestReplacesCmdOnly) {
  BundleSpec spec = some_spec();
  spec.request.command = {"other"};
  EXPECT_EQ(json::parse(bundle_config(spec).value())["process"]["args"], json({"/entry", "other"}));
  spec.config.entrypoint.clear();
  spec.config.cmd.clear();
  spec.request.command.clear();
  EXPECT_EQ(bundle_config(spec).error().kind(), ErrorKind::Invalid);
}

TEST(OciBundleTest, TakesWordsOfDockerRun) {
  BundleSpec spec = some_spec();
  spec.capabilities = {"CAP_CHOWN", "CAP_KILL"};
  ASSERT_TRUE(add_run_words({"--read-only",
                             "--tmpfs=/tmp",
                             "--tmpfs",
                             "/fill:size=8m,exec",
                             "--volume=/data",
                             "--cap-drop=ALL",
                             "--cap-add=SETUID",
                             "--security-opt=no-new-privileges",
                             "--pids-limit=100"},
                            UINT64_MAX,
                            spec)
                  .ok());
  EXPECT_EQ(spec.capabilities, std::vector<std::string>{"CAP_SETUID"});
  EXPECT_EQ(spec.config.volumes.back(), "/data");
  EXPECT_EQ(spec.request.max_processes, 100);
  json config = json::parse(bundle_config(spec).value());
  EXPECT_EQ(config["root"]["readonly"], true);
  EXPECT_EQ(config["process"]["noNewPrivileges"], true);
  json fill = {{"destination", "/fill"},
               {"type", "tmpfs"},
               {"source", "tmpfs"},
               {"options", {"nosuid", "nodev", "noexec", "size=8m", "exec"}}};
  EXPECT_THAT(config["mounts"], testing::Contains(fill));
}

TEST(OciBundleTest, RefusesOtherWordsOfDockerRun) {
  for (const char* word : {"--privileged",
                           "--gpus=all",
                           "-p",
                           "--tmpfs",
                           "--tmpfs=/",
                           "--tmpfs=tmp",
                           "--volume=/etc:/etc",
                           "--cap-add=BPF",
                           "--pids-limit=0",
                           "--security-opt=label=disable"}) {
    BundleSpec spec = some_spec();
    Status status = add_run_words({word}, UINT64_MAX, spec);
    ASSERT_FALSE(status.ok()) << word;
    EXPECT_EQ(status.error().kind(), ErrorKind::Usage) << word;
  }
}

TEST(OciBundleTest, TakesASeccompProfile) {
  BundleSpec spec = some_spec();
  spec.seccomp = R"({"defaultAction": "SCMP_ACT_ERRNO"})";
  EXPECT_EQ(json::parse(bundle_config(spec).value())["linux"]["seccomp"]["defaultAction"],
            "SCMP_ACT_ERRNO");
  for (const char* other : {"[]", "{", R"({"archMap": []})"}) {
    spec.seccomp = other;
    EXPECT_FALSE(bundle_config(spec).ok()) << other;
  }
}

TEST(OciBundleTest, ReadsBuildahInspect) {
  RunConfig config =
      parse_buildah_inspect(
          R"({"OCIv1": {"config": {"User": "web", "Env": ["A=1", 7], "Entrypoint": ["/e"],
    "Cmd": null, "WorkingDir": "/w", "Volumes": {"/data": {}}, "ExposedPorts": {"80/tcp": {}}}}})")
          .value();
  EXPECT_EQ(config.user, "web");
  EXPECT_THAT(config.env, ElementsAre("A=1"));
  EXPECT_THAT(config.entrypoint, ElementsAre("/e"));
  EXPECT_TRUE(config.cmd.empty());
  EXPECT_THAT(config.volumes, ElementsAre("/data"));
  EXPECT_THAT(config.exposed_ports, ElementsAre("80/tcp"));
  EXPECT_TRUE(parse_buildah_inspect("{}").ok());
  EXPECT_FALSE(parse_buildah_inspect("nonsense").ok());
}

}  // namespace
}  // namespace whittle
