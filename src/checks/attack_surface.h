// How much an image offers whoever attacks it, counted by kinds of things.
#pragma once

#include "checks/image_facts.h"
#include "model/readiness.h"

namespace whittle {

// In the order of docs/checks.md, which has the weights. `listening`: ports that a run listened on
// ("8080/tcp") beside those that the configuration exposes.
AttackSurface attack_surface(const ImageFacts& facts, const std::vector<std::string>& listening);

}  // namespace whittle
