// Package managers stay in the image.
#include "checks/program_facts.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

void run(const ImageFacts& facts, CheckSink& sink) {
  add_programs(facts, ToolKind::PackageManager, sink);
}

}  // namespace

const ImageCheck kPackageManagers = {
    "package-managers",
    "package managers are in the image",
    RiskLevel::Negligible,
    "CIS-DI-0003",
    "4.3",
    "They install whatever somebody wants, and they have packages of their own to be "
    "mended.",
    "Take a base image without them, or let `whittle slim` leave them out",
    run,
};

}  // namespace whittle
