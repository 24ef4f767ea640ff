// Clients and servers that whoever breaks in would look for.
#include "checks/program_facts.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

void run(const ImageFacts& facts, CheckSink& sink) {
  add_programs(facts, ToolKind::NetworkTool, sink);
}

}  // namespace

const ImageCheck kNetworkTools = {
    "network-tools",
    "network tools are in the image",
    RiskLevel::Low,
    "CIS-DI-0003",
    "4.3",
    "They fetch further programs, carry data out and look around in the network.",
    "Leave them out, or use them in an earlier stage",
    run,
};

}  // namespace whittle
