// Whether an image can run with less: a read-only root file system, no capabilities, no root; and
// how much it offers whoever attacks it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whittle {

// What stands in the way, and what is done about it.
struct Obstacle {
  std::string text;         // "docker-entrypoint.sh:12 calls chown"
  std::string option;       // of `docker run`, that helps: "--tmpfs=/run"; "" none does
  std::string remedy;       // what to do in the image, one sentence without its period; "" nothing
  std::string source;       // "configuration", "files", "known program", "trace"
  bool is_blocking = true;  // it does not work that way; else it works with the option
  bool operator==(const Obstacle&) const = default;
};

enum class ReadinessVerdict : uint8_t {
  No,      // something is in the way
  Likely,  // nothing is known that is in the way, and no run was looked at; with the options
  With,    // the traced runs say so, with the options
  Yes,     // the traced runs say so
};

// "no", "likely", "with", "yes".
std::string_view to_text(ReadinessVerdict verdict);

struct ReadinessAspect {
  std::string_view id;     // "read-only-root"
  std::string_view title;  // "a read-only root file system"
  ReadinessVerdict verdict = ReadinessVerdict::Likely;
  std::vector<Obstacle> obstacles;  // blocking ones first
};

struct ImageReadiness {
  std::vector<ReadinessAspect> aspects;
  bool has_trace = false;
  // Of `docker run`, for all that is not in the way.
  std::vector<std::string> run_options;
};

// Blocking ones first, then as they came, none twice; tells the verdict from them.
void settle(ReadinessAspect& aspect, bool has_trace);

// A kind of thing that counts into the score.
struct SurfacePart {
  std::string_view id;     // "shells"
  std::string_view title;  // "shells"
  uint64_t count = 0;
  uint32_t weight_tenths = 0;         // of one
  std::vector<std::string> examples;  // the first few by name
};

// The sum of the parts: 0 is nothing, and there is no end to it. Less is better.
struct AttackSurface {
  std::vector<SurfacePart> parts;

  uint64_t tenths() const;
};

}  // namespace whittle
