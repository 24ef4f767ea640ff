// Real root file systems of Alpine against what apk itself lists of them (expected/, made with
// `apk list --installed`).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/fs.h"
#include "base/strings.h"
#include "packages/catalogued.h"

namespace whittle::test {
namespace {

class Alpine : public testing::TestWithParam<const char*> {};

TEST_P(Alpine, has_the_packages_that_apk_lists) {
  std::string version = GetParam();
  fs::path root = WHITTLE_SOURCE_DIR;
  Result<std::string> archive = read_file(
      root / "../shared/corpus/rootfs" / ("alpine-minirootfs-" + version + "-x86_64.tar.gz"),
      64ULL << 20);
  if (!archive.ok()) GTEST_SKIP() << "no corpus of root file systems beside the project";
  Result<std::string> expected =
      read_file(root / "tests/packages/expected" / ("alpine-" + version + ".txt"), 1 << 20);
  ASSERT_TRUE(expected.ok());
  ReadOptions options = read_options();
  constexpr uint8_t kSets = kPackageDatabases | kPackageInventory;
  options.keep = {package_contents(kSets)};
  auto source = string_source(*archive);
  Result<ReadLayer> layer = read_layer(*source, 0, options);
  ASSERT_TRUE(layer.ok());
  Result<MergedTree> tree = merge_layers({&layer->index});
  ASSERT_TRUE(tree.ok());
  PackageCatalog catalog = catalog_packages(*tree, kSets);
  std::vector<std::string> rows;
  for (const Package& package : catalog.packages) {
    const std::string& origin = package.source_name.empty() ? package.name : package.source_name;
    rows.push_back(package.name + "-" + package.version + " " + package.architecture + " {" +
                   origin + "} (" + join(package.licenses, " ") + ") [installed]");
  }
  std::vector<std::string> wanted;
  for (std::string_view line : split_lines(*expected)) wanted.emplace_back(line);
  EXPECT_THAT(rows, testing::UnorderedElementsAreArray(wanted));
  EXPECT_EQ(catalog.distribution.id, "alpine");
  EXPECT_EQ(catalog.distribution.version, version);
  EXPECT_EQ(catalog.distribution.branch, "v" + version.substr(0, version.rfind('.')));
}

INSTANTIATE_TEST_SUITE_P(Releases, Alpine, testing::Values("3.16.9", "3.19.4", "3.20.3"));

}  // namespace
}  // namespace whittle::test
