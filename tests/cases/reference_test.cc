// The rules against the merged table of what other tools find (lint-rules.csv of the corpus, where
// it is there): which of their ids are known here, and whether fixes are what the table asks for.
// docs/rule-coverage.md is written from it by UPDATE_GOLDEN=1.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "base/fs.h"
#include "base/strings.h"
#include "lint/policy.h"
#include "lint/rules/rules.h"
#include "lint/suppress.h"

namespace whittle::testing {

namespace {

using Row = std::map<std::string, std::string>;

// RFC 4180, of a file without line ends inside of quotes.
std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells(1);
  bool is_quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && is_quoted && i + 1 < line.size() && line[i + 1] == '"') {
      cells.back() += line[i++];
    } else if (line[i] == '"') {
      is_quoted = !is_quoted;
    } else if (line[i] == ',' && !is_quoted) {
      cells.emplace_back();
    } else {
      cells.back() += line[i];
    }
  }
  return cells;
}

std::vector<Row> reference() {
  fs::path path = fs::path(WHITTLE_SOURCE_DIR) / "../shared/reference/lint-rules.csv";
  Result<std::string> text = read_file(path, 1 << 20);
  std::vector<Row> rows;
  std::vector<std::string> names;
  for (std::string_view line : split_lines(text.ok() ? std::string_view(*text) : "")) {
    std::vector<std::string> cells = cells_of(line);
    if (names.empty()) {
      names = cells;
      continue;
    }
    Row row;
    for (size_t i = 0; i < names.size() && i < cells.size(); ++i) row[names[i]] = cells[i];
    rows.push_back(std::move(row));
  }
  return rows;
}

// Rows whose rules have other names here.
const std::map<std::string_view, std::string_view> kOtherNames = {
    {"unneeded-files", "vcs-in-context caches-in-context build-files-in-context"},
    {"windows-misuse", "windows-unsupported"},
    {"gpu-misuse", "gpu-driver-in-image cuda-devel-at-run-time"},
    {"php-ruby-production", "php-xdebug php-opcache rails-environment"},
};

// Rows that are parse errors here: the builder refuses such a file.
constexpr std::string_view kParseErrors =
    "parse-error unknown-instruction directive-invalid arg-count flag-invalid invalid-stage-name "
    "shell-not-json var-modifier expose-proto-invalid";

// Rows without a rule, and why.
const std::map<std::string_view, std::string_view> kWithout = {
    {"circular-stages", "a stage can only name earlier ones, so that there is no circle"},
    {"content-trust", "a setting of the machine, not of a Dockerfile"},
    {"suid-files", "seen in a built image alone"},
    {"duplicate-ids", "seen in a built image alone"},
    {"max-lines", "left out: a number of lines says nothing of an image"},
    {"format-whitespace", "`whittle fmt`"},
    {"shellcheck", "ShellCheck itself is asked"},
    {"powershell", "missing"},
};

// Names of the rules that stand for a row.
std::vector<std::string> rules_of(const Row& row) {
  const std::string& key = row.at("key");
  std::vector<std::string> names;
  auto other = kOtherNames.find(key);
  if (other != kOtherNames.end()) {
    for (std::string_view name : split_blanks(other->second)) names.emplace_back(name);
  } else if (contains(" " + std::string(kParseErrors) + " ", " " + key + " ")) {
    names.emplace_back(kParseErrorRule);
  } else if (find_rule(key) != nullptr) {
    names.push_back(key);
  }
  return names;
}

// The ids of a cell: without remarks in brackets.
std::vector<std::string> ids_of(std::string_view cell) {
  std::string plain;
  int depth = 0;
  for (char c : cell) {
    depth += c == '(' ? 1 : 0;
    if (depth == 0) plain += c;
    depth -= c == ')' ? 1 : 0;
  }
  std::vector<std::string> ids;
  for (std::string_view id : split_blanks(plain))
    ids.emplace_back(id.substr(0, id.find(":norepair")));
  return ids;
}

bool is_known_id(const std::string& id) {
  std::string normal = normal_rule_id(id);
  std::vector<std::string_view> errors = split_blanks(kParseErrorAliases);
  return !find_rules(normal).empty() || id == "SC####" ||
         std::find(errors.begin(), errors.end(), normal) != errors.end();
}

uint32_t fixes_of(const Row& row) {
  uint32_t fixes = kNoFix;
  for (const std::string& name : rules_of(row)) {
    if (const Rule* rule = find_rule(name)) fixes |= rule->info.fixes;
  }
  return fixes;
}

class Reference : public ::testing::Test {
 protected:
  void SetUp() override {
    rows_ = reference();
    if (rows_.empty()) GTEST_SKIP() << "the table of other tools' rules is not there";
  }

  std::vector<Row> rows_;
};

TEST_F(Reference, EveryRowHasARuleOrAReason) {
  for (const Row& row : rows_) {
    const std::string& key = row.at("key");
    EXPECT_NE(rules_of(row).empty(), kWithout.count(key) == 0) << key;
  }
}

TEST_F(Reference, IdsOfOtherToolsAreKnown) {
  for (const Row& row : rows_) {
    for (const char* tool : {"hadolint", "buildkit", "trivy", "checkov", "dockle"}) {
      if (rules_of(row).empty() && std::string_view(tool) == "dockle") continue;
      for (const std::string& id : ids_of(row.at(tool))) EXPECT_TRUE(is_known_id(id)) << id;
    }
  }
}

TEST_F(Reference, SafeFixesAreSafeAndManyUnsafeOnesAreOffered) {
  size_t unsafe = 0;
  for (const Row& row : rows_) {
    const std::string& key = row.at("key");
    bool is_safe = row.at("fix") == "safe" || row.at("fix") == "safe-if";
    bool is_fixed = (fixes_of(row) & kSafeFix) != 0 || kWithout.count(key) > 0;
    EXPECT_TRUE(is_fixed || !is_safe) << key;
    if (row.at("fix") == "unsafe" && (fixes_of(row) & (kUnsafeFix | kSafeFix)) != 0) ++unsafe;
  }
  EXPECT_GE(unsafe, 40U);
}

std::string coverage_table(const std::vector<Row>& rows) {
  std::string text =
      "# Rules of other tools\n\nWhich of their ids whittle knows; made by the test `Reference` "
      "(`UPDATE_GOLDEN=1`) from a table of what each tool finds. An id in **bold** has no rule of "
      "that id here: the rule of its line finds the same, or a part of it.\n\n| problem | rule | "
      "fix | hadolint | BuildKit | dockle | trivy | checkov | dockerfilelint | parfum | "
      "dockerfile-utils | tally |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n";
  for (const Row& row : rows) {
    const std::string& key = row.at("key");
    auto without = kWithout.find(key);
    std::string rules;
    for (const std::string& name : rules_of(row))
      rules += (rules.empty() ? "`" : ", `") + name + "`";
    if (without != kWithout.end()) rules = without->second;
    uint32_t fixes = fixes_of(row);
    std::string fix = (fixes & kSafeFix) != 0 ? "safe" : "";
    if ((fixes & kUnsafeFix) != 0) fix += fix.empty() ? "unsafe" : ", unsafe";
    text += "| " + key + " | " + rules + " | " + fix;
    for (const char* tool : {"hadolint",
                             "buildkit",
                             "dockle",
                             "trivy",
                             "checkov",
                             "dockerfilelint",
                             "parfum",
                             "dockerfile_utils",
                             "tally"}) {
      std::string ids;
      for (const std::string& id : ids_of(row.at(tool)))
        ids += (ids.empty() ? "" : " ") + (is_known_id(id) ? id : "**" + id + "**");
      text += " | " + replace_all(ids, "_", "\\_");
    }
    text += " |\n";
  }
  return text;
}

TEST_F(Reference, CoverageIsDocumented) {
  fs::path path = fs::path(WHITTLE_SOURCE_DIR) / "docs/rule-coverage.md";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file_atomic(path, coverage_table(rows_)).ok());
    return;
  }
  Result<std::string> docs = read_file(path, 1 << 20);
  ASSERT_TRUE(docs.ok()) << docs.error().message();
  EXPECT_TRUE(*docs == coverage_table(rows_))
      << "docs/rule-coverage.md is old; UPDATE_GOLDEN=1 writes it anew";
}

// What has to be there whatever other tools have.
TEST(RuleTable, HasWhatNoOtherToolHas) {
  for (const char* name : {"copy-all-before-deps",
                           "arg-too-early",
                           "unused-arg",
                           "rm-in-later-layer",
                           "dockerignore-missing",
                           "heredoc-no-errexit",
                           "unchecked-sequence",
                           "comment-swallows-command",
                           "debian-frontend-env",
                           "pipe-to-shell",
                           "download-unverified",
                           "run-privileged",
                           "npm-ci",
                           "base-image-large",
                           "jdk-at-run-time",
                           "go-build-flags",
                           "dev-dependencies",
                           "prefer-multi-stage",
                           "python-bytecode",
                           "copy-archive-extract",
                           "add-instead-of-copy",
                           "multiple-cmd"}) {
    const Rule* rule = find_rule(name);
    ASSERT_NE(rule, nullptr) << name;
    EXPECT_EQ(rule->info.name, name);
  }
}

// Fixes that have to be offered, by their rules.
TEST(RuleTable, OffersTheFixesThatAreAskedFor) {
  for (const char* name : {"pipefail",
                           "prefer-cache-mount",
                           "shell-form-cmd",
                           "npm-ci",
                           "apt-update-alone",
                           "rm-in-later-layer",
                           "copy-all-before-deps",
                           "copy-after-user-no-chown",
                           "user-missing",
                           "image-not-digest",
                           "add-remote-unverified",
                           "heredoc-no-errexit"}) {
    const Rule* rule = find_rule(name);
    ASSERT_NE(rule, nullptr) << name;
    EXPECT_NE(rule->info.fixes & (kUnsafeFix | kSafeFix), 0U) << name;
  }
}

}  // namespace

}  // namespace whittle::testing
