// Packages are installed without a look at their signatures.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "checks/config_lines.h"
#include "checks/rules/rows.h"
#include "checks/step_facts.h"

namespace whittle {

namespace {

constexpr auto kFlags = std::to_array<std::string_view>({"--allow-unauthenticated",
                                                         "--force-yes",
                                                         "--allow-untrusted",
                                                         "--nogpgcheck",
                                                         "--no-gpg-checks",
                                                         "--no-gpg-check",
                                                         "--no-signature",
                                                         "--trusted-host",
                                                         "--allow-insecure-repositories",
                                                         "--skip-broken-signatures"});

bool is_unverified(const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    std::string_view name = std::string_view(word).substr(0, word.find('='));
    return std::find(kFlags.begin(), kFlags.end(), name) != kFlags.end();
  });
}

void run(const ImageFacts& facts, CheckSink& sink) {
  for (const ImageStep& step : facts.steps()) {
    if (has_command(step, is_unverified)) sink.of_step(step, excerpt(step));
  }
  for (const ImageSetting& setting : facts.settings()) {
    if (setting.kind != kTrustLine || setting.words.empty()) continue;
    sink.of_file(
        setting.path,
        setting.layer,
        fmt::format("{}:{} says {}", printable(setting.path), setting.line, setting.words[0]));
  }
}

}  // namespace

const ImageCheck kUnverifiedPackages = {
    "unverified-packages",
    "packages are installed without a look at their signatures",
    RiskLevel::High,
    "CIS-DI-0011",
    "4.11 4.12",
    "Whoever sits between the build and the repository decides what is installed.",
    "Install the repository's key and leave the option out",
    run,
};

}  // namespace whittle
