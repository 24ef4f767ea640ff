#include "trace/harden.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/fs.h"
#include "trace/syscall_sets.h"

namespace whittle {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Trace server() {
  Trace trace;
  trace.architecture = "amd64";
  trace.syscalls_start = {"execve", "openat", "setuid", "setgid"};
  trace.syscalls_serving = {"rename"};
  trace.written = {"/run/app.pid", "/tmp/upload/1", "/tmp/x", "/var/lib/app/data"};
  trace.ports = {{80, false}};
  return trace;
}

TEST(Harden, KnowsTheCallsThatTheSensorPassesOver) {
  Result<std::string> source = read_file(WHITTLE_SOURCE_DIR "/src/sensor/calls.cc", 1 << 20);
  ASSERT_TRUE(source.ok());
  size_t begin = source->find("int16_t kCommon[]");
  size_t end = source->find("};", begin);
  std::vector<std::string> names;
  for (size_t at = source->find("__NR_", begin); at < end; at = source->find("__NR_", at + 1)) {
    size_t stop = source->find(',', at);
    names.push_back(source->substr(at + 5, stop - at - 5));
  }
  EXPECT_GT(names.size(), 100U);
  EXPECT_EQ(names, common_syscalls());
}

TEST(Harden, AllowsWhatWasUsedAndItsKin) {
  Hardening hardening = harden(server(), {});
  for (const char* name : {"read", "openat", "open", "openat2", "renameat2", "fstatfs", "setuid"})
    EXPECT_THAT(hardening.syscalls, Contains(name));
  for (const char* name : {"mount", "bpf", "mknod", "ptrace", "unshare"})
    EXPECT_THAT(hardening.syscalls, Not(Contains(name)));
  nlohmann::json profile = nlohmann::json::parse(hardening.seccomp);
  EXPECT_EQ(profile["defaultAction"], "SCMP_ACT_ERRNO");
  EXPECT_EQ(profile["syscalls"][0]["names"].size(), hardening.syscalls.size());
  EXPECT_TRUE(std::is_sorted(hardening.syscalls.begin(), hardening.syscalls.end()));
}

TEST(Harden, MakesTheRootReadOnly) {
  RunConfig config;
  config.volumes = {"/var/lib/app"};
  Hardening hardening = harden(server(), config);
  EXPECT_THAT(hardening.writable, ElementsAre("/run", "/tmp"));
  EXPECT_THAT(hardening.run_options,
              ElementsAre("--cap-drop=ALL",
                          "--cap-add=DAC_OVERRIDE",
                          "--cap-add=KILL",
                          "--cap-add=NET_BIND_SERVICE",
                          "--cap-add=SETGID",
                          "--cap-add=SETUID",
                          "--security-opt=no-new-privileges",
                          "--read-only",
                          "--tmpfs=/run",
                          "--tmpfs=/tmp"));
  Trace in_root = server();
  in_root.written = {"/made"};
  EXPECT_THAT(harden(in_root, {}).run_options, Not(Contains("--read-only")));
}

TEST(Harden, NamesWhatKeepsItFromAnotherUser) {
  EXPECT_THAT(harden(server(), {}).nonroot_obstacles,
              ElementsAre(HasSubstr("port 80"),
                          HasSubstr("CAP_SETGID"),
                          HasSubstr("CAP_SETUID"),
                          HasSubstr("writes to /run"),
                          HasSubstr("writes to /tmp"),
                          HasSubstr("writes to /var/lib/app")));
  RunConfig config;
  config.user = "app";
  Hardening hardening = harden(server(), config);
  EXPECT_THAT(hardening.nonroot_obstacles, IsEmpty());
  EXPECT_THAT(hardening.capabilities, ElementsAre("NET_BIND_SERVICE"));
  EXPECT_THAT(hardening_kubernetes(hardening, "shop:1"), HasSubstr("runAsNonRoot: true"));
}

TEST(Harden, QuotesForeignNames) {
  Trace trace = server();
  trace.written = {"/od d\"/x"};
  Hardening hardening = harden(trace, {});
  EXPECT_THAT(hardening_shell(hardening, "a b"), HasSubstr("'--volume=/od d\"'"));
  EXPECT_THAT(hardening_compose(hardening, "shop:1"), HasSubstr("- \"/od d\\\"\""));
  EXPECT_THAT(hardening_kubernetes(hardening, "shop:1"), HasSubstr("mountPath: \"/od d\\\"\""));
}

}  // namespace
}  // namespace whittle
