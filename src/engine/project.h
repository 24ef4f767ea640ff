// The project as whittle found it: Dockerfile, build context, ignore file. Read once, never
// written.
#pragma once

#include <string>

#include "base/cancel.h"
#include "base/fs.h"
#include "base/limits.h"
#include "context/context.h"
#include "dockerfile/expand.h"
#include "engine/optimize.h"
#include "model/dockerfile.h"
#include "model/plan.h"

namespace whittle {

struct Project {
  fs::path root;                // absolute
  std::string name;             // last part of root
  std::string dockerfile_name;  // relative to root
  Dockerfile file;
  Evaluation evaluation;
  BuildContext context;
  std::string ignore_name;  // the ignore file in use, or ".dockerignore" where there is none yet
  bool had_ignore = false;
  std::string output_inside;  // the output folder relative to root, "" when it lies elsewhere
};

// Errors: NotFound (no such folder, no Dockerfile), Invalid (does not parse; the message has the
// places), Usage (Dockerfile outside the project), Limit.
Result<Project> open_project(const OptimizeOptions& options, const CancelToken& cancel);

// Keeps whittle's own output out of later builds: where it lies inside the project and the plan
// changes the ignore file anyway, the folder becomes one more line of it.
void ignore_output(const Project& project, const Limits& limits, Plan& plan);

// The context as a build with the plan's Dockerfile and ignore file would send it.
Result<BuildContext> planned_context(const Project& project,
                                     const Plan& plan,
                                     const Limits& limits);

}  // namespace whittle
