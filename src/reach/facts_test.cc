#include "reach/facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/strings.h"
#include "reach/file_kinds.h"
#include "reach/javascript_tokens.h"
#include "reach/named_paths.h"

namespace whittle {

namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

// "m! json.decoder": kind, level, value; word ends as '|'.
std::vector<std::string> facts_of(std::string_view path,
                                  std::string_view content,
                                  uint32_t mode = 0644) {
  FileFacts file{path, content.size(), mode};
  std::string kept = file_facts(file, content);
  std::vector<std::string> lines;
  for (const Fact& fact : read_record(kept).facts) {
    std::string line{static_cast<char>(fact.kind), fact.level == NeedLevel::Must ? '!' : '?'};
    line += " " +
            replace_all(replace_all(fact.value, std::string(1, kWordEnd), "|"), kUnknownWord, "?");
    lines.push_back(line);
  }
  return lines;
}

}  // namespace

TEST(ReachFacts, come_back_as_they_were_written) {
  FactWriter writer;
  writer.must(FactKind::Path, "/etc/a b", 7);
  writer.may(FactKind::Needed, "libx.so");
  writer.may(FactKind::Needed, "libx.so", 9);  // twice
  writer.must(FactKind::Path, "line\nbreak");
  writer.must(FactKind::Path, std::string(5000, 'x'));
  std::string text = writer.take("elf");
  FileRecord record = read_record(text);
  EXPECT_EQ(record.kind_name, "elf");
  EXPECT_FALSE(record.is_cut_off);
  ASSERT_EQ(record.facts.size(), 2u);
  EXPECT_EQ(record.facts[0].value, "/etc/a b");
  EXPECT_EQ(record.facts[0].line, 7u);
  EXPECT_EQ(record.facts[1].level, NeedLevel::May);
  EXPECT_EQ(writer.take("elf"), "") << "it was taken";
}

TEST(ReachFacts, end_somewhere) {
  FactWriter writer;
  for (int i = 0; i < 60'000; ++i) writer.must(FactKind::Path, "/p/" + std::to_string(i));
  std::string text = writer.take("elf");
  FileRecord record = read_record(text);
  EXPECT_TRUE(record.is_cut_off);
  EXPECT_EQ(record.facts.size(), 50'000u);
}

TEST(ReachFacts, of_python_know_blocks_and_strings) {
  auto facts =
      facts_of("a.py",
               "\"\"\"import docstring\"\"\"\n"
               "import a.b as c, d  # import comment\n"
               "try:\n    from .e import (f,\n        g as h)\nexcept ImportError: import i\n"
               "def x():\n    import j\n    return open('/etc/app/' + name), '/etc/app.conf'\n"
               "subprocess.run(('ls', '-l', path))\n"
               "os.system('a -x | b')\n"
               "__import__('k.' + l)\n"
               "s = 'import m'\n");
  EXPECT_THAT(facts,
              ElementsAre("m! a.b",
                          "m! d",
                          "m! .e",
                          "m! .e|f",
                          "m! .e|g",
                          "m! i",
                          "m? j",
                          "P? /etc/app.conf",
                          "C? ls|-l|?|",
                          "C? a|-x|",
                          "C? b|",
                          "*? k."));
}

TEST(ReachFacts, of_javascript_know_comments_templates_and_regular_expressions) {
  auto facts =
      facts_of("a.js",
               "const a = require('a'); /* require('b') */ // require('c')\n"
               "let r = /['\"`]require('d')/.test(x) ? `${require('e')} require('f')` : 4 / 2 / "
               "require('g');\n"
               "import h, { i } from \"h\"; export * from './j'; import('k'); import 'l';\n"
               "require('./m/' + n); require(o); spawn('p', ['-q', r]); path.join(__dirname, 's', "
               "'t.html');\n"
               "const from = 'u';\n");
  EXPECT_THAT(facts,
              ElementsAre("m! a",
                          "m! e",
                          "m! g",
                          "m! h",
                          "m! ./j",
                          "m! k",
                          "m! l",
                          "*? ./m/",
                          "*? ",
                          "C? p|-q|",
                          "F? s/t.html"));
}

TEST(ReachFacts, of_shell_take_words_as_they_are_run) {
  auto facts = facts_of(
      "run",
      "#!/usr/bin/env -S bash -e\nif true; then cat < /etc/in | tr a b > /tmp/out; "
      "fi\n\"$HOME/bin/tool\" x\n"
      "for f in /etc/conf.d/*.sh; do . \"$f\"; done\nexec server --config=/etc/s.conf \"$@\"\n",
      0755);
  for (const char* fact : {"I! /usr/bin/env",
                           "C! bash|-e|",
                           "C! cat|",
                           "P! /etc/in",
                           "C! tr|a|b|",
                           "C? tool|",
                           "P! /etc/conf.d/*.sh",
                           "C! exec|server|--config=/etc/s.conf|?|"})
    EXPECT_THAT(facts, Contains(fact));
  EXPECT_THAT(facts, Not(Contains("P! /tmp/out"))) << "it is written";
}

TEST(ReachFacts, of_configuration_know_the_directives) {
  EXPECT_THAT(
      facts_of("etc/nginx/nginx.conf",
               "load_module modules/a.so; # include /no;\nserver { root /srv/www; }\n"),
      testing::AllOf(Contains("P! /usr/share/nginx/modules/a.so"), Contains("P! /srv/www/**")));
  EXPECT_THAT(
      facts_of("etc/nsswitch.conf", "hosts: files [NOTFOUND=return] dns\ngroup: files sss\n"),
      ElementsAre("D! libnss_files.so.2",
                  "D! libnss_dns.so.2",
                  "D? libnss_files.so.2",
                  "D? libnss_sss.so.2"));
  EXPECT_THAT(
      facts_of("etc/php/8.2/cli/php.ini",
               "extension=gd\n;extension=no\nzend_extension=/opt/x.so\n"),
      testing::AllOf(
          Contains("L! php/*/gd.so"), Contains("P! /opt/x.so"), Not(Contains("L! php/*/no.so"))));
  EXPECT_THAT(facts_of("etc/passwd", "app:x:1:1::/srv/app:/bin/bash\n"),
              ElementsAre("P! /srv/app"));
}

TEST(ReachFacts, of_packages_flatten_conditions) {
  EXPECT_THAT(
      facts_of(
          "p/package.json",
          R"({"main":"a.js","exports":{"./b":{"node":{"import":"./b.mjs"},"default":"./b.js"}},"bin":"c","dependencies":{"d":"1"}})"),
      testing::UnorderedElementsAre("k! package=",
                                    "k! main=a.js",
                                    "k! export:./b=./b.mjs",
                                    "k! export:./b=./b.js",
                                    "k! bin:=c",
                                    "k! needs=d"));
  EXPECT_THAT(facts_of("p/package.json", "{"), IsEmpty());
}

TEST(ReachNames, are_told_by_their_form) {
  EXPECT_TRUE(is_library_name("libm.so.6"));
  EXPECT_TRUE(is_library_name("plugin.so"));
  EXPECT_FALSE(is_library_name("also.some"));
  EXPECT_FALSE(is_library_name("a b.so"));
  EXPECT_TRUE(is_locale_name("de_DE.UTF-8"));
  EXPECT_TRUE(is_locale_name("pt_BR"));
  EXPECT_FALSE(is_locale_name("to_UPPER"));
  EXPECT_FALSE(is_locale_name("a_BC"));
}

}  // namespace whittle
