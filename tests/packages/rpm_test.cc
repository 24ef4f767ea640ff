// Real rpm databases against what rpm itself lists of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "packages/catalogued.h"
#include "packages/rpm_corpus.h"

namespace whittle::test {
namespace {

class RpmDatabase : public testing::TestWithParam<RpmSample> {
 protected:
  static Catalogued image_of(const std::string& database) {
    std::string path = std::string(GetParam().place) + "/" + GetParam().file;
    return catalogue({{{"file " + path, database}}});
  }
};

TEST_P(RpmDatabase, has_the_packages_that_rpm_lists) {
  std::optional<std::string> database = rpm_database(GetParam());
  if (!database) GTEST_SKIP() << "no corpus of rpm databases beside the project";
  Catalogued image = image_of(*database);
  EXPECT_THAT(image.catalog.problems, testing::IsEmpty());
  std::vector<std::string> rows;
  for (const Package& package : image.catalog.packages) rows.push_back(rpm_row_of(package));
  EXPECT_THAT(rows, testing::UnorderedElementsAreArray(rpm_rows(GetParam())));
}

TEST_P(RpmDatabase, is_read_as_far_as_it_goes_when_it_is_cut_off) {
  std::optional<std::string> database = rpm_database(GetParam());
  if (!database) GTEST_SKIP() << "no corpus of rpm databases beside the project";
  database->resize(database->size() / 2);
  Catalogued image = image_of(*database);
  EXPECT_THAT(image.catalog.problems, testing::SizeIs(1));
}

INSTANTIATE_TEST_SUITE_P(Formats,
                         RpmDatabase,
                         testing::ValuesIn(kRpmSamples),
                         [](const testing::TestParamInfo<RpmSample>& sample) {
                           return std::string(sample.param.file).substr(0, 5) +
                                  std::to_string(sample.index);
                         });

}  // namespace
}  // namespace whittle::test
