// The library's way to make an image's slim twin: what is needed, what runs say, the filtered
// image, the proof that it works. Prints nothing, changes nothing but the outputs it is told.
#pragma once

#include <string>
#include <vector>

#include "container/probe.h"
#include "engine/inspect.h"
#include "model/slim_report.h"
#include "slim/rules.h"
#include "trace/trace_run.h"

namespace whittle {

// Where the result goes.
struct SlimOutput {
  enum class Kind : uint8_t { DockerArchive, OciLayout };
  Kind kind = Kind::DockerArchive;
  std::string path;
  std::string reference;  // what the image is called in it; may be empty
};

struct SlimOptions {
  InspectOptions inspect;
  SlimPolicy policy = SlimPolicy::Balanced;
  bool static_only = false;
  KeepRules rules;
  std::string engine;  // "", "auto", or a row of engine_table
  ProbeSpec probe;
  // Commands inside and times; its probe is `probe`.
  TraceRunOptions run;
  bool keeps_content = false;              // plug-ins that nothing uses stay
  std::vector<std::string> traces;         // files that `whittle trace` wrote
  std::vector<std::string> verify_probes;  // shell commands that tell nothing of what to keep
  std::vector<SlimOutput> outputs;
  std::string tag;                   // in the engine; "": none
  std::vector<std::string> explain;  // paths
};

struct SlimResult {
  SlimReport report;
  std::vector<std::string> explanations;  // in the order of SlimOptions::explain
};

// Errors: those of reading the image or a trace, no engine where one was named or a tag is wanted,
// an original that does not pass its own probe, no space, interruption. A result that does not pass
// is no error: a safer policy takes its place, at last the original itself.
Result<SlimResult> slim_image(const SlimOptions& options);

}  // namespace whittle
