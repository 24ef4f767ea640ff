// The distribution gets no fixes any more.
#include <fmt/format.h>

#include "base/strings.h"
#include "checks/rules/rows.h"
#include "model/end_of_life.h"

namespace whittle {

namespace {

void run(const ImageFacts& facts, CheckSink& sink) {
  const Distribution& own = facts.analysis().packages.distribution;
  const EndOfLife* end = find_end_of_life(own.id, own.version);
  const std::string& today = facts.input().today;
  if (end == nullptr || today.empty() || today <= end->date) return;
  sink.of_configuration(
      fmt::format(
          "{} gets no fixes since {}", printable(own.name.empty() ? own.id : own.name), end->date),
      "FROM");
}

}  // namespace

const ImageCheck kUnsupportedDistribution = {
    "unsupported-distribution",
    "the distribution gets no fixes any more",
    RiskLevel::High,
    "CIS-DI-0004",
    "4.4",
    "What is found in its packages from that day on stays open, however often the "
    "image is built anew.",
    "Move to a release that is supported",
    run,
};

}  // namespace whittle
