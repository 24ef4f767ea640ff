// Runs every rule over files and prints what it finds, a line each, for comparison with other
// tools:
//   FILE TAB INSTRUCTION-LINE TAB LINE:COLUMN-LINE:COLUMN TAB RULE TAB IDS OF OTHER TOOLS
// The names of the files come from the standard input, one a line.
#include <cstdio>
#include <iostream>
#include <string>

#include "base/fs.h"
#include "dockerfile/parser.h"
#include "lint/rules/rules.h"

namespace whittle {

namespace {

// The first line of the instruction that holds the byte; the byte's own line outside of all.
uint32_t instruction_line(const Dockerfile& file, uint32_t offset) {
  for (const Instruction& instruction : file.instructions) {
    if (instruction.range.begin <= offset && offset <= instruction.range.end)
      return instruction.first_line;
  }
  return file.lines.line_of(offset);
}

void print(const std::string& path, const Dockerfile& file, const Finding& finding) {
  Position begin = file.lines.position(finding.range.begin);
  Position end = file.lines.position(finding.range.end);
  std::printf("%s\t%u\t%u:%u-%u:%u\t%s\t%s\n",
              path.c_str(),
              instruction_line(file, finding.range.begin),
              begin.line,
              begin.column,
              end.line,
              end.column,
              finding.rule.c_str(),
              std::string(find_rule(finding.rule)->info.aliases).c_str());
}

bool lint(const std::string& path) {
  Result<std::string> text = read_file(path, 64 << 20);
  if (!text.ok()) return false;
  Result<Dockerfile> file = parse_dockerfile(std::move(*text), path, Limits());
  if (!file.ok()) return false;
  for (const Finding& finding : run_rules(make_lint_input(*file, {}, Limits())))
    print(path, *file, finding);
  return true;
}

}  // namespace

}  // namespace whittle

int main() {
  bool is_good = true;
  for (std::string path; std::getline(std::cin, path);) {
    if (whittle::lint(path)) continue;
    std::fprintf(stderr, "cannot read %s\n", path.c_str());
    is_good = false;
  }
  return is_good ? 0 : 1;
}
