// The library's way to make an image's slim twin: what is needed, what runs say, the filtered
// image, the proof that it works. Prints nothing, changes nothing but the outputs it is told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "container/probe.h"
#include "engine/inspect.h"
#include "model/slim_report.h"
#include "slim/rules.h"
#include "trace/trace_run.h"

namespace whittle {

class Database;  // vuln/database.h

// Where the result goes.
struct SlimOutput {
  enum class Kind : uint8_t { DockerArchive, OciLayout };
  Kind kind = Kind::DockerArchive;
  std::string path;
  std::string reference;  // what the image is called in it; may be empty
};

// Which layers of the original become one.
enum class SlimLayers : uint8_t {
  Keep,     // none
  AppBase,  // those of the base image, and the others
  One,      // all
};

struct SlimLayersInfo {
  SlimLayers layers;
  std::string_view name;  // "app+base"
  std::string_view what;  // one phrase for the help
};

const std::vector<SlimLayersInfo>& slim_layers_table();

// What stays, apart from what runs say.
struct SlimChoice {
  SlimPolicy policy = SlimPolicy::Balanced;
  KeepRules rules;
  bool keeps_content = false;  // plug-ins that nothing uses stay
};

struct SlimOptions {
  InspectOptions inspect;
  SlimChoice choice;
  SlimLayers layers = SlimLayers::Keep;
  bool static_only = false;
  std::string engine;  // "", "auto", or a row of engine_table
  ProbeSpec probe;
  // Commands inside and times; its probe is `probe`.
  TraceRunOptions run;
  std::optional<ServicePlan> services;     // that original and result are run beside
  std::vector<std::string> traces;         // files that `whittle trace` wrote
  std::vector<std::string> verify_probes;  // shell commands that tell nothing of what to keep
  std::vector<SlimOutput> outputs;
  std::string tag;  // in the engine; "": none
  // An image that adds tools on top of the result: its name in the engine, or where it goes.
  std::string debug_tag;
  std::optional<SlimOutput> debug_output;
  std::vector<std::string> explain;    // paths
  std::optional<SbomFiles> sbom;       // SlimResult::sbom is wanted
  bool wants_removed = false;          // the report's removed_vulnerabilities are wanted
  const Database* database = nullptr;  // of vulnerabilities; null: there is none
  fs::path database_file;              // named in messages
  std::string today;                   // "2026-11-21": for what has ended
};

struct SlimResult {
  SlimReport report;
  std::vector<std::string> explanations;  // in the order of SlimOptions::explain
  std::optional<SbomReport> sbom;         // of the result; created_seconds is left 0
};

// Errors: those of reading the image or a trace, no engine where one was named or a tag is wanted,
// an original that does not pass its own probe, no space, interruption. A result that does not pass
// is no error: a safer policy takes its place, at last the original itself.
Result<SlimResult> slim_image(const SlimOptions& options);

}  // namespace whittle
