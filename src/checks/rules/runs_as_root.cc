// The container's first process is root.
#include <fmt/format.h>

#include "base/strings.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

void run(const ImageFacts& facts, CheckSink& sink) {
  const ImageUser& user = facts.user();
  if (!user.is_root) return;
  sink.of_configuration(user.text.empty() ? "the configuration names no user"
                                          : fmt::format("the user is {}", printable(user.text)),
                        "USER");
}

}  // namespace

const ImageCheck kRunsAsRoot = {
    "runs-as-root",
    "the image runs as root",
    RiskLevel::High,
    "CIS-DI-0001",
    "4.1",
    "A flaw in the program is then one in the container's root, who may write every "
    "file, and who is the host's root wherever the container's walls have a gap.",
    "Make a user in the Dockerfile and switch to it with USER before CMD",
    run,
};

}  // namespace whittle
