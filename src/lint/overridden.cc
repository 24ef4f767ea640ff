#include "lint/overridden.h"

#include "lint/findings.h"
#include "lint/run_edits.h"

namespace whittle {

void check_overridden(const LintInput& input,
                      const Rule& rule,
                      InstructionKind kind,
                      std::vector<Finding>& findings) {
  const Dockerfile& file = *input.file;
  for (const Stage& stage : file.stages) {
    const Instruction* last = nullptr;
    for (uint32_t i = stage.end; i-- > stage.from + 1;) {
      const Instruction& instruction = file.instructions[i];
      if (instruction.kind != kind) continue;
      if (last == nullptr) {
        last = &instruction;
        continue;
      }
      Finding finding =
          make_finding(rule,
                       instruction.range,
                       "This " + std::string(keyword_of(kind)) + " does nothing, line " +
                           std::to_string(last->first_line) + " replaces it",
                       "Delete it");
      finding.fix =
          make_fix("Delete it", Applicability::Safe, {delete_instruction(file, instruction)});
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace whittle
