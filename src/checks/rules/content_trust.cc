// Docker's signature check is switched off inside the image.
#include "base/strings.h"
#include "checks/rules/rows.h"

namespace whittle {

namespace {

void run(const ImageFacts& facts, CheckSink& sink) {
  for (const std::string& variable : facts.config().env) {
    if (variable.starts_with("DOCKER_CONTENT_TRUST=") && variable != "DOCKER_CONTENT_TRUST=1")
      sink.of_configuration(printable(variable), "ENV", "DOCKER_CONTENT_TRUST");
  }
}

}  // namespace

const ImageCheck kContentTrust = {
    "content-trust",
    "the check of signatures is switched off",
    RiskLevel::Medium,
    "CIS-DI-0005",
    "4.5",
    "What is pulled from within the container is not held against its signature. "
    "Whether this image itself is signed stands in the registry beside it, and is "
    "not judged here: look with `cosign verify` or `docker trust inspect`.",
    "Take the variable away",
    run,
};

}  // namespace whittle
