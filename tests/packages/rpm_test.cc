// Real rpm databases against what rpm itself lists of them (expected/, made with rpm -qa).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/fs.h"
#include "codec/decompress.h"
#include "packages/catalogued.h"

namespace whittle::test {
namespace {

struct Sample {
  const char* folder;
  const char* file;
  const char* place;
};

class RpmDatabase : public testing::TestWithParam<Sample> {};

std::string unpacked(const std::string& gzip) {
  auto source = string_source(gzip);
  Result<Decompressed> plain = decompress(*source, Limits{});
  CHECK(plain.ok());
  std::string bytes;
  std::vector<std::byte> buffer(1 << 16);
  for (;;) {
    Result<size_t> n = plain->bytes->read(buffer);
    CHECK(n.ok());
    if (*n == 0) return bytes;
    bytes.append(reinterpret_cast<const char*>(buffer.data()), *n);
  }
}

// NAME|[EPOCH:]VERSION-RELEASE|ARCH|SOURCERPM, as "rpm -qa --qf" wrote the expectation.
std::string row_of(const Package& package) {
  if (package.architecture.empty()) return package.name + "|" + package.version + "|(none)|(none)";
  size_t colon = package.version.find(':');
  std::string plain = package.version.substr(colon == std::string::npos ? 0 : colon + 1);
  return package.name + "|" + package.version + "|" + package.architecture + "|" +
         (package.source_name.empty() ? package.name : package.source_name) + "-" +
         (package.source_version.empty() ? plain : package.source_version) + ".src.rpm";
}

TEST_P(RpmDatabase, has_the_packages_that_rpm_lists) {
  fs::path folder = fs::path(WHITTLE_SOURCE_DIR) / "../shared/corpus/rpmdb" / GetParam().folder;
  Result<std::string> gzip =
      read_file(folder / (std::string(GetParam().file) + ".gz"), 64ULL << 20);
  if (!gzip.ok()) GTEST_SKIP() << "no corpus of rpm databases beside the project";
  Result<std::string> expected =
      read_file(fs::path(WHITTLE_SOURCE_DIR) / "tests/packages/expected" /
                    (std::string(GetParam().folder) + ".txt"),
                1 << 20);
  ASSERT_TRUE(expected.ok());
  std::string database = unpacked(*gzip);
  Catalogued image =
      catalogue({{{std::string("file ") + GetParam().place + "/" + GetParam().file, database}}});
  EXPECT_THAT(image.catalog.problems, testing::IsEmpty());
  std::vector<std::string> rows;
  for (const Package& package : image.catalog.packages) rows.push_back(row_of(package));
  std::vector<std::string> wanted;
  for (std::string_view line : split_lines(*expected)) wanted.emplace_back(line);
  EXPECT_THAT(rows, testing::UnorderedElementsAreArray(wanted));
}

TEST_P(RpmDatabase, is_read_as_far_as_it_goes_when_it_is_cut_off) {
  fs::path folder = fs::path(WHITTLE_SOURCE_DIR) / "../shared/corpus/rpmdb" / GetParam().folder;
  Result<std::string> gzip =
      read_file(folder / (std::string(GetParam().file) + ".gz"), 64ULL << 20);
  if (!gzip.ok()) GTEST_SKIP() << "no corpus of rpm databases beside the project";
  std::string database = unpacked(*gzip);
  database.resize(database.size() / 2);
  Catalogued image =
      catalogue({{{std::string("file ") + GetParam().place + "/" + GetParam().file, database}}});
  EXPECT_THAT(image.catalog.problems, testing::SizeIs(1));
}

INSTANTIATE_TEST_SUITE_P(Formats,
                         RpmDatabase,
                         testing::Values(Sample{"cbl-mariner-2.0", "rpmdb.sqlite", "var/lib/rpm"},
                                         Sample{"sle15-bci", "Packages.db", "usr/lib/sysimage/rpm"},
                                         Sample{"libuuid", "Packages", "var/lib/rpm"}),
                         [](const testing::TestParamInfo<Sample>& sample) {
                           return std::string(sample.param.file).substr(0, 5) +
                                  std::to_string(sample.index);
                         });

}  // namespace
}  // namespace whittle::test
