// One small image a language: what imports lead to, worked by hand.
#include <gtest/gtest.h>

#include "reach/reached.h"

namespace whittle::test {

namespace {

// A Python with the parts of its library that the test names, and nothing in them.
std::vector<TestEntry> with_python(std::vector<TestEntry> entries) {
  for (const char* name : {"os.py",
                           "site.py",
                           "json/__init__.py",
                           "json/decoder.py",
                           "csv.py",
                           "decimal.py",
                           "zoneinfo/__init__.py",
                           "encodings/__init__.py",
                           "encodings/idna.py",
                           "sqlite3/__init__.py",
                           "lzma.py"})
    entries.push_back({"file usr/lib/python3.11/" + std::string(name), ""});
  entries.push_back(
      {"file usr/lib/python3.11/lib-dynload/_bz2.cpython-311-x86_64-linux-gnu.so", ""});
  entries.push_back({"program usr/bin/python3.11", "\177ELF"});
  entries.push_back({"symlink usr/bin/python3 -> python3.11", ""});
  return entries;
}

}  // namespace

TEST(ReachPython, FollowsImportsOfEveryForm) {
  Reached image(
      with_python({{"file app/main.py",
                    "import json.decoder, csv as c\n"
                    "from lib import (one,\n  two as deux)\n"
                    "from .side import x\n"
                    "def lazy():\n    import decimal\n"
                    "if TYPE_CHECKING:\n    import lzma\n"},
                   {"file app/side.py", ""},
                   {"file app/unused.txt", ""},
                   {"file usr/lib/python3/dist-packages/lib/__init__.py", "from . import inner\n"},
                   {"file usr/lib/python3/dist-packages/lib/inner.py", ""},
                   {"file usr/lib/python3/dist-packages/lib/one.py", "import _bz2\n"},
                   {"file usr/lib/python3/dist-packages/lib/two/__init__.py", ""},
                   {"file usr/lib/python3/dist-packages/lib/three.py", ""},
                   {"file usr/lib/python3/dist-packages/lib/data/table.json", "{}"},
                   {"file usr/lib/python3/dist-packages/lib/tests/big.json", "{}"},
                   {"file usr/lib/python3/dist-packages/other/__init__.py", ""}}),
      command({"python3", "main.py"}, "/app"));
  for (const char* path : {"app/main.py",
                           "app/side.py",
                           "usr/bin/python3",
                           "usr/bin/python3.11",
                           "usr/lib/python3.11/os.py",
                           "usr/lib/python3.11/json/__init__.py",
                           "usr/lib/python3.11/json/decoder.py",
                           "usr/lib/python3.11/csv.py",
                           "usr/lib/python3/dist-packages/lib/__init__.py",
                           "usr/lib/python3/dist-packages/lib/inner.py",
                           "usr/lib/python3/dist-packages/lib/one.py",
                           "usr/lib/python3/dist-packages/lib/two/__init__.py",
                           "usr/lib/python3.11/lib-dynload/_bz2.cpython-311-x86_64-linux-gnu.so",
                           "usr/lib/python3.11/encodings/idna.py",
                           // An application's own lazy import is written to be used.
                           "usr/lib/python3.11/decimal.py"})
    EXPECT_TRUE(image.must(path)) << path;
  for (const char* path : {"usr/lib/python3/dist-packages/lib/three.py",
                           "usr/lib/python3/dist-packages/other/__init__.py",
                           "usr/lib/python3/dist-packages/lib/tests/big.json",
                           "usr/lib/python3.11/lzma.py"})
    EXPECT_TRUE(image.none(path)) << path << ": " << image.reason(path);
  EXPECT_TRUE(image.may("usr/lib/python3/dist-packages/lib/data/table.json"));
  EXPECT_EQ(image.reason("usr/lib/python3.11/csv.py"), "imported by app/main.py line 1");
  EXPECT_EQ(image.chain("usr/lib/python3.11/lib-dynload/_bz2.cpython-311-x86_64-linux-gnu.so"),
            (std::vector<std::string>{
                "usr/lib/python3.11/lib-dynload/_bz2.cpython-311-x86_64-linux-gnu.so",
                "usr/lib/python3/dist-packages/lib/one.py",
                "app/main.py"}));
}

TEST(ReachPython, FollowsModulesByNameAndRecords) {
  Reached image(with_python({{"file srv/pkg/__init__.py", ""},
                             {"file srv/pkg/__main__.py",
                              "import importlib, subprocess\n"
                              "importlib.import_module('tool.plugin_a')\n"
                              "subprocess.run(['sort', '-n'])\n"
                              "importlib.import_module(f'{__name__}.exporters.{kind}_')\n"
                              "SETTING = 'tool.plugin_b'\n"},
                             {"file srv/pkg/exporters/csv_.py", "import sqlite3\n"},
                             {"file usr/lib/python3/dist-packages/tool/__init__.py", ""},
                             {"file usr/lib/python3/dist-packages/tool/plugin_a.py", ""},
                             {"file usr/lib/python3/dist-packages/tool/plugin_b.py", ""},
                             {"file usr/lib/python3/dist-packages/tool/plugin_c.py", ""},
                             {"file usr/lib/python3/dist-packages/tool-1.0.dist-info/METADATA",
                              "Name: tool\nVersion: 1.0\n"},
                             {"file usr/lib/python3/dist-packages/gone-1.0.dist-info/METADATA",
                              "Name: gone\nVersion: 1.0\n"},
                             {"program usr/bin/sort", "\177ELF"},
                             {"program usr/bin/head", "\177ELF"}}),
                command({"python3", "-m", "pkg"}, "/srv"));
  for (const char* path : {"srv/pkg/__main__.py",
                           "usr/lib/python3/dist-packages/tool/plugin_a.py",
                           "usr/bin/sort",
                           "usr/lib/python3/dist-packages/tool/plugin_b.py",
                           "srv/pkg/exporters/csv_.py",
                           "usr/lib/python3.11/sqlite3/__init__.py",
                           "usr/lib/python3/dist-packages/tool-1.0.dist-info/METADATA"})
    EXPECT_TRUE(image.must(path)) << path << ": " << image.reason(path);
  for (const char* path : {"usr/lib/python3/dist-packages/tool/plugin_c.py",
                           "usr/bin/head",
                           "usr/lib/python3/dist-packages/gone-1.0.dist-info/METADATA"})
    EXPECT_TRUE(image.none(path)) << path << ": " << image.reason(path);
}

TEST(ReachNode, ResolvesAsNodeDoes) {
  Reached image(
      {{"program usr/bin/node", "\177ELF"},
       {"file app/server.js",
        "const a = require('plain'); import b from 'modern/sub';\nrequire('./routes');\n"
        "app.get('/', (req) => require(`./reports/${req.kind}.js`));\n"
        "// require('commented')\nconst re = /require('fake')/;\n"},
       {"file app/routes/index.js", "require('../lib/util')"},
       {"file app/lib/util.js", "require('child_process').execFile('gzip', ['-9'])"},
       {"file app/reports/a.js", ""},
       {"file app/package.json",
        R"({"name":"app","dependencies":{"plain":"1","modern":"1","native":"1"},"devDependencies":{"jest":"1"}})"},
       {"file app/node_modules/plain/package.json",
        R"({"name":"plain","main":"lib/main","dependencies":{"deep":"1"}})"},
       {"file app/node_modules/plain/lib/main.js", "require('undeclared')"},
       {"file app/node_modules/plain/README.md", "x"},
       {"file app/node_modules/plain/test/a.js", "require('jest')"},
       {"file app/node_modules/deep/package.json", R"({"name":"deep"})"},
       {"file app/node_modules/deep/index.js", ""},
       {"file app/node_modules/undeclared/index.js", ""},
       {"file app/node_modules/undeclared/other.js", ""},
       {"file app/node_modules/modern/package.json",
        R"({"name":"modern","exports":{".":"./a.js","./sub":{"types":"./t.d.ts","import":"./s.mjs","require":"./s.cjs"}}})"},
       {"file app/node_modules/modern/s.mjs", ""},
       {"file app/node_modules/modern/s.cjs", ""},
       {"file app/node_modules/modern/t.d.ts", ""},
       {"file app/node_modules/native/package.json", R"({"name":"native"})"},
       {"file app/node_modules/native/build/Release/addon.node", "x"},
       {"file app/node_modules/jest/package.json", R"({"name":"jest"})"},
       {"file app/node_modules/jest/index.js", ""},
       {"file app/node_modules/commented/index.js", ""},
       {"file app/node_modules/fake/index.js", ""},
       {"program usr/bin/gzip", "\177ELF"}},
      command({"node", "server"}, "/app"));
  for (const char* path : {"app/server.js",
                           "app/routes/index.js",
                           "app/lib/util.js",
                           "app/reports/a.js",
                           "app/package.json",
                           "app/node_modules/plain/lib/main.js",
                           "app/node_modules/deep/index.js",
                           "app/node_modules/modern/s.mjs",
                           "app/node_modules/modern/s.cjs",
                           "app/node_modules/native/build/Release/addon.node",
                           "app/node_modules/undeclared/index.js",
                           "usr/bin/gzip"})
    EXPECT_TRUE(image.must(path)) << path << ": " << image.reason(path);
  for (const char* path : {"app/node_modules/jest/index.js",
                           "app/node_modules/plain/README.md",
                           "app/node_modules/plain/test/a.js",
                           "app/node_modules/modern/t.d.ts",
                           "app/node_modules/undeclared/other.js",
                           "app/node_modules/commented/index.js",
                           "app/node_modules/fake/index.js"})
    EXPECT_TRUE(image.none(path)) << path << ": " << image.reason(path);
}

TEST(ReachNode, StartsScriptsOfThePackage) {
  Reached image({{"program bin/sh", "\177ELF"},
                 {"program usr/bin/npm", "#!/usr/bin/env node\n"},
                 {"program usr/bin/node", "\177ELF"},
                 {"program usr/bin/env", "\177ELF"},
                 {"program usr/bin/migrate", "\177ELF"},
                 {"file app/package.json",
                  R"({"scripts":{"prestart":"migrate up","start":"node index.js","test":"jest"}})"},
                 {"file app/index.js", ""},
                 {"program usr/bin/jest", "\177ELF"}},
                command({"/bin/sh", "-c", "npm start"}, "/app"));
  for (const char* path :
       {"bin/sh", "usr/bin/npm", "usr/bin/env", "usr/bin/node", "usr/bin/migrate", "app/index.js"})
    EXPECT_TRUE(image.must(path)) << path << ": " << image.reason(path);
  EXPECT_TRUE(image.none("usr/bin/jest"));
}

TEST(ReachShell, RunsCommandsByPath) {
  Reached image({{"program docker-entrypoint.sh",
                  "#!/bin/sh\nset -e\n. /usr/lib/functions.sh\nif [ -n \"$X\" ]; then cut -c1 < "
                  "/etc/app/seed | tr a b; fi\n"
                  "for f in /docker-entrypoint.d/*.sh; do sh \"$f\"; done\nexec \"$@\"\n"},
                 {"program usr/bin/dash", "\177ELF"},
                 {"symlink bin -> usr/bin", ""},
                 {"symlink usr/bin/sh -> dash", ""},
                 {"file usr/lib/functions.sh", "log() { date; }\n"},
                 {"file docker-entrypoint.d/10-a.sh", "sed -i s/a/b/ /etc/x\n"},
                 {"file etc/app/seed", "x"},
                 {"program usr/bin/cut", "\177ELF"},
                 {"program usr/bin/tr", "\177ELF"},
                 {"program usr/bin/date", "\177ELF"},
                 {"program usr/bin/sed", "\177ELF"},
                 {"program usr/bin/echo", "\177ELF"},
                 {"program usr/sbin/server", "\177ELF"},
                 {"program usr/sbin/other", "\177ELF"}},
                [] {
                  RunConfig run = command({"server", "--verbose"});
                  run.entrypoint = {"/docker-entrypoint.sh"};
                  run.health_check = HealthCheck{{"CMD-SHELL", "echo ok"}, 0, 0, 0, 0};
                  return run;
                }());
  for (const char* path : {"docker-entrypoint.sh",
                           "bin",
                           "usr/bin/sh",
                           "usr/bin/dash",
                           "usr/lib/functions.sh",
                           "docker-entrypoint.d/10-a.sh",
                           "etc/app/seed",
                           "usr/bin/cut",
                           "usr/bin/tr",
                           "usr/bin/date",
                           "usr/bin/sed",
                           "usr/sbin/server"})
    EXPECT_TRUE(image.must(path)) << path << ": " << image.reason(path);
  EXPECT_TRUE(image.none("usr/bin/echo")) << "a shell has it itself";
  EXPECT_TRUE(image.none("usr/sbin/other"));
  EXPECT_EQ(image.reason("usr/bin/cut"), "run by docker-entrypoint.sh line 4");
}

TEST(ReachPerl, FindsModulesOnIncAndTheirParts) {
  Reached image(
      {{"program usr/bin/tool",
        "#!/usr/bin/perl -w\nuse strict;\nuse parent -norequire, 'X';\nuse My::Part "
        "qw(a);\n=pod\nuse Not::This;\n=cut\nsub f { require Late; }\n__END__\nuse Not::That;\n"},
       {"program usr/bin/perl", "\177ELF"},
       {"file usr/share/perl/5.36.0/strict.pm", ""},
       {"symlink usr/share/perl/5.36 -> 5.36.0", ""},
       {"file usr/share/perl5/My/Part.pm", "use XS;\n"},
       {"file usr/share/perl5/Late.pm", ""},
       {"file usr/share/perl5/Not/This.pm", ""},
       {"file usr/share/perl5/Not/That.pm", ""},
       {"file usr/lib/x86_64-linux-gnu/perl5/5.36/auto/My/Part/Part.so", "x"}},
      command({"tool"}));
  for (const char* path : {"usr/bin/perl",
                           "usr/share/perl/5.36.0/strict.pm",
                           "usr/share/perl/5.36",
                           "usr/share/perl5/My/Part.pm",
                           "usr/lib/x86_64-linux-gnu/perl5/5.36/auto/My/Part/Part.so"})
    EXPECT_TRUE(image.must(path)) << path << ": " << image.reason(path);
  EXPECT_FALSE(image.none("usr/share/perl5/Late.pm"));
  EXPECT_TRUE(image.none("usr/share/perl5/Not/This.pm"));
  EXPECT_TRUE(image.none("usr/share/perl5/Not/That.pm"));
}

TEST(ReachRuby, FindsRequiresAndGems) {
  Reached image(
      {{"file app/main.rb",
        "#!/usr/bin/env ruby\nrequire 'json'\nrequire_relative 'lib/a'\nrequire 'rack'\n"},
       {"file app/lib/a.rb", ""},
       {"program usr/local/bin/ruby", "\177ELF"},
       {"file usr/local/lib/ruby/3.2.0/json.rb", "require 'json/common'\n"},
       {"file usr/local/lib/ruby/3.2.0/json/common.rb", ""},
       {"file usr/local/lib/ruby/3.2.0/csv.rb", ""},
       {"file usr/local/bundle/gems/rack-3.0/lib/rack.rb", ""},
       {"file usr/local/bundle/gems/rack-3.0/lib/rack/late.rb", ""},
       {"file usr/local/bundle/gems/rack-3.0/test/a.rb", ""},
       {"file usr/local/bundle/gems/rake-13.0/lib/rake.rb", ""}},
      command({"ruby", "main.rb"}, "/app"));
  for (const char* path : {"app/lib/a.rb",
                           "usr/local/lib/ruby/3.2.0/json/common.rb",
                           "usr/local/bundle/gems/rack-3.0/lib/rack.rb"})
    EXPECT_TRUE(image.must(path)) << path << ": " << image.reason(path);
  EXPECT_TRUE(image.may("usr/local/bundle/gems/rack-3.0/lib/rack/late.rb"));
  for (const char* path : {"usr/local/lib/ruby/3.2.0/csv.rb",
                           "usr/local/bundle/gems/rack-3.0/test/a.rb",
                           "usr/local/bundle/gems/rake-13.0/lib/rake.rb"})
    EXPECT_TRUE(image.none(path)) << path << ": " << image.reason(path);
}

TEST(ReachJava, KeepsTheRuntimeAsAUnit) {
  Reached image({{"program opt/jdk/bin/java", "\177ELF"},
                 {"program opt/jdk/bin/javac", "\177ELF"},
                 {"file opt/jdk/lib/modules", "x"},
                 {"file opt/jdk/lib/libnet.so", "x"},
                 {"file opt/jdk/lib/libawt.so", "x"},
                 {"file opt/jdk/lib/src.zip", "x"},
                 {"file opt/jdk/jmods/java.base.jmod", "x"},
                 {"symlink opt/jdk/conf -> /etc/java-17", ""},
                 {"symlink opt/jdk/lib/security -> /etc/java-17/security", ""},
                 {"file etc/java-17/security/java.security", "x"},
                 {"file srv/app.jar", "x"},
                 {"file srv/lib/dep.jar", "x"},
                 {"symlink usr/bin/java -> /opt/jdk/bin/java", ""}},
                command({"java", "-cp", "app.jar:lib", "Main"}, "/srv"));
  for (const char* path : {"usr/bin/java",
                           "opt/jdk/bin/java",
                           "opt/jdk/lib/modules",
                           "opt/jdk/lib/libnet.so",
                           "opt/jdk/conf",
                           "etc/java-17/security/java.security",
                           "srv/app.jar",
                           "srv/lib/dep.jar"})
    EXPECT_TRUE(image.must(path)) << path << ": " << image.reason(path);
  EXPECT_TRUE(image.may("opt/jdk/lib/libawt.so")) << image.reason("opt/jdk/lib/libawt.so");
  for (const char* path :
       {"opt/jdk/bin/javac", "opt/jdk/lib/src.zip", "opt/jdk/jmods/java.base.jmod"})
    EXPECT_TRUE(image.none(path)) << path << ": " << image.reason(path);
}

}  // namespace whittle::test
