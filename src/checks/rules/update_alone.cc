// Package lists are updated in a step of their own.
#include <algorithm>
#include <array>

#include "checks/rules/rows.h"
#include "checks/step_facts.h"

namespace whittle {

namespace {

constexpr auto kUpdates = std::to_array<std::pair<std::string_view, std::string_view>>(
    {{"apt-get", "update"}, {"apt", "update"}, {"apk", "update"}, {"yum", "makecache"}});

bool is_update(const std::vector<std::string>& words) {
  return std::any_of(kUpdates.begin(), kUpdates.end(), [&words](const auto& update) {
    return is_command(words, update.first, {update.second});
  });
}

bool is_install(const std::vector<std::string>& words) {
  return is_command(
             words, "apt-get", {"install", "upgrade", "dist-upgrade", "build-dep", "source"}) ||
         is_command(words, "apt", {"install", "upgrade", "full-upgrade"}) ||
         is_command(words, "apk", {"add", "upgrade"}) ||
         is_command(words, "yum", {"install", "update"});
}

void run(const ImageFacts& facts, CheckSink& sink) {
  for (const ImageStep& step : facts.steps()) {
    if (!has_command(step, is_update) || has_command(step, is_install)) continue;
    sink.of_step(step, excerpt(step));
  }
}

}  // namespace

const ImageCheck kUpdateAlone = {
    "update-alone",
    "package lists are updated in a step of their own",
    RiskLevel::Medium,
    "CIS-DI-0007",
    "4.7",
    "The step is taken from the cache for months, and later ones install the old "
    "versions it lists.",
    "Update and install in one RUN",
    run,
};

}  // namespace whittle
