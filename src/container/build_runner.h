// Runs an engine's build program, reads its steps as they are printed, and makes the record of it.
#pragma once

#include <string>
#include <vector>

#include "base/subprocess.h"
#include "container/build_log.h"
#include "container/engine.h"

namespace whittle {

struct BuildRun {
  BuildRecord record;                    // without image_id
  std::vector<std::string> made_images;  // intermediate images, in the order they were made
  std::vector<std::string> seen_images;  // these and the ones from the cache
  int exit_code = 0;
};

// Runs `command` (its on_line and timeout are set here) and follows its output. `made_images` of
// *partial is filled also when the build is cancelled. Errors: Cancelled, NotFound for a missing
// program.
Status run_build(Command command,
                 BuilderKind kind,
                 const BuildRequest& request,
                 const Dockerfile& file,
                 const CancelToken& cancel,
                 Progress& progress,
                 BuildRun* run);

}  // namespace whittle
