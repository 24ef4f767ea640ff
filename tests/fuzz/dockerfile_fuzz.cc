// Any bytes as a Dockerfile: parsed, printed, checked, evaluated; then edited by deleting each of
// its flags.
#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/text_diff.h"
#include "dockerfile/edit.h"
#include "dockerfile/expand.h"
#include "dockerfile/parser.h"
#include "dockerfile_invariants.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace whittle;
  std::string text(reinterpret_cast<const char*>(data), size);
  auto file = parse_dockerfile(text, "Dockerfile", Limits());
  CHECK(file.ok());
  CHECK(DockerfileInvariants(*file).broken() == "");
  Evaluation evaluation = evaluate(*file, {{"A", "b"}});
  CHECK(evaluation.states.size() == file->instructions.size());
  CHECK(evaluation.stage_bases.size() == file->stages.size());
  CHECK(evaluation.final_states.size() == file->stages.size());
  std::vector<Edit> edits;
  for (const Instruction& instruction : file->instructions) {
    CHECK(!to_sexpr(instruction).empty());
    for (const Flag& flag : instruction.flags) edits.push_back({flag.range, ""});
  }
  auto edited = apply_edits(file->source, edits);
  CHECK(edited.ok());
  auto again = parse_dockerfile(edited->text, "Dockerfile", Limits());
  CHECK(again.ok());
  CHECK(DockerfileInvariants(*again).broken() == "");
  unified_diff("Dockerfile", &file->source, edited->text);
  return 0;
}
