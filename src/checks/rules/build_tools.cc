// Compilers, linkers and debuggers in a finished image.
#include "checks/program_facts.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

void run(const ImageFacts& facts, CheckSink& sink) {
  add_programs(facts, ToolKind::Compiler, sink);
}

}  // namespace

const ImageCheck kBuildTools = {
    "build-tools",
    "tools to build and debug programs are in the image",
    RiskLevel::Low,
    "CIS-DI-0003",
    "4.3",
    "They are of no use when the program runs, and let whoever breaks in build more.",
    "Build in an earlier stage and copy the result",
    run,
};

}  // namespace whittle
