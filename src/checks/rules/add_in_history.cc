// ADD where COPY would do.
#include "base/strings.h"
#include "checks/rules/rows.h"
#include "checks/step_facts.h"

namespace whittle {

namespace {

// The root file system of a base image comes by ADD.
bool is_root_files(const ImageStep& step) {
  return step.text.ends_with(" /") && !contains(step.text, "://");
}

void run(const ImageFacts& facts, CheckSink& sink) {
  for (const ImageStep& step : facts.steps()) {
    if (step.keyword != "ADD" || step.is_base || step.history_index == 0) continue;
    bool is_archive = contains(step.text, ".tar") || contains(step.text, ".tgz");
    bool is_checked = contains(step.text, "--checksum=");
    bool is_remote = contains(step.text, "://");
    if (is_root_files(step) || is_checked || (is_archive && !is_remote)) continue;
    sink.of_step(step, excerpt(step));
  }
}

}  // namespace

const ImageCheck kAddInHistory = {
    "add-in-history",
    "ADD is used where COPY would do",
    RiskLevel::Low,
    "CIS-DI-0009",
    "4.9",
    "ADD fetches URLs without a look at what comes, and unpacks archives that nobody "
    "expected to be any.",
    "Write COPY, or ADD --checksum for a URL",
    run,
};

}  // namespace whittle
