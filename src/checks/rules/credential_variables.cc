// Secrets in the environment, where nothing else reports them.
#include <fmt/format.h>

#include "base/strings.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

void run(const ImageFacts& facts, CheckSink& sink) {
  for (const std::string& name : facts.input().secret_variables)
    sink.of_configuration(fmt::format("the variable {}", printable(name)), "ENV", name);
}

}  // namespace

const ImageCheck kCredentialVariables = {
    "credential-variables",
    "secrets are in the environment",
    RiskLevel::High,
    "CIS-DI-0010",
    "4.10",
    "Whoever has the image or sees the container's description can read them. With "
    "--scanners secret they are reported as secrets instead.",
    "Revoke them, and hand new ones to the container when it starts",
    run,
};

}  // namespace whittle
