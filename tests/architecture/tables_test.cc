// Tables, files, documentation and cases name the same things: whatever is added in one place and
// forgotten in another is found here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "base/fs.h"
#include "base/limits.h"
#include "base/strings.h"
#include "cli/commands/commands.h"
#include "cli/help_text.h"
#include "cli/options.h"
#include "container/engines/engines.h"
#include "dockerfile/parser.h"
#include "engine/rule_page.h"
#include "image/sources/sources.h"
#include "lint/rules/rules.h"
#include "report/formats/formats.h"

namespace whittle {
namespace {

const fs::path kRoot = WHITTLE_SOURCE_DIR;

std::string text_of(const fs::path& path) {
  Result<std::string> text = read_file(path, 64 << 20);
  EXPECT_TRUE(text.ok()) << path;
  return text.ok() ? *text : "";
}

bool ends_with(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

// Stems of the .cc files of a folder, tests left out.
std::set<std::string> stems_of(const fs::path& folder) {
  std::set<std::string> stems;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    std::string name = entry.path().filename().string();
    if (ends_with(name, ".cc") && !ends_with(name, "_test.cc"))
      stems.insert(entry.path().stem().string());
  }
  return stems;
}

std::string stem_for(std::string_view name) {
  return replace_all(name, "-", "_");
}

bool is_kebab_case(std::string_view name) {
  bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-';
  });
  return plain && !name.empty() && name.front() != '-' && name.back() != '-' &&
         !contains(name, "--");
}

TEST(Rules, EveryRowIsWhole) {
  std::set<std::string_view> names;
  std::set<std::string_view> codes;
  ASSERT_FALSE(rule_table().empty());
  for (const Rule* rule : rule_table()) {
    const RuleInfo& info = rule->info;
    EXPECT_TRUE(is_kebab_case(info.name)) << info.name;
    EXPECT_TRUE(names.insert(info.name).second) << info.name << " is there twice";
    EXPECT_TRUE(codes.insert(info.code).second) << info.code << " is there twice";
    EXPECT_TRUE(info.code.size() == 6 && info.code.substr(0, 2) == "WH" &&
                parse_u64(info.code.substr(2)))
        << info.code;
    EXPECT_FALSE(info.summary.empty()) << info.name;
    EXPECT_FALSE(info.why.empty()) << info.name;
    EXPECT_FALSE(info.bad.empty()) << info.name;
    EXPECT_FALSE(info.good.empty()) << info.name;
    EXPECT_NE(rule->check, nullptr) << info.name;
    EXPECT_EQ(find_rule(info.name), rule);
    EXPECT_EQ(find_rule(info.code), rule);
  }
}

TEST(Rules, FindingsHaveTheSeverityOfTheirRow) {
  for (const Rule* rule : rule_table()) {
    Result<Dockerfile> file = parse_dockerfile(std::string(rule->info.bad), "Dockerfile", Limits());
    ASSERT_TRUE(file.ok()) << rule->info.name;
    for (const Finding& finding : run_rules(make_lint_input(*file, {}, Limits()))) {
      const Rule* own = find_rule(finding.rule);
      ASSERT_NE(own, nullptr) << finding.rule;
      EXPECT_EQ(to_text(finding.severity), to_text(own->info.severity)) << finding.rule;
    }
  }
}

TEST(Rules, OneFileARule) {
  std::map<std::string_view, std::string> file_of;
  for (const std::string& stem : stems_of(kRoot / "src/lint/rules")) {
    if (stem == "rules") continue;
    std::string text = text_of(kRoot / "src/lint/rules" / (stem + ".cc"));
    size_t found = 0;
    for (const Rule* rule : rule_table()) {
      if (!contains(text, "\"" + std::string(rule->info.code) + "\"")) continue;
      ++found;
      EXPECT_TRUE(file_of.emplace(rule->info.name, stem).second)
          << rule->info.name << " is in " << file_of[rule->info.name] << " and " << stem;
    }
    EXPECT_EQ(found, 1U) << stem << ".cc holds a rule that is not in the table, or several";
  }
  EXPECT_EQ(file_of.size(), rule_table().size()) << "a rule of the table has no file of its own";
}

TEST(Rules, AreDocumented) {
  fs::path page = kRoot / "docs/rules.md";
  ASSERT_TRUE(fs::exists(page)) << page;
  std::string text = text_of(page);
  for (const Rule* rule : rule_table()) {
    EXPECT_TRUE(contains(text, rule->info.name)) << rule->info.name << " is not in docs/rules.md";
    EXPECT_TRUE(contains(text, rule->info.code)) << rule->info.code << " is not in docs/rules.md";
  }
}

// docs/rules/<rule>.md: written by UPDATE_GOLDEN=1, compared otherwise.
TEST(Rules, HavePages) {
  fs::path folder = kRoot / "docs/rules";
  bool is_updating = std::getenv("UPDATE_GOLDEN") != nullptr;
  ASSERT_TRUE(!is_updating || make_dirs(folder).ok());
  std::set<std::string> pages;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    pages.insert(entry.path().filename().string());
  std::vector<std::string> names = {"parse-error", "unused-suppression", "shellcheck"};
  for (const Rule* rule : rule_table()) names.emplace_back(rule->info.name);
  for (const std::string& name : names) {
    std::optional<RulePage> page = rule_page_of(name);
    ASSERT_TRUE(page) << name;
    std::string text = rule_page_markdown(*page);
    fs::path file = folder / (name + ".md");
    ASSERT_TRUE(!is_updating || write_file_atomic(file, text).ok());
    EXPECT_TRUE(text_of(file) == text)
        << "docs/rules/" << name << ".md is old; UPDATE_GOLDEN=1 writes it anew";
    pages.erase(name + ".md");
  }
  EXPECT_THAT(pages, testing::IsEmpty()) << "pages of no rule";
}

TEST(Rules, HaveCases) {
  fs::path folder = kRoot / "tests/cases/rules";
  std::set<std::string> folders;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.is_directory() && !fs::is_empty(entry))
      folders.insert(entry.path().filename().string());
  }
  for (const Rule* rule : rule_table()) {
    EXPECT_EQ(folders.erase(std::string(rule->info.name)), 1U)
        << rule->info.name << " has no case in " << folder;
  }
  EXPECT_THAT(folders, testing::IsEmpty()) << "cases of no rule";
}

TEST(Engines, OneFileAnEngine) {
  std::set<std::string> stems = stems_of(kRoot / "src/container/engines");
  std::set<std::string_view> names;
  for (const EngineInfo& info : engine_table()) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_TRUE(stems.contains(stem_for(info.name))) << info.name << " has no file";
    EXPECT_FALSE(info.what.empty()) << info.name;
    EXPECT_NE(info.open, nullptr) << info.name;
  }
  EXPECT_FALSE(names.empty());
}

TEST(Sources, EveryRowIsWhole) {
  std::set<std::string_view> names;
  for (const SourceInfo& info : source_table()) {
    EXPECT_TRUE(names.insert(info.transport).second) << info.transport;
    EXPECT_TRUE(is_kebab_case(info.transport)) << info.transport;
    EXPECT_FALSE(info.what.empty()) << info.transport;
    EXPECT_NE(info.open, nullptr) << info.transport;
  }
  for (std::string_view needed :
       {"docker", "podman", "docker-archive", "oci", "oci-archive", "rootfs"}) {
    EXPECT_TRUE(names.contains(needed)) << needed;
  }
}

TEST(Sources, EveryOpenerIsInTheTable) {
  fs::path header = kRoot / "src/image/sources/openers.h";
  ASSERT_TRUE(fs::exists(header)) << header;
  std::string table = text_of(kRoot / "src/image/sources/sources.cc");
  std::string text = text_of(header);
  for (size_t at = text.find(" open_"); at != std::string::npos; at = text.find(" open_", at + 1)) {
    std::string name = text.substr(at + 1, text.find('(', at) - at - 1);
    EXPECT_TRUE(contains(table, name)) << name << " is declared, but sources.cc does not name it";
  }
}

TEST(Formats, OneFileAFormat) {
  std::set<std::string> stems = stems_of(kRoot / "src/report/formats");
  EXPECT_EQ(stems.erase("formats"), 1U);
  for (const FormatInfo& info : format_table()) {
    std::string stem = stem_for(info.name);
    // "json.cc", or one file a report: "json_diff.cc".
    EXPECT_GT(std::erase_if(stems,
                            [&](const std::string& other) {
                              return other == stem || other.rfind(stem + "_", 0) == 0;
                            }),
              0U)
        << info.name << " has no file";
    EXPECT_FALSE(info.what.empty()) << info.name;
    EXPECT_FALSE(info.extension.empty()) << info.name;
    EXPECT_TRUE(info.optimize != nullptr || info.analyze != nullptr || info.diff != nullptr ||
                info.lint != nullptr || info.sbom != nullptr || info.scan != nullptr ||
                info.slim != nullptr)
        << info.name;
  }
  EXPECT_THAT(stems, testing::IsEmpty()) << "files of no format";
}

TEST(Commands, OneFileACommand) {
  std::set<std::string> stems = stems_of(kRoot / "src/cli/commands");
  EXPECT_EQ(stems.erase("commands"), 1U);
  EXPECT_EQ(stems.erase("inspect_options"), 1U);  // shared by the commands that look at images
  EXPECT_EQ(stems.erase("probe_options"), 1U);    // shared by optimize and slim
  EXPECT_EQ(stems.erase("keep_options"), 1U);     // shared by optimize and slim
  EXPECT_EQ(stems.erase("sensor_options"), 1U);   // shared by slim and trace
  EXPECT_EQ(stems.erase("service_options"), 1U);  // shared by optimize, slim and trace
  EXPECT_EQ(stems.erase("vuln_database"), 1U);    // shared by scan and db
  for (const CommandInfo* command : command_table()) {
    std::string stem = stem_for(command->name);
    EXPECT_EQ(stems.erase(stem), 1U) << command->name << " has no file";
    // Parts of the command: "optimize_output.cc".
    std::erase_if(stems, [&](const std::string& other) { return other.rfind(stem + "_", 0) == 0; });
  }
  EXPECT_THAT(stems, testing::IsEmpty()) << "files of no command";
}

TEST(Commands, AreExplained) {
  for (const CommandInfo* command : command_table()) {
    EXPECT_FALSE(command->summary.empty()) << command->name;
    EXPECT_FALSE(paragraphs_of(command->description).empty()) << command->name;
    EXPECT_FALSE(command->examples.empty()) << command->name;
    for (const Example& example : command->examples) {
      EXPECT_TRUE(contains(example.command, "whittle " + std::string(command->name)))
          << example.command;
    }
    std::set<std::string> names;
    std::set<char> letters;
    std::vector<OptionGroup> groups = command->options();
    groups.push_back(common_option_group());
    for (const OptionGroup& group : groups) {
      for (const OptionInfo& option : group.options) {
        EXPECT_TRUE(is_kebab_case(option.name)) << option.name;
        EXPECT_TRUE(names.insert(option.name).second) << option.name << " is there twice";
        EXPECT_TRUE(option.letter == 0 || letters.insert(option.letter).second) << option.letter;
        EXPECT_FALSE(option.help.empty()) << option.name;
        EXPECT_NE(option.help.back(), '.') << option.name;
      }
    }
  }
}

TEST(Commands, AreInTheManualPage) {
  CancelToken cancel;
  NoProgress progress;
  CommonOptions common;
  Arguments arguments;
  Invocation invocation{common, arguments, command_table(), cancel, progress};
  Result<Outcome> page = kManCommand.run(invocation);
  ASSERT_TRUE(page.ok());
  for (const CommandInfo* command : command_table()) {
    EXPECT_TRUE(contains(page->text, "\n.B " + std::string(command->name) + "\n")) << command->name;
    arguments.positionals = {std::string(command->name)};
    Result<Outcome> own = kManCommand.run(invocation);
    ASSERT_TRUE(own.ok());
    for (const OptionGroup& group : command->options()) {
      for (const OptionInfo& option : group.options) {
        std::string name = replace_all("--" + option.name, "-", "\\-");
        EXPECT_TRUE(contains(own->text, name)) << command->name << " " << option.name;
      }
    }
  }
}

TEST(Limits, EveryMemberHasARow) {
  std::set<std::string_view> names;
  std::vector<uint64_t Limits::*> members;
  for (const LimitInfo& info : limit_table()) {
    EXPECT_TRUE(names.insert(info.name).second) << info.name;
    EXPECT_FALSE(info.what.empty()) << info.name;
    EXPECT_EQ(std::count(members.begin(), members.end(), info.member), 0) << info.name;
    members.push_back(info.member);
  }
  // The struct holds nothing but limits.
  EXPECT_EQ(members.size() * sizeof(uint64_t), sizeof(Limits));
}

}  // namespace
}  // namespace whittle
