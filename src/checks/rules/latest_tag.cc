// The image has no version.
#include <fmt/format.h>

#include "base/strings.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

void run(const ImageFacts& facts, CheckSink& sink) {
  const std::vector<std::string>& names = facts.analysis().info.names;
  bool has_version = names.empty();
  for (const std::string& name : names) {
    size_t slash = name.rfind('/');
    size_t colon = name.rfind(':');
    bool has_tag = colon != std::string::npos && (slash == std::string::npos || colon > slash);
    has_version |= contains(name, "@") || (has_tag && name.substr(colon + 1) != "latest");
  }
  if (has_version) return;
  sink.of_configuration(fmt::format("it is called {}", printable(names[0])), "");
}

}  // namespace

const ImageCheck kLatestTag = {
    "latest-tag",
    "the image's only tag is latest",
    RiskLevel::Low,
    "DKL-DI-0006",
    "",
    "Nobody can say which build runs somewhere, nor go back to the one before.",
    "Tag it with a version",
    run,
};

}  // namespace whittle
