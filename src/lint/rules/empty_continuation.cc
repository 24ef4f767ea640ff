// Empty lines inside an instruction.
#include "lint/findings.h"
#include "lint/rules/rules.h"

namespace whittle {

extern const Rule kEmptyContinuation;

namespace {

void check(const LintInput& input, std::vector<Finding>& findings) {
  for (const Instruction& instruction : input.file->instructions) {
    if (instruction.empty_lines.empty()) continue;
    size_t count = instruction.empty_lines.size();
    Finding finding =
        make_finding(kEmptyContinuation,
                     instruction.empty_lines.front(),
                     "The instruction goes on behind " +
                         std::string(count == 1 ? "this empty line" : "these empty lines"),
                     "Delete it, or the continuation in front of it");
    finding.evidence.push_back({"lines", std::to_string(count)});
    std::vector<Edit> edits;
    for (Range line : instruction.empty_lines) edits.push_back({line, ""});
    finding.fix = make_fix("Delete the empty lines", Applicability::Safe, std::move(edits));
    findings.push_back(std::move(finding));
  }
}

}  // namespace

const Rule kEmptyContinuation = {
    {.name = "empty-continuation",
     .code = "WH2215",
     .aliases = "NoEmptyContinuation EMPTY_CONTINUATION_LINE",
     .severity = Severity::Warning,
     .summary = "An empty line inside a continued instruction",
     .why = "The builder skips the line and goes on with the instruction, but says that it will "
            "stop to do so; who reads the file sees the end of the instruction there. Comments in "
            "between are fine.",
     .bad = "FROM debian:bookworm\nRUN make && \\\n\n    make install\n",
     .good = "FROM debian:bookworm\nRUN make && \\\n    make install\n",
     .fixes = kSafeFix,
     .is_lint_only = true},
    check,
};

}  // namespace whittle
