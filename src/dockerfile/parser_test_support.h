// What the tests and the fuzz harness of the parser share: what must hold of every parsed file.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "dockerfile/parser.h"

namespace whittle {

inline Dockerfile parse_ok(std::string source) {
  auto file = parse_dockerfile(std::move(source), "Dockerfile", Limits());
  EXPECT_TRUE(file.ok());
  return file.ok() ? std::move(*file) : Dockerfile();
}

// "3: message" per problem.
inline std::string problems_of(const Dockerfile& file) {
  std::string out;
  for (const ParseProblem& problem : file.problems) {
    out += std::to_string(file.lines.line_of(problem.range.begin));
    out += problem.kind == ProblemKind::Error ? ": " : "w ";
    out += problem.message + "\n";
  }
  return out;
}

// The tokens tile the text, and printing them gives it back.
inline void expect_lossless(const Dockerfile& file) {
  uint32_t at = 0;
  for (const Token& token : file.tokens) {
    EXPECT_EQ(at, token.range.begin);
    EXPECT_LT(token.range.begin, token.range.end);
    at = token.range.end;
  }
  EXPECT_EQ(file.source.size(), at);
  EXPECT_EQ(file.source, print_dockerfile(file));
}

}  // namespace whittle
