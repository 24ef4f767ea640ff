// `whittle optimize` as a library call: baseline, plan, rebuild, verify, report. Prints nothing,
// changes nothing of the user's.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/cancel.h"
#include "base/fs.h"
#include "base/limits.h"
#include "base/progress.h"
#include "container/probe.h"
#include "engine/slim.h"
#include "model/report.h"
#include "model/services.h"

namespace whittle {

struct OptimizeOptions {
  fs::path project;
  std::string dockerfile;  // relative to project; "": Dockerfile or Containerfile
  std::string engine;      // "", "auto", or a row of engine_table
  fs::path output;         // whittle-out; left out of the context when inside it
  std::string tag;         // of the result; "": "<project>:whittled"
  bool keep_image = true;  // false: the result image is removed too
  bool dry_run = false;    // plans without building
  bool unsafe = false;
  std::set<std::string> unsafe_rules;
  std::set<std::string> only_rules;
  std::set<std::string> skip_rules;
  bool measure_rebuild = true;
  std::string touch_file;          // relative to project; "": chosen
  std::optional<SlimChoice> slim;  // the result's slim twin takes its place if it passes
  ProbeSpec probe;
  std::optional<ServicePlan> services;  // that baseline and result are run beside
  std::vector<std::pair<std::string, std::string>> build_args;
  std::string target;
  std::string network;
  std::vector<std::string> build_options;  // passed to the engine's build
  uint64_t build_timeout_ms = 3'600'000;
  unsigned threads = 1;
  Limits limits;
};

struct OptimizeResult {
  OptimizeReport report;
  std::optional<SlimReport> slim;  // of OptimizeOptions::slim
  std::string dockerfile_before;
  std::string dockerfile_after;
  std::string dockerignore_name;  // ".dockerignore" or "<name>.dockerignore"
  std::string dockerignore_before;
  std::string dockerignore_after;
  bool had_dockerignore = false;
};

// Errors (exit 2 at the edge): no Dockerfile, one that does not parse, no engine, a baseline that
// does not build or does not pass its probe, no space, interruption. Whatever happened, nothing of
// ours is left in the engine or on disk but the result image.
Result<OptimizeResult> optimize(const OptimizeOptions& options,
                                const CancelToken& cancel,
                                Progress& progress);

}  // namespace whittle
