// A comment that looks like the description of a stage or ARG.
#include <algorithm>

#include "base/strings.h"
#include "lint/findings.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kDefinitionDescription;

namespace {

// The text of the comment line that ends directly in front of `offset`, without its '#'; nullopt if
// there is none.
std::optional<std::string> comment_above(const Dockerfile& file, uint32_t line) {
  if (line < 2) return std::nullopt;
  Range range{file.lines.line_begin(line - 1), file.lines.line_begin(line)};
  for (const Directive& directive : file.directives) {
    if (range.contains(directive.range)) return std::nullopt;
  }
  std::string_view text = trim(file.text(range));
  if (text.empty() || text[0] != '#') return std::nullopt;
  return std::string(trim(text.substr(1)));
}

std::vector<std::string> names_of(const Dockerfile& file, const Instruction& instruction) {
  std::vector<std::string> names;
  if (instruction.kind == InstructionKind::Arg) {
    for (const KeyValue& pair : instruction.pairs) names.push_back(pair.key);
  } else if (instruction.kind == InstructionKind::From && instruction.words.size() == 3) {
    names.emplace_back(file.text(instruction.words[2].range));
  }
  return names;
}

void check(const LintInput& input, std::vector<Finding>& findings) {
  const Dockerfile& file = *input.file;
  for (size_t i = 0; i < file.instructions.size(); ++i) {
    const Instruction& instruction = file.instructions[i];
    std::vector<std::string> names = names_of(file, instruction);
    std::optional<std::string> comment = comment_above(file, instruction.first_line);
    bool is_inside = i > 0 && file.instructions[i - 1].last_line + 1 >= instruction.first_line;
    if (names.empty() || !comment || is_inside) continue;
    std::string first(comment->substr(0, comment->find(' ')));
    if (std::find(names.begin(), names.end(), first) != names.end()) continue;
    Finding finding = make_finding(kDefinitionDescription,
                                   instruction.keyword,
                                   "The comment above is no description of " + in_ticks(names[0]),
                                   "Begin it with the name, or put an empty line behind it");
    uint32_t begin = file.lines.line_begin(instruction.first_line);
    finding.fix = make_fix(
        "Put an empty line behind it", Applicability::Safe, {{{begin, begin}, file.line_end}});
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kDefinitionDescription = {
    {.name = "definition-description",
     .code = "WH2216",
     .aliases = "InvalidDefinitionDescription",
     .severity = Severity::Style,
     .summary = "A comment above FROM or ARG does not begin with its name",
     .why = "`docker build --call=outline` shows the comment directly above a stage or ARG as its "
            "description when it begins with the name. Others are taken for descriptions that went "
            "wrong; an empty line says that they are none. Off unless asked for.",
     .bad = "# the build\nFROM debian:bookworm AS build\n",
     .good = "# build makes the program\nFROM debian:bookworm AS build\n",
     .fixes = kSafeFix,
     .is_lint_only = true,
     .is_opt_in = true},
    check,
};

}  // namespace whittle
