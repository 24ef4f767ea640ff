#include "formatter/partial.h"

#include <algorithm>

#include "dockerfile/edit.h"
#include "dockerfile/parser.h"
#include "formatter/proof.h"

namespace whittle {

namespace {

// From the first byte of its first line.
Range lines_of(const Dockerfile& file, const Instruction& instruction) {
  uint32_t line = file.lines.line_of(instruction.range.begin);
  return {file.lines.line_begin(line), instruction.range.end};
}

// `file` with the instructions at `range` as they are in `formatted`, which has the same ones.
Result<Dockerfile> with_part(const Dockerfile& file,
                             std::string formatted,
                             Range range,
                             const Limits& limits) {
  TRY_ASSIGN(Dockerfile other, parse_dockerfile(std::move(formatted), file.name, limits));
  if (other.instructions.size() != file.instructions.size())
    return Error(ErrorKind::Failed, "the instructions are not the same");
  std::vector<Edit> edits;
  for (size_t i = 0; i < file.instructions.size(); ++i) {
    Range lines = lines_of(file, file.instructions[i]);
    bool is_touched = lines.begin <= range.end && range.begin <= lines.end;
    std::string text(other.text(lines_of(other, other.instructions[i])));
    if (is_touched && file.text(lines) != text) edits.push_back({lines, std::move(text)});
  }
  TRY_ASSIGN(EditedText edited, apply_edits(file.source, edits));
  return parse_dockerfile(std::move(edited.text), file.name, limits);
}

}  // namespace

Result<Formatted> format_part(const std::string& source,
                              Range range,
                              const FormatOptions& options,
                              const Limits& limits) {
  TRY_ASSIGN(Formatted sorted, format_dockerfile(source, options, limits));
  if (!sorted.note.empty()) return sorted;
  FormatOptions plain = options;
  plain.sorts_packages = false;
  TRY_ASSIGN(Formatted unsorted, format_dockerfile(source, plain, limits));
  TRY_ASSIGN(Dockerfile file, parse_dockerfile(source, "Dockerfile", limits));
  TRY_ASSIGN(Dockerfile layout, with_part(file, std::move(unsorted.text), range, limits));
  TRY_ASSIGN(Dockerfile part, with_part(file, std::move(sorted.text), range, limits));
  std::string difference = layout_difference(file, layout, limits);
  if (difference.empty() && part.source != layout.source)
    difference = order_difference(layout, part, limits);
  if (!difference.empty()) return Formatted{source, difference};
  return Formatted{std::move(part.source), ""};
}

}  // namespace whittle
