#include "dockerfile/edit.h"

#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "base/fs.h"
#include "base/subprocess.h"
#include "base/text_diff.h"

namespace whittle {
namespace {

// The edits done byte by byte, each byte with the place it came from.
struct TracedText {
  std::string text;
  std::vector<uint32_t> origins;  // one more than bytes: that of the end
};

TracedText traced(const std::string& text) {
  TracedText result{text, {}};
  for (uint32_t i = 0; i <= text.size(); ++i) result.origins.push_back(i);
  return result;
}

TracedText apply_slowly(const TracedText& before, const std::vector<Edit>& edits) {
  TracedText after;
  auto add = [&](char c, uint32_t origin) {
    after.text.push_back(c);
    after.origins.push_back(origin);
  };
  auto size = static_cast<uint32_t>(before.text.size());
  for (uint32_t i = 0; i <= size; ++i) {
    bool is_replaced = false;
    for (const Edit& edit : edits) {
      if (!edit.range.empty() && edit.range.begin <= i && i < edit.range.end) is_replaced = true;
    }
    for (bool insertions : {true, false}) {
      for (const Edit& edit : edits) {
        if (edit.range.begin != i || edit.range.empty() != insertions) continue;
        for (char c : edit.text) add(c, before.origins[i]);
      }
    }
    if (i < size && !is_replaced) add(before.text[i], before.origins[i]);
  }
  after.origins.push_back(before.origins[size]);
  return after;
}

// Disjoint edits in a random order; at most one begins at a place, but for pure insertions.
std::vector<Edit> random_edits(std::mt19937& random, uint32_t size) {
  std::vector<Edit> edits;
  uint32_t at = 0;
  while (at <= size && edits.size() < 6) {
    at += static_cast<uint32_t>(random() % 5);
    if (at > size) break;
    uint32_t end = std::min(size, at + static_cast<uint32_t>(random() % 4));
    edits.push_back({{at, end}, std::string(random() % 4, static_cast<char>('A' + random() % 26))});
    at = std::max(end, at + static_cast<uint32_t>(random() % 2));
  }
  return edits;
}

TEST(ApplyEdits, AgreesWithByteByByteOverSeveralPasses) {
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (size_t i = 0; i < 5 + random() % 30; ++i) text += static_cast<char>('a' + random() % 26);
    TracedText expected = traced(text);
    OriginMap origins = OriginMap::identity(static_cast<uint32_t>(text.size()));
    for (int pass = 0; pass < 4; ++pass) {
      auto edits = random_edits(random, static_cast<uint32_t>(expected.text.size()));
      auto edited = apply_edits(expected.text, edits);
      ASSERT_TRUE(edited.ok()) << edited.error().message();
      expected = apply_slowly(expected, edits);
      ASSERT_EQ(expected.text, edited->text);
      origins = origins.then(edited->origins);
      for (uint32_t i = 0; i <= expected.text.size(); ++i) {
        ASSERT_EQ(expected.origins[i], origins.origin(i)) << "round " << round << " at " << i;
      }
    }
  }
}

TEST(ApplyEdits, TakesEditsInAnyOrder) {
  auto edited = apply_edits("abcdef", {{{4, 6}, "Z"}, {{1, 1}, "x"}, {{1, 1}, "y"}, {{2, 3}, ""}});
  ASSERT_TRUE(edited.ok());
  EXPECT_EQ("axybdZ", edited->text);
}

TEST(ApplyEdits, RefusesOverlapsAndPlacesOutside) {
  for (const std::vector<Edit>& edits :
       std::vector<std::vector<Edit>>{{{{0, 3}, ""}, {{2, 4}, ""}},
                                      {{{0, 3}, ""}, {{1, 1}, "x"}},
                                      {{{0, 3}, "a"}, {{0, 3}, "a"}},
                                      {{{5, 7}, ""}},
                                      {{{3, 2}, ""}}}) {
    auto edited = apply_edits("abcdef", edits);
    ASSERT_FALSE(edited.ok());
    EXPECT_EQ(ErrorKind::Usage, edited.error().kind());
  }
}

TEST(UnifiedDiff, IsEmptyForEqualTexts) {
  std::string text = "a\nb";
  EXPECT_EQ("", unified_diff("Dockerfile", &text, text));
}

TEST(UnifiedDiff, ShowsThreeLinesOfContextAndMissingLineEnds) {
  std::string before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12";
  std::string after = "1\n2\n3\n4\nfive\n6\n7\n8\n9\n10\n11\n12\n";
  EXPECT_EQ(
      "diff --git a/Dockerfile b/Dockerfile\n--- a/Dockerfile\n+++ b/Dockerfile\n"
      "@@ -2,11 +2,11 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n 9\n 10\n 11\n"
      "-12\n\\ No newline at end of file\n+12\n",
      unified_diff("Dockerfile", &before, after));
}

// One file before and after a patch.
struct FileChange {
  std::string path;
  std::optional<std::string> before;
  std::string after;
};

// Applies the diffs of all changes at once, with the real git in a fresh folder.
class GitApply : public testing::Test {
 protected:
  void SetUp() override {
    if (find_program("git").empty()) GTEST_SKIP() << "git is not installed";
    auto made = TempDir::make("diff-test");
    ASSERT_TRUE(made.ok());
    dir_.emplace(std::move(*made));
    ASSERT_EQ("", run({"git", "init", "-q"}));
  }

  std::string run(std::vector<std::string> args) {
    Command command;
    command.args = std::move(args);
    command.cwd = dir_->path();
    auto result = run_checked(command, cancel_);
    return result.ok() ? "" : result.error().message();
  }

  void write(const std::string& path, const std::string& bytes) {
    fs::create_directories((dir_->path() / path).parent_path());
    std::ofstream file(dir_->path() / path, std::ios::binary);
    file << bytes;
  }

  void expect_applies(const std::vector<FileChange>& changes) {
    std::string patch;
    for (const FileChange& change : changes) {
      if (change.before) write(change.path, *change.before);
      patch += unified_diff(change.path, change.before ? &*change.before : nullptr, change.after);
    }
    write("patch", patch);
    ASSERT_EQ("", run({"git", "apply", "--whitespace=nowarn", "patch"})) << patch;
    for (const FileChange& change : changes) {
      auto found = read_file(dir_->path() / change.path, 1 << 20);
      ASSERT_TRUE(found.ok()) << change.path;
      ASSERT_EQ(change.after, *found) << patch;
    }
  }

  std::optional<TempDir> dir_;
  CancelToken cancel_;
};

std::string random_text(std::mt19937& random, bool crlf) {
  std::string text;
  size_t lines = random() % 40;
  for (size_t i = 0; i < lines; ++i) {
    text += std::string(random() % 3, static_cast<char>('a' + random() % 3));
    text += crlf && random() % 4 != 0 ? "\r\n" : "\n";
  }
  if (!text.empty() && random() % 3 == 0) text.pop_back();
  return text;
}

TEST_F(GitApply, TakesDiffsOfRandomTexts) {
  std::mt19937 random(11);
  std::vector<FileChange> changes;
  for (int round = 0; round < 1500; ++round) {
    FileChange change{"f" + std::to_string(round), random_text(random, round % 3 == 0), ""};
    change.after = *change.before;
    if (round % 2 == 0) {
      change.after = random_text(random, round % 3 == 0);
    } else {
      for (int i = 0; i < 3 && !change.after.empty(); ++i) {
        change.after[random() % change.after.size()] = 'x';
      }
    }
    if (round % 10 == 9) change.before.reset();
    changes.push_back(std::move(change));
  }
  expect_applies(changes);
}

TEST_F(GitApply, TakesUnusualNamesAndNewFiles) {
  std::vector<FileChange> changes;
  for (std::string path : {"with blank", "quo\"te", "\xC3\xA4.txt", "plain", "sub/.dockerignore"}) {
    changes.push_back({path + "1", "a\n", "b\n"});
    changes.push_back({path + "2", std::nullopt, "b\n"});
    changes.push_back({path + "3", std::nullopt, "no line end"});
    changes.push_back({path + "4", std::nullopt, ""});
    changes.push_back({path + "5", "a\n", ""});
    changes.push_back({path + "6", "", "a\n"});
  }
  expect_applies(changes);
}

TEST_F(GitApply, TakesLargeDifferences) {
  std::string before;
  std::string after;
  for (int i = 0; i < 6000; ++i) {
    before += "old " + std::to_string(i) + "\n";
    after += "new " + std::to_string(i * 7) + "\n";
  }
  expect_applies({{"large", before, after}});
}

// The shortest edit script against the table of longest common subsequences.
TEST(UnifiedDiff, ChangesAsFewLinesAsPossible) {
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    std::string before = random_text(random, false) + "\n";
    std::string after = random_text(random, false) + "\n";
    auto lines = [](const std::string& text) {
      std::vector<std::string> out(1);
      for (char c : text) {
        if (c == '\n') {
          out.emplace_back();
        } else {
          out.back() += c;
        }
      }
      out.pop_back();
      return out;
    };
    auto a = lines(before);
    auto b = lines(after);
    std::vector<std::vector<size_t>> common(a.size() + 1, std::vector<size_t>(b.size() + 1));
    for (size_t i = 1; i <= a.size(); ++i) {
      for (size_t k = 1; k <= b.size(); ++k) {
        common[i][k] = a[i - 1] == b[k - 1] ? common[i - 1][k - 1] + 1
                                            : std::max(common[i - 1][k], common[i][k - 1]);
      }
    }
    std::string diff = unified_diff("f", &before, after);
    size_t changed = 0;
    for (const std::string& line : lines(diff)) {
      bool is_header = line.rfind("--- ", 0) == 0 || line.rfind("+++ ", 0) == 0;
      if (!is_header && !line.empty() && (line[0] == '-' || line[0] == '+')) ++changed;
    }
    ASSERT_EQ(a.size() + b.size() - 2 * common[a.size()][b.size()], changed) << diff;
  }
}

}  // namespace
}  // namespace whittle
