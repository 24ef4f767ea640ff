// What the files of the parser share. Not for use outside of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dockerfile/lexer.h"
#include "model/dockerfile.h"

namespace whittle {

// Bytes [begin, end) of a joined line, and what they are.
struct TokenSpan {
  uint32_t begin;
  uint32_t end;
  TokenKind kind;
};

// Problems that are kept of one file; a file with more is no Dockerfile.
inline constexpr size_t kMaxProblems = 10'000;

inline void add_problem(std::vector<ParseProblem>& problems,
                        ProblemKind kind,
                        Range range,
                        std::string message) {
  if (problems.size() < kMaxProblems) problems.push_back({kind, range, std::move(message)});
}

// One logical line on its way to an instruction.
struct LineParse {
  const JoinedLine& line;
  char escape;
  std::vector<ParseProblem>& problems;
  std::vector<TokenSpan> spans;  // ascending, disjoint

  void error(Range range, std::string message) {
    add_problem(problems, ProblemKind::Error, range, std::move(message));
  }
};

// The instruction in [begin, end) of the line. `depth` counts the ONBUILDs around it.
Instruction parse_instruction(LineParse& parse, uint32_t begin, uint32_t end, int depth);

// Fills form, words, pairs or onbuild from [begin, end), the arguments without flags and outer
// blanks.
void parse_arguments(
    LineParse& parse, Instruction& instruction, uint32_t begin, uint32_t end, int depth);

// What BuildKit refuses once the instruction is read, heredocs included.
void check_instruction(const Instruction& instruction, std::vector<ParseProblem>& problems);
// Cuts the instructions into stages, and adds what is wrong with their order.
void find_stages(Dockerfile& file);

// Appends the tokens of a logical line; `begin` is where the token before ended.
void append_tokens(const LineParse& parse, std::string_view source, std::vector<Token>& tokens);
// Appends a token unless it is empty.
void append_token(std::vector<Token>& tokens, TokenKind kind, uint32_t begin, uint32_t end);

}  // namespace whittle
