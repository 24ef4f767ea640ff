// Nobody asks whether the program still works.
#include "checks/rules/rows.h"

namespace whittle {

namespace {

void run(const ImageFacts& facts, CheckSink& sink) {
  const std::optional<HealthCheck>& check = facts.config().health_check;
  bool is_off = check && !check->test.empty() && check->test[0] == "NONE";
  if (check && !check->test.empty() && !is_off) return;
  sink.of_configuration(is_off ? "HEALTHCHECK is NONE" : "the configuration has no HEALTHCHECK",
                        "HEALTHCHECK");
}

}  // namespace

const ImageCheck kHealthcheckMissing = {
    "healthcheck-missing",
    "the image has no health check",
    RiskLevel::Low,
    "CIS-DI-0006",
    "4.6",
    "An engine cannot tell a program that hangs from one that works. Kubernetes does "
    "not look at it: it has probes of its own.",
    "Add HEALTHCHECK, or say in an ignore file that something else watches it",
    run,
};

}  // namespace whittle
