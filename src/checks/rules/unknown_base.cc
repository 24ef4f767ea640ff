// Nothing in the image says what it was made from.
#include "checks/rules/rows.h"

namespace whittle {

namespace {

void run(const ImageFacts& facts, CheckSink& sink) {
  const BaseImage& base = facts.analysis().base;
  bool is_one_layer = facts.analysis().layers.size() <= 1;
  if (!base.name.empty() || !base.digest.empty() || is_one_layer) return;
  sink.of_configuration("neither annotations nor provenance name the base image", "FROM");
}

}  // namespace

const ImageCheck kUnknownBase = {
    "unknown-base",
    "the base image is not known",
    RiskLevel::Low,
    "CIS-DI-0002",
    "4.2",
    "Nobody can tell whether the image is built on one that is trusted, nor notice "
    "that the base has been mended since.",
    "Build with provenance (docker buildx build --provenance=true), or with the "
    "annotation org.opencontainers.image.base.name",
    run,
};

}  // namespace whittle
