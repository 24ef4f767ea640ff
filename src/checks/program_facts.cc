#include "checks/program_facts.h"

#include "base/strings.h"

namespace whittle {

void add_programs(const ImageFacts& facts, ToolKind kind, CheckSink& sink) {
  for (const FoundProgram& program : facts.programs()) {
    if (program.kind != kind) continue;
    std::string path = facts.tree().path(program.node);
    sink.of_file(path, facts.layer_of(program.node), printable(path));
  }
}

}  // namespace whittle
