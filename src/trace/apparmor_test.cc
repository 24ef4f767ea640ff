#include "trace/apparmor.h"

#include <gtest/gtest.h>

#include "base/fs.h"
#include "base/strings.h"
#include "base/subprocess.h"

namespace whittle {
namespace {

Trace sample() {
  Trace trace;
  trace.programs = {"", "/usr/bin/python3.11", "/opt/a b{c}/run"};
  TraceAccess shell;
  shell.path = "/bin/sh";
  shell.uses = bit(TraceUse::Execute);
  shell.succeeded = true;
  TraceAccess missing = shell;
  missing.path = "/usr/local/sbin/sh";
  missing.succeeded = false;
  trace.accesses = {shell, missing};
  trace.written = {"/mark", "/tmp/x/y", "/tmp/z", "/var/run/app.pid"};
  return trace;
}

TEST(AppArmor, RulesNameFolders) {
  RunConfig config;
  config.volumes = {"/data/"};
  std::string rules = apparmor_rules(sample(), config, {"NET_BIND_SERVICE"});
  for (const char* line : {"  capability net_bind_service,\n",
                           "  \"/bin/*\" mrix,\n",
                           "  \"/usr/bin/*\" mrix,\n",
                           "  \"/opt/a b\\{c\\}/*\" mrix,\n",
                           "  \"/*\" rwkl,\n",
                           "  \"/tmp/**\" rwkl,\n",
                           "  \"/data/**\" rwkl,\n",
                           "  \"/data/\" rw,\n",
                           "  \"/var/run/**\" rwkl,\n",
                           "  \"/run/**\" rwkl,\n"})
    EXPECT_TRUE(contains(rules, line)) << line << rules;
  for (const char* text : {"network", "/usr/local/sbin", "/tmp/x"})
    EXPECT_FALSE(contains(rules, text)) << text;
  Trace serving = sample();
  serving.ports = {{80, false}};
  EXPECT_TRUE(contains(apparmor_rules(serving, config, {}), "  network inet,\n"));
}

TEST(AppArmor, ManyFoldersBecomeThoseAboveThem) {
  Trace trace;
  for (int i = 0; i < 1000; ++i)
    trace.written.push_back("/srv/data/" + std::to_string(i) + "/file");
  std::string rules = apparmor_rules(trace, {}, {});
  EXPECT_TRUE(contains(rules, "\"/srv/data/**\" rwkl,"));
  EXPECT_FALSE(contains(rules, "/srv/data/1"));
}

TEST(AppArmor, NamesLinesAndPatternsOfPathsAreHarmless) {
  Trace trace;
  trace.written = {"/evil\n}/x", "/a\"b*/x", "/c@{d}/x"};
  std::string rules = apparmor_rules(trace, {}, {});
  EXPECT_FALSE(contains(rules, "evil"));
  EXPECT_TRUE(contains(rules, "\"/a\\\"b\\*/**\" rwkl,"));
  EXPECT_EQ(apparmor_name("reg:5000/shop/\n:1.4"), "whittle-reg-5000-shop---1.4");
}

// Read by AppArmor's own parser, where it is installed.
TEST(AppArmor, TheParserTakesIt) {
  Trace trace = sample();
  trace.ports = {{80, false}};
  trace.written.insert(trace.written.end(), {"/a\"b*/x", "/c@{d}/x", "/e,f/x", "/g^[h]/x"});
  Result<TempDir> folder = TempDir::make("apparmor-test");
  ASSERT_TRUE(folder.ok());
  fs::path file = folder->path() / "profile";
  std::string text =
      apparmor_profile(apparmor_rules(trace, {}, {"CHOWN", "DAC_OVERRIDE"}), "shop:1.4");
  ASSERT_TRUE(write_file_atomic(file, text).ok());
  Command command;
  command.args = {"apparmor_parser", "-QTK", file.string()};
  command.max_output_bytes = 64 * 1024;
  CancelToken never;
  Result<CommandResult> parsed = run_command(command, never);
  if (!parsed.ok()) GTEST_SKIP() << "apparmor_parser is not here";
  EXPECT_TRUE(parsed->succeeded()) << parsed->err << text;
}

}  // namespace
}  // namespace whittle
