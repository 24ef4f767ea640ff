// Shells stay in the image.
#include "checks/program_facts.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

void run(const ImageFacts& facts, CheckSink& sink) {
  add_programs(facts, ToolKind::Shell, sink);
}

}  // namespace

const ImageCheck kShells = {
    "shells",
    "shells are in the image",
    RiskLevel::Negligible,
    "CIS-DI-0003",
    "4.3",
    "Most attacks that run a command need a shell to run it.",
    "Take a base image without one where neither the command nor the health check "
    "needs it",
    run,
};

}  // namespace whittle
