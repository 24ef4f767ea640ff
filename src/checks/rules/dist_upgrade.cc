// The whole distribution is upgraded in a layer.
#include "checks/rules/rows.h"
#include "checks/step_facts.h"

namespace whittle {

namespace {

bool is_upgrade(const std::vector<std::string>& words) {
  return is_command(words, "apt-get", {"dist-upgrade"}) ||
         is_command(words, "apt", {"full-upgrade", "dist-upgrade"}) ||
         is_command(words, "aptitude", {"full-upgrade", "dist-upgrade"}) ||
         is_command(words, "do-release-upgrade", {});
}

void run(const ImageFacts& facts, CheckSink& sink) {
  for (const ImageStep& step : facts.steps()) {
    if (has_command(step, is_upgrade)) sink.of_step(step, excerpt(step));
  }
}

}  // namespace

const ImageCheck kDistUpgrade = {
    "dist-upgrade",
    "the whole distribution is upgraded in a layer",
    RiskLevel::Low,
    "DKL-DI-0003",
    "",
    "It may move to packages of another release, and keeps every file twice.",
    "Take a newer base image",
    run,
};

}  // namespace whittle
