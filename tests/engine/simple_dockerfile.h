// A Dockerfile model from text with one instruction a line: enough to map build steps in tests
// without the parser.
#pragma once

#include <string>
#include <string_view>

#include "base/strings.h"
#include "model/dockerfile.h"

namespace whittle {

inline void add_flags(Instruction& instruction, std::string_view& rest) {
  while (rest.starts_with("--")) {
    std::string_view word = rest.substr(0, rest.find(' '));
    Flag flag;
    size_t equals = word.find('=');
    flag.name = word.substr(2, equals == std::string_view::npos ? equals : equals - 2);
    flag.has_value = equals != std::string_view::npos;
    if (flag.has_value) flag.value = word.substr(equals + 1);
    instruction.flags.push_back(flag);
    rest = trim_left(rest.substr(word.size()));
  }
}

inline Dockerfile simple_dockerfile(std::string_view text) {
  Dockerfile file;
  file.source = text;
  file.lines = LineIndex(text);
  uint32_t line_number = 0;
  for (std::string_view line : split_lines(text)) {
    ++line_number;
    if (line.empty() || line.front() == '#') continue;
    Instruction instruction;
    size_t blank = line.find(' ');
    instruction.kind = instruction_kind(line.substr(0, blank));
    instruction.first_line = instruction.last_line = line_number;
    std::string_view rest = line.substr(blank + 1);
    add_flags(instruction, rest);
    instruction.text = rest;
    auto index = static_cast<uint32_t>(file.instructions.size());
    if (instruction.kind == InstructionKind::From) {
      Stage stage;
      stage.index = static_cast<uint32_t>(file.stages.size());
      stage.from = index;
      std::vector<std::string_view> words = split_blanks(rest);
      stage.base = words[0];
      if (words.size() == 3) stage.name = to_lower(words[2]);
      file.stages.push_back(stage);
    }
    if (!file.stages.empty()) {
      file.stages.back().end = index + 1;
      instruction.stage = file.stages.back().index;
    }
    file.instructions.push_back(std::move(instruction));
  }
  return file;
}

}  // namespace whittle
