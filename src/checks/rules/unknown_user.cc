// USER names somebody whom the image does not know: the container does not start.
#include <fmt/format.h>

#include "base/strings.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

void run(const ImageFacts& facts, CheckSink& sink) {
  const ImageUser& user = facts.user();
  if (user.is_known) return;
  sink.of_configuration(
      fmt::format("{} is not in {}",
                  printable(user.text),
                  facts.users().is_there ? "etc/passwd" : "the image, which has no etc/passwd"),
      "USER");
}

}  // namespace

const ImageCheck kUnknownUser = {
    "unknown-user",
    "the user of the image does not exist",
    RiskLevel::Medium,
    "",
    "4.1",
    "Container engines refuse to start an image whose user they cannot find, or "
    "people switch to root to make it work.",
    "Make the user in the Dockerfile, or write a number",
    run,
};

}  // namespace whittle
