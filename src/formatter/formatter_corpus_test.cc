// The real Dockerfiles of the corpus (when it is there): formatting them ends, keeps what they
// mean, and leaves alone what it formatted.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/fs.h"
#include "base/strings.h"
#include "dockerfile/parser.h"
#include "formatter/formatter.h"
#include "formatter/proof.h"
#include "support/corpus.h"

namespace whittle {
namespace {

using test::corpus_files;
using test::kDockerfileCorpus;

TEST(FormatterCorpus, EndsKeepsTheMeaningAndLeavesItsResultAlone) {
  if (!fs::exists(kDockerfileCorpus)) GTEST_SKIP() << "no corpus of Dockerfiles beside the project";
  FormatOptions unsorted;
  unsorted.sorts_packages = false;
  size_t formatted = 0;
  size_t left_alone = 0;
  for (const fs::path& path : corpus_files()) {
    SCOPED_TRACE(path);
    Result<std::string> source = read_file(path, 1 << 20);
    ASSERT_TRUE(source.ok());
    Result<Dockerfile> file = parse_dockerfile(*source, "Dockerfile", Limits());
    ASSERT_TRUE(file.ok());
    Result<Formatted> result = format_dockerfile(*source, {}, Limits());
    ASSERT_TRUE(result.ok()) << result.error().message();
    if (file->has_errors()) {
      EXPECT_EQ(result->text, *source);
      EXPECT_NE(result->note, "");
      continue;
    }
    ++formatted;
    if (!result->note.empty()) {
      ++left_alone;
      ADD_FAILURE() << result->note;
      continue;
    }
    Result<Formatted> again = format_dockerfile(result->text, {}, Limits());
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(again->text, result->text);
    Result<Formatted> laid_out = format_dockerfile(*source, unsorted, Limits());
    ASSERT_TRUE(laid_out.ok());
    Result<Dockerfile> after = parse_dockerfile(laid_out->text, "Dockerfile", Limits());
    ASSERT_TRUE(after.ok());
    EXPECT_FALSE(after->has_errors());
    EXPECT_EQ(layout_difference(*file, *after, Limits()), "");
  }
  EXPECT_GT(formatted, 500U);
  EXPECT_EQ(left_alone, 0U);
}

}  // namespace
}  // namespace whittle
