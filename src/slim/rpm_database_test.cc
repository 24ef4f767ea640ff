// rpm's own databases, filtered and asked by rpm again: in each form that the rpm here can make,
// and as Berkeley DB files that Berkeley DB's own tools made.
#include "slim/rpm_database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

#include "base/fs.h"
#include "model/tree_paths.h"
#include "packages/catalogued.h"
#include "packages/cataloguers/rpm_databases.h"
#include "packages/cataloguers/rpm_header.h"
#include "packages/rpm_corpus.h"
#include "slim/rpm_filters.h"
#include "slim/slim_test_support.h"
#include "support/programs.h"

namespace whittle {
namespace {

using test::Outcome;
using test::run;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

constexpr uint64_t kMaxBytes = 64ULL << 20;
constexpr std::string_view kFolder = "var/lib/rpm";

// What is in a folder of a database after slim, by the names of its files, when only the packages
// that `survives` is true of are left.
std::map<std::string, std::string> slimmed(const std::vector<test::TestEntry>& entries,
                                           const std::function<bool(const Package&)>& survives) {
  test::Catalogued image({entries});
  KeepSet keep;
  keep.nodes.resize(image.tree.nodes.size());
  for (KeptNode& node : keep.nodes) node.is_kept = true;
  for (const Package& package : image.catalog.packages) keep.packages.push_back(survives(package));
  auto left = std::make_shared<RpmLeftWhole>();
  NodeEdits edits = rpm_database_edits(image.tree, image.catalog, keep, left);
  std::map<std::string, std::string> after;
  for (const test::TestEntry& entry : entries) {
    std::string path = entry.line.substr(5);
    auto edit = edits.find(static_cast<uint32_t>(image.tree.find(path)));
    std::string bytes = edit == edits.end() ? entry.content : edit->second(entry.content);
    bool is_same = edit == edits.end() || edit->second(entry.content) == bytes;
    EXPECT_TRUE(is_same) << path << " is not the same again";
    EXPECT_LE(bytes.size(), entry.content.size()) << path;
    after[path] = std::move(bytes);
  }
  EXPECT_FALSE(left->packages);
  EXPECT_FALSE(left->indexes);
  return after;
}

// Three packages: files of their own, enough of them that an index has several levels, and one that
// all three have.
class RpmDatabase : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    Result<TempDir> made = TempDir::make("rpm");
    ASSERT_TRUE(made.ok());
    built_.emplace(std::move(*made));
    for (auto [name, files] : {std::pair("alpha", 2500), {"beta", 700}, {"gamma", 3}}) {
      if (problem_.empty()) problem_ = build(name, files);
    }
  }

  static void TearDownTestSuite() { built_.reset(); }

  // Returns why it cannot be.
  static std::string build(const std::string& name, int files) {
    std::string folder = "%{buildroot}/opt/" + name;
    std::string spec = "Name: " + name +
                       "\nVersion: 1.2\nRelease: 3\nSummary: x\nLicense: MIT\nBuildArch: noarch\n"
                       "%description\nx\n%install\nmkdir -p " +
                       folder + "\ncd " + folder + "\nseq -f '" + name + "-%.0f' " +
                       std::to_string(files) + " | xargs touch common\n%files\n/opt/" + name + "\n";
    std::string file = (built_->path() / (name + ".spec")).string();
    if (!write_file_atomic(file, spec).ok()) return "no room";
    std::string top = "_topdir " + built_->path().string();
    Outcome built = run({"rpmbuild", "-bb", "--quiet", "--define", top, file});
    return built.ok ? "" : "rpmbuild does not work here: " + built.err;
  }

  static std::string package(const std::string& name) {
    return (built_->path() / "RPMS/noarch" / (name + "-1.2-3.noarch.rpm")).string();
  }

  void SetUp() override {
    if (!problem_.empty()) GTEST_SKIP() << problem_;
    Result<TempDir> made = TempDir::make("rpm");
    ASSERT_TRUE(made.ok());
    folder_.emplace(std::move(*made));
    ASSERT_TRUE(fs::create_directories(path("db")));
    ASSERT_TRUE(fs::create_directories(path("after")));
  }

  std::string path(const std::string& name) const { return (folder_->path() / name).string(); }

  std::string content(const std::string& name) const {
    Result<std::string> bytes = read_file(path(name), kMaxBytes);
    return bytes.ok() ? *bytes : "";
  }

  Outcome rpm(const std::string& form, const std::string& folder, std::vector<std::string> words) {
    std::vector<std::string> args = {
        "rpm", "--define", "_db_backend " + form, "--dbpath", path(folder)};
    args.insert(args.end(), words.begin(), words.end());
    return run(args);
  }

  // With the three packages; "" or why it cannot be.
  std::string make_database(const std::string& form, const std::string& file) {
    std::vector<std::string> words = {"--justdb", "--nodeps", "--noscripts", "-i"};
    for (const char* name : {"alpha", "beta", "gamma"}) words.push_back(package(name));
    Outcome installed = rpm(form, "db", words);
    bool is_there = installed.ok && fs::exists(path("db/" + file));
    return is_there ? "" : "this rpm cannot write " + form + ": " + installed.err;
  }

  // "after": the database of an image in which beta alone survives.
  void slim() {
    std::vector<test::TestEntry> entries;
    for (const auto& item : fs::directory_iterator(path("db"))) {
      std::string name = item.path().filename();
      if (!item.is_regular_file() || name.starts_with("__db.")) continue;
      entries.push_back({"file " + std::string(kFolder) + "/" + name, content("db/" + name)});
    }
    EXPECT_THAT(test::Catalogued({entries}).packages(),
                UnorderedElementsAre("rpm alpha 1.2-3", "rpm beta 1.2-3", "rpm gamma 1.2-3"));
    for (const auto& [name, bytes] :
         slimmed(entries, [](const Package& package) { return package.name == "beta"; })) {
      EXPECT_EQ(bytes.find("alpha"), std::string::npos) << "a trace of it is left in " << name;
      ASSERT_TRUE(write_file_atomic(path("after" + name.substr(kFolder.size())), bytes).ok());
    }
  }

  void expect_beta_alone(const std::string& form) {
    auto ask = [&](std::vector<std::string> words) { return rpm(form, "after", std::move(words)); };
    EXPECT_EQ(ask({"-qa"}).out, "beta-1.2-3.noarch\n");
    EXPECT_EQ(ask({"-q", "beta"}).out, "beta-1.2-3.noarch\n");
    std::string files = ask({"-ql", "beta"}).out;
    EXPECT_THAT(files, AllOf(HasSubstr("/opt/beta/beta-700\n"), HasSubstr("/opt/beta/common\n")));
    for (const char* file :
         {"/opt/beta", "/opt/beta/beta-1", "/opt/beta/beta-699", "/opt/beta/common"})
      EXPECT_EQ(ask({"-q", "--whatprovides", file}).out, "beta-1.2-3.noarch\n") << file;
    EXPECT_EQ(ask({"-q", "--whatprovides", "beta"}).out, "beta-1.2-3.noarch\n");
    for (const char* gone : {"alpha", "gamma", "/opt/alpha/common", "/opt/alpha/alpha-2500"}) {
      Outcome none = ask({"-q", "--whatprovides", gone});
      EXPECT_FALSE(none.ok) << gone << none.out;
      EXPECT_THAT(none.err, Not(HasSubstr("skipping"))) << "an index leads to it";
    }
    EXPECT_FALSE(ask({"-q", "alpha"}).ok);
  }

  // rpm goes on with it, and made no index anew to ask them.
  void expect_usable(const std::string& form) {
    EXPECT_THAT(rpm(form, "after", {"-q", "beta"}).err,
                AllOf(Not(HasSubstr("outdated")), Not(HasSubstr("missing"))));
    expect_beta_alone(form);
    EXPECT_TRUE(rpm(form, "after", {"--justdb", "--nodeps", "-i", package("gamma")}).ok);
    EXPECT_TRUE(rpm(form, "after", {"--justdb", "--nodeps", "-e", "beta"}).ok);
    EXPECT_EQ(rpm(form, "after", {"-qa"}).out, "gamma-1.2-3.noarch\n");
    EXPECT_EQ(rpm(form, "after", {"-q", "--whatprovides", "/opt/gamma/gamma-3"}).out,
              "gamma-1.2-3.noarch\n");
    EXPECT_THAT(rpm(form, "after", {"--verifydb"}).err, Not(HasSubstr("error")));
  }

  static inline std::optional<TempDir> built_;  // the packages of all tests
  static inline std::string problem_;
  std::optional<TempDir> folder_;
};

TEST_F(RpmDatabase, HoldsWhatStaysInSqlite) {
  if (std::string why = make_database("sqlite", "rpmdb.sqlite"); !why.empty()) GTEST_SKIP() << why;
  std::string before = content("db/rpmdb.sqlite");
  slim();
  EXPECT_EQ(content("after/rpmdb.sqlite").substr(18, 2), before.substr(18, 2));
  expect_usable("sqlite");
}

TEST_F(RpmDatabase, HoldsWhatStaysInNdb) {
  if (std::string why = make_database("ndb", "Packages.db"); !why.empty()) GTEST_SKIP() << why;
  slim();
  expect_usable("ndb");
}

TEST_F(RpmDatabase, HoldsWhatStaysInBerkeleyDb) {
  if (std::string why = make_database("bdb", "Packages"); !why.empty()) GTEST_SKIP() << why;
  slim();
  expect_usable("bdb");
}

// A Berkeley DB of the rows of an SQL query: keys and values in hex (db_load takes small letters).
bool load(const std::string& database,
          const std::string& query,
          const std::string& type,
          const std::string& file) {
  Outcome rows = run({"sqlite3", "-separator", "\n ", database, query});
  if (!rows.ok) return false;
  std::string dump =
      "VERSION=3\nformat=bytevalue\ntype=" + type + "\ndb_pagesize=4096\nHEADER=END\n";
  for (std::string_view line : split_lines(rows.out))
    dump += (line.starts_with(' ') ? "" : " ") + std::string(line) + "\n";
  if (!write_file_atomic(file + ".txt", dump + "DATA=END\n").ok()) return false;
  return run({"db5.3_load", "-f", file + ".txt", file}).ok && fs::remove(file + ".txt");
}

std::string little(const std::string& column) {
  std::string args;
  for (int shift : {0, 8, 16, 24})
    args += ", " + column + " >> " + std::to_string(shift) + " & 255";
  return "printf('%02x%02x%02x%02x'" + args + ")";
}

TEST_F(RpmDatabase, HoldsWhatStaysInFilesOfBerkeleyDbItself) {
  if (std::string why = make_database("sqlite", "rpmdb.sqlite"); !why.empty()) GTEST_SKIP() << why;
  fs::rename(path("db"), path("sqlite"));
  ASSERT_TRUE(fs::create_directories(path("db")));
  std::string from = path("sqlite/rpmdb.sqlite");
  std::string packages = "SELECT '00000000', " + little("max(hnum)") +
                         " FROM Packages UNION ALL "
                         "SELECT " +
                         little("hnum") + ", lower(hex(blob)) FROM Packages";
  if (!load(from, packages, "hash", path("db/Packages")))
    GTEST_SKIP() << "sqlite3 or db5.3_load does not work here";
  for (const char* index :
       {"Name", "Basenames", "Dirnames", "Providename", "Requirename", "Group"}) {
    std::string rows = "SELECT lower(hex(CAST(key AS BLOB))), group_concat(" + little("hnum") +
                       " || " + little("idx") + ", '') FROM \"" + index +
                       "\" GROUP BY key ORDER BY key";
    ASSERT_TRUE(
        load(from, rows, index[0] == 'G' ? "hash" : "btree", path("db/" + std::string(index))));
  }
  slim();
  for (const auto& item : fs::directory_iterator(path("after"))) {
    Outcome verified = run({"db5.3_verify", item.path()});
    EXPECT_TRUE(verified.ok) << item.path() << verified.err;
  }
  std::string before = run({"db5.3_stat", "-d", path("db/Basenames")}).out;
  EXPECT_THAT(before, Not(HasSubstr("1\tNumber of levels"))) << "no test of a tree";
  if (rpm("bdb_ro", "db", {"-q", "alpha"}).ok) expect_beta_alone("bdb_ro");
}

TEST_F(RpmDatabase, LeavesWhatIsNotSqlite) {
  auto is_beta = [](std::string_view blob) {
    std::optional<RpmHeader> header = read_rpm_header(blob);
    return header && header->name == "beta";
  };
  if (std::string why = make_database("sqlite", "rpmdb.sqlite"); !why.empty()) GTEST_SKIP() << why;
  std::string database = content("db/rpmdb.sqlite");
  EXPECT_FALSE(filter_rpm_sqlite("", is_beta));
  EXPECT_FALSE(filter_rpm_sqlite("SQLite format 3", is_beta));
  EXPECT_FALSE(filter_rpm_sqlite(database.substr(0, 5000), is_beta));
  std::string damaged = database;
  for (size_t i = 200; i < damaged.size(); i += 97) damaged[i] = static_cast<char>(~damaged[i]);
  EXPECT_FALSE(filter_rpm_sqlite(damaged, is_beta));
  if (!run({"sqlite3",
            path("db/rpmdb.sqlite"),
            "CREATE TRIGGER t AFTER DELETE ON Packages BEGIN DELETE FROM Packages; END"})
           .ok)
    return;
  EXPECT_FALSE(filter_rpm_sqlite(content("db/rpmdb.sqlite"), is_beta)) << "code of the schema";
}

// Of real databases every third package survives, by the list that rpm itself made.
TEST(RealRpmDatabase, HoldsWhatStays) {
  for (const test::RpmSample& sample : test::kRpmSamples) {
    std::optional<std::string> database = test::rpm_database(sample);
    if (!database) GTEST_SKIP() << "no corpus of rpm databases beside the project";
    std::vector<std::string> rows = test::rpm_rows(sample);
    std::set<std::string> wanted;
    for (size_t i = 0; i < rows.size(); i += 3) wanted.insert(rows[i]);
    std::string line = "file " + std::string(sample.place) + "/" + sample.file;
    auto after = slimmed({{line, *database}}, [&](const Package& package) {
      return wanted.contains(test::rpm_row_of(package));
    });
    test::Catalogued result({{{line, after.begin()->second}}});
    EXPECT_THAT(result.catalog.problems, testing::IsEmpty());
    std::set<std::string> left;
    for (const Package& package : result.catalog.packages) left.insert(test::rpm_row_of(package));
    EXPECT_EQ(left, wanted) << sample.folder;
  }
}

TEST(RealRpmDatabase, StaysWholeWhenItIsDamaged) {
  auto filters = {std::pair(&staying_in_rpm_ndb, &filter_rpm_ndb),
                  std::pair(&staying_in_rpm_bdb, &filter_rpm_bdb)};
  for (const test::RpmSample& sample : {test::kRpmSamples[1], test::kRpmSamples[2]}) {
    std::optional<std::string> database = test::rpm_database(sample);
    if (!database) GTEST_SKIP() << "no corpus of rpm databases beside the project";
    database->resize(database->size() / 2 / 4096 * 4096);
    for (auto [staying, filter] : filters) {
      EXPECT_FALSE(staying(*database, [](std::string_view) { return true; }));
      EXPECT_FALSE(filter(*database, {1, 2, 3}));
    }
  }
}

}  // namespace
}  // namespace whittle
