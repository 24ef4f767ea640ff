// sudo where everything is root's already.
#include "checks/rules/rows.h"
#include "checks/step_facts.h"

namespace whittle {

namespace {

bool is_sudo(const std::vector<std::string>& words) {
  return !words.empty() && words[0] == "sudo";
}

void run(const ImageFacts& facts, CheckSink& sink) {
  for (const ImageStep& step : facts.steps()) {
    if (has_command(step, is_sudo)) sink.of_step(step, excerpt(step));
  }
}

}  // namespace

const ImageCheck kSudoInHistory = {
    "sudo-in-history",
    "the image was built with sudo",
    RiskLevel::Medium,
    "DKL-DI-0001",
    "",
    "sudo stays in the image, gives rights to whoever can use it, and does not pass "
    "signals on as one expects.",
    "Switch with USER root and back",
    run,
};

}  // namespace whittle
