// rpm's own databases, filtered and asked by rpm again.
#include "slim/rpm_database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/fs.h"
#include "packages/cataloguers/rpm_header.h"
#include "slim/slim_test_support.h"
#include "support/programs.h"

namespace whittle {
namespace {

using test::Outcome;
using test::run;
using testing::HasSubstr;

constexpr uint64_t kMaxBytes = 64ULL << 20;

class RpmDatabase : public testing::Test {
 protected:
  void SetUp() override {
    Result<TempDir> made = TempDir::make("rpm");
    ASSERT_TRUE(made.ok());
    folder_.emplace(std::move(*made));
    ASSERT_TRUE(fs::create_directories(path("db")));
    ASSERT_TRUE(fs::create_directories(path("after")));
    std::vector<std::string> install = {
        "rpm", "--dbpath", path("db"), "--justdb", "--nodeps", "--noscripts", "-i"};
    for (const char* name : {"alpha", "beta", "gamma"}) {
      std::string spec = "Name: " + std::string(name) +
                         "\nVersion: 1.2\nRelease: 3\nSummary: x\nLicense: MIT\nBuildArch: noarch\n"
                         "%description\nx\n%install\nmkdir -p %{buildroot}/opt\necho " +
                         name + " > %{buildroot}/opt/" + name + "\n%files\n/opt/" + name + "\n";
      ASSERT_TRUE(write_file_atomic(path(std::string(name) + ".spec"), spec).ok());
      Outcome built = run({"rpmbuild",
                           "-bb",
                           "--quiet",
                           "--define",
                           "_topdir " + path("top"),
                           path(std::string(name) + ".spec")});
      if (!built.ok) GTEST_SKIP() << "rpmbuild does not work here: " << built.err;
      install.push_back(path("top/RPMS/noarch/" + std::string(name) + "-1.2-3.noarch.rpm"));
    }
    Outcome installed = run(install);
    if (!installed.ok) GTEST_SKIP() << "rpm does not work here: " << installed.err;
    if (!fs::exists(path("db/rpmdb.sqlite"))) GTEST_SKIP() << "this rpm has no SQLite";
    Result<std::string> content = read_file(path("db/rpmdb.sqlite"), kMaxBytes);
    ASSERT_TRUE(content.ok());
    database_ = *content;
  }

  std::string path(const std::string& name) const { return (folder_->path() / name).string(); }

  // Of the filtered database.
  Outcome ask(std::vector<std::string> words) const {
    std::vector<std::string> args = {"rpm", "--dbpath", path("after")};
    args.insert(args.end(), words.begin(), words.end());
    return run(args);
  }

  static bool is_beta(std::string_view blob) {
    std::optional<RpmHeader> header = read_rpm_header(blob);
    return header && header->name == "beta";
  }

  std::optional<TempDir> folder_;
  std::string database_;
};

TEST_F(RpmDatabase, HoldsWhatStaysForRpm) {
  std::optional<std::string> after = filter_rpm_sqlite(database_, &is_beta);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->find("alpha"), std::string::npos) << "no trace of it is left";
  EXPECT_EQ(after->substr(18, 2), database_.substr(18, 2));
  ASSERT_TRUE(write_file_atomic(path("after/rpmdb.sqlite"), *after).ok());
  EXPECT_EQ(ask({"-qa"}).out, "beta-1.2-3.noarch\n");
  EXPECT_EQ(ask({"-q", "beta"}).out, "beta-1.2-3.noarch\n");
  EXPECT_EQ(ask({"-ql", "beta"}).out, "/opt/beta\n");
  EXPECT_EQ(ask({"-q", "--whatprovides", "beta"}).out, "beta-1.2-3.noarch\n");
  EXPECT_FALSE(ask({"-q", "alpha"}).ok);
  EXPECT_FALSE(ask({"-q", "--whatprovides", "gamma"}).ok);
  EXPECT_THAT(ask({"--verifydb"}).err, testing::Not(HasSubstr("error")));
  EXPECT_EQ(filter_rpm_sqlite(database_, &is_beta), after) << "the same again";
}

TEST_F(RpmDatabase, LeavesWhatIsNotOne) {
  EXPECT_FALSE(filter_rpm_sqlite("", &is_beta));
  EXPECT_FALSE(filter_rpm_sqlite("SQLite format 3", &is_beta));
  EXPECT_FALSE(filter_rpm_sqlite(database_.substr(0, 5000), &is_beta));
  std::string damaged = database_;
  for (size_t i = 200; i < damaged.size(); i += 97) damaged[i] = static_cast<char>(~damaged[i]);
  EXPECT_FALSE(filter_rpm_sqlite(damaged, &is_beta));
  if (!run({"sqlite3",
            path("db/rpmdb.sqlite"),
            "CREATE TRIGGER t AFTER DELETE ON Packages BEGIN DELETE FROM Packages; END"})
           .ok)
    return;
  Result<std::string> content = read_file(path("db/rpmdb.sqlite"), kMaxBytes);
  ASSERT_TRUE(content.ok());
  EXPECT_FALSE(filter_rpm_sqlite(*content, &is_beta)) << "code of the schema";
}

}  // namespace
}  // namespace whittle
