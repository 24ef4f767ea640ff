#include "model/readiness.h"

#include <algorithm>
#include <array>

namespace whittle {

std::string_view to_text(ReadinessVerdict verdict) {
  constexpr auto kWords = std::to_array<std::string_view>({"no", "likely", "with", "yes"});
  return kWords[static_cast<size_t>(verdict)];
}

void settle(ReadinessAspect& aspect, bool has_trace) {
  std::vector<Obstacle> kept;
  for (Obstacle& obstacle : aspect.obstacles) {
    if (std::find(kept.begin(), kept.end(), obstacle) == kept.end())
      kept.push_back(std::move(obstacle));
  }
  std::stable_partition(
      kept.begin(), kept.end(), [](const Obstacle& obstacle) { return obstacle.is_blocking; });
  aspect.obstacles = std::move(kept);
  bool is_blocked = !aspect.obstacles.empty() && aspect.obstacles[0].is_blocking;
  if (is_blocked) {
    aspect.verdict = ReadinessVerdict::No;
  } else if (!has_trace) {
    aspect.verdict = ReadinessVerdict::Likely;
  } else {
    aspect.verdict = aspect.obstacles.empty() ? ReadinessVerdict::Yes : ReadinessVerdict::With;
  }
}

uint64_t AttackSurface::tenths() const {
  uint64_t sum = 0;
  for (const SurfacePart& part : parts) sum += part.count * part.weight_tenths;
  return sum;
}

}  // namespace whittle
