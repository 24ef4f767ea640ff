#include "formatter/formatter.h"

#include <gtest/gtest.h>

namespace whittle {
namespace {

std::string formatted(const std::string& source, const FormatOptions& options = {}) {
  Result<Formatted> result = format_dockerfile(source, options, Limits());
  EXPECT_TRUE(result.ok());
  if (!result.ok()) return "";
  EXPECT_EQ(result->note, "") << source;
  Result<Formatted> again = format_dockerfile(result->text, options, Limits());
  EXPECT_TRUE(again.ok());
  EXPECT_EQ(again.ok() ? again->text : "", result->text) << "not the same the second time";
  return result->text;
}

// Left as it is, without a note.
void expect_same(const std::string& source) {
  EXPECT_EQ(formatted(source), source);
}

TEST(Formatter, WritesKeywordsInUpperCase) {
  EXPECT_EQ(
      formatted(
          "from debian as Base\nrun   true\nOnbuild run x\ncopy --from=Base\t--link  a  b /\n"),
      "FROM debian AS Base\nRUN true\nONBUILD run x\nCOPY --from=Base --link a  b /\n");
}

TEST(Formatter, IndentsContinuationsByOneLevel) {
  EXPECT_EQ(formatted("FROM x\nRUN set -e;\\\n\tif a; then \\\n\t\tb; \\\n\tfi   \\  \n\t&& c\n"),
            "FROM x\nRUN set -e; \\\n    if a; then \\\n        b; \\\n    fi \\\n    && c\n");
}

TEST(Formatter, KeepsLinesIndentedToEachOther) {
  EXPECT_EQ(
      formatted(
          "FROM x\nRUN set -e; \\\n  if a; then \\\n    b; \\\n  fi\t\\  \n\n  # why\n && c\n"),
      "FROM x\nRUN set -e; \\\n     if a; then \\\n       b; \\\n     fi \\\n    # why\n    && "
      "c\n");
}

TEST(Formatter, TakesForgottenIndentationForNone) {
  EXPECT_EQ(formatted("FROM x\nRUN a \\\n    b \\\nc \\\n    d\n"),
            "FROM x\nRUN a \\\n    b \\\n    c \\\n    d\n");
  EXPECT_EQ(formatted("FROM x\nRUN a \\\n&& b \\\n  && c \\\n  && d\n"),
            "FROM x\nRUN a \\\n    && b \\\n    && c \\\n    && d\n");
  // Commands and their words, and lines of which most are not indented.
  EXPECT_EQ(formatted("FROM x\nRUN a \\\n&& b \\\n  c \\\n  d\n"),
            "FROM x\nRUN a \\\n    && b \\\n      c \\\n      d\n");
  EXPECT_EQ(formatted("FROM x\nRUN a \\\nb \\\n  c \\\nd\n"),
            "FROM x\nRUN a \\\n    b \\\n      c \\\n    d\n");
}

TEST(Formatter, KeepsCommentsAndParagraphsOfContinuations) {
  EXPECT_EQ(formatted("FROM x\nRUN a \\\n# one\n  && b \\\n  \\\n  # two\n  # three\n  && c\n"),
            "FROM x\nRUN a \\\n    # one\n    && b \\\n    \\\n    # two\n    # three\n    && c\n");
}

TEST(Formatter, LeavesQuotesAlone) {
  expect_same("FROM x\nRUN echo \"a \\\n  b   \\\n c\" 'd \\\n e'\n");
  expect_same("FROM x\nRUN echo \"$(echo a   \\\n b)\"\n");
  EXPECT_EQ(formatted("FROM x\nLABEL a=\"b \\\n c\"   \\\n d=e\n"),
            "FROM x\nLABEL a=\"b \\\n c\" \\\n    d=e\n");
}

TEST(Formatter, LeavesHeredocsAlone) {
  EXPECT_EQ(
      formatted("FROM x\nrun <<E\n  a  \\\n b\nFROM y\n\n\nE\ncopy <<-'E' /a\n\t  run x  \n\tE\n"),
      "FROM x\nRUN <<E\n  a  \\\n b\nFROM y\n\n\nE\nCOPY <<-'E' /a\n\t  run x  \n\tE\n");
}

// A continuation without blanks joins words.
TEST(Formatter, LeavesJoinedWordsAlone) {
  expect_same("FROM x\nRUN echo a\\\nb\nENV A=b\\\nc\nRUN --mount=type=cache,\\\ntarget=/x true\n");
  expect_same("FROM x\nRUN echo a\\ \\\nb\n");
}

// An image stores these texts as they are.
TEST(Formatter, LeavesStoredTextsAlone) {
  expect_same("FROM x\nCMD a \\\n  b\n");
  expect_same("FROM x\nHEALTHCHECK --interval=5s CMD a   \\\n  || b\n");
  expect_same("FROM x\nONBUILD RUN a   \\\n  b\n");
  EXPECT_EQ(formatted("FROM x\nCMD  [ \"a\",\\\n \"b\" ]\nENTRYPOINT  x\n"),
            "FROM x\nCMD [ \"a\", \\\n    \"b\" ]\nENTRYPOINT x\n");
}

TEST(Formatter, DividesStages) {
  EXPECT_EQ(
      formatted(
          "\n\nARG A\n\n\n\nFROM a\nRUN x\n# of b\n# too\nFROM b\n\n\nRUN y\n\n# c\nFROM c\n\n\n"),
      "ARG A\n\nFROM a\nRUN x\n\n# of b\n# too\nFROM b\n\nRUN y\n\n# c\nFROM c\n");
}

TEST(Formatter, EndsTheLastLineAndNoLineInBlanks) {
  EXPECT_EQ(formatted("FROM a  \n  # c \t\n \t\n  RUN x \t\n\tRUN y"),
            "FROM a\n# c\n\nRUN x\nRUN y\n");
}

TEST(Formatter, LeavesTheHeadAlone) {
  expect_same("#  syntax=docker/dockerfile:1\n\n  # escape=`\n\nFROM a\n");
  EXPECT_EQ(formatted("\xEF\xBB\xBF# escape=`\n  from a\nRUN b  `\n  c\n"),
            "\xEF\xBB\xBF# escape=`\nFROM a\nRUN b  `\n  c\n");
  EXPECT_EQ(formatted("# escape=`\nFROM a\nCOPY b`\n  c   `\n  d\n"),
            "# escape=`\nFROM a\nCOPY b `\n    c `\n    d\n");
}

TEST(Formatter, KeepsLineEndsAndMark) {
  EXPECT_EQ(formatted("\xEF\xBB\xBF"
                      "from a\r\nRUN b && \\\r\n c\r\nFROM d"),
            "\xEF\xBB\xBF"
            "FROM a\r\nRUN b && \\\r\n    c\r\n\r\nFROM d\r\n");
}

TEST(Formatter, GivesPairsAnEqualsSign) {
  EXPECT_EQ(formatted("FROM a\nENV A b\nENV C d e\nLABEL x y\n"),
            "FROM a\nENV A=b\nENV C=\"d e\"\nLABEL x=y\n");
}

TEST(Formatter, WritesLongPackageListsOnePerLine) {
  EXPECT_EQ(
      formatted(
          "FROM a\nRUN apt-get update && apt-get install -y wget curl git gcc && rm -rf /x\n"),
      "FROM a\n"
      "RUN apt-get update && apt-get install -y \\\n"
      "    curl \\\n    gcc \\\n    git \\\n    wget \\\n"
      "    && rm -rf /x\n");
  EXPECT_EQ(
      formatted("FROM a\nRUN apt-get update \\\n  && apt-get install -y b \\\n  a; \\\n  c\n"),
      "FROM a\n"
      "RUN apt-get update \\\n    && apt-get install -y \\\n        a \\\n        b; \\\n    c\n");
  expect_same("FROM a\nRUN apk add --no-cache c b a\n");
}

TEST(Formatter, KeepsTrailingOperatorsOfLists) {
  EXPECT_EQ(formatted("FROM a\nRUN apk add --virtual .d b a && \\\n  x\n"),
            "FROM a\nRUN apk add --virtual .d b a && \\\n    x\n");
  EXPECT_EQ(
      formatted("FROM a\nRUN apk add --virtual .d d c b a && \\\n  x\n"),
      "FROM a\nRUN apk add --virtual .d \\\n    a \\\n    b \\\n    c \\\n    d && \\\n    x\n");
}

TEST(Formatter, SortsOnlyWhereOrderCannotMatter) {
  // pip looks for versions in the order given.
  EXPECT_EQ(formatted("FROM a\nRUN pip install d c b a\n"),
            "FROM a\nRUN pip install \\\n    d \\\n    c \\\n    b \\\n    a\n");
  // Comments belong to their lines.
  expect_same("FROM a\nRUN apk add \\\n    # why\n    b \\\n    a\n");
  // A variable may hold anything, `x-` removes, an unknown option may take a package for its value.
  expect_same("FROM a\nRUN apt-get install -y \\\n    b \\\n    $A \\\n    a\n");
  expect_same("FROM a\nRUN apt-get install -y \\\n    b \\\n    a-\n");
  expect_same("FROM a\nRUN apt-get install --what \\\n    b \\\n    a\n");
  // Options behind packages, redirections between them.
  expect_same("FROM a\nRUN apt-get install b a d c -y\n");
  expect_same("FROM a\nRUN apt-get install d c > x b a\n");
  FormatOptions options;
  options.sorts_packages = false;
  EXPECT_EQ(formatted("FROM a\nRUN apk add \\\n b \\\n a\n", options),
            "FROM a\nRUN apk add \\\n    b \\\n    a\n");
}

TEST(Formatter, SaysWhyAFileIsLeftAlone) {
  Result<Formatted> result = format_dockerfile("FROM a\nwhat x\nrun y\n", {}, Limits());
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->text, "FROM a\nwhat x\nrun y\n");
  EXPECT_EQ(result->note.substr(0, 8), "line 2: ");
}

TEST(Formatter, TakesAnyIndentation) {
  FormatOptions options;
  options.indent = 2;
  EXPECT_EQ(formatted("FROM a\nRUN b && \\\n    c\n", options), "FROM a\nRUN b && \\\n  c\n");
}

}  // namespace
}  // namespace whittle
