#include "model/dockerfile.h"

#include <algorithm>
#include <array>

#include "base/strings.h"

namespace whittle {

namespace {

constexpr std::array<std::string_view, 18> kKeywords = {
    "FROM", "RUN", "CMD", "LABEL", "MAINTAINER", "EXPOSE", "ENV", "ADD", "COPY", "ENTRYPOINT", "VOLUME", "USER",
    "WORKDIR", "ARG", "ONBUILD", "STOPSIGNAL", "HEALTHCHECK", "SHELL",
};

}  // namespace

std::string_view keyword_of(InstructionKind kind) {
  auto index = static_cast<size_t>(kind);
  return index < kKeywords.size() ? kKeywords[index] : std::string_view();
}

InstructionKind instruction_kind(std::string_view keyword) {
  for (size_t i = 0; i < kKeywords.size(); ++i) {
    if (equals_ignoring_case(keyword, kKeywords[i])) return static_cast<InstructionKind>(i);
  }
  return InstructionKind::Unknown;
}

uint32_t Instruction::source_offset(uint32_t text_offset) const {
  if (pieces.empty()) return arguments.begin;
  auto next = std::upper_bound(pieces.begin(), pieces.end(), text_offset, [](uint32_t at, const TextPiece& piece) {
    return at < piece.text_begin;
  });
  if (next != pieces.begin()) --next;
  return next->source_begin + (text_offset - next->text_begin);
}

Range Instruction::source_range(uint32_t text_begin, uint32_t text_end) const {
  uint32_t begin = source_offset(text_begin);
  if (text_end <= text_begin) return {begin, begin};
  return {begin, source_offset(text_end - 1) + 1};
}

const Flag* Instruction::flag(std::string_view name) const {
  for (const Flag& flag : flags) {
    if (flag.name == name) return &flag;
  }
  return nullptr;
}

bool Dockerfile::has_errors() const {
  return std::any_of(problems.begin(), problems.end(), [](const ParseProblem& problem) {
    return problem.kind == ProblemKind::Error;
  });
}

}  // namespace whittle
