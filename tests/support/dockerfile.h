// What the tests of the Dockerfile front end share.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "dockerfile/parser.h"
#include "fuzz/dockerfile_invariants.h"

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

inline void expect_lossless(const Dockerfile& file) {
  EXPECT_EQ("", DockerfileInvariants(file).broken());
}

}  // namespace whittle
