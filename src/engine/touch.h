// The one-line source change of the rebuild measurement: which file, and what it becomes.
#pragma once

#include <string>
#include <string_view>

#include "context/context.h"
#include "dockerfile/expand.h"
#include "model/dockerfile.h"

namespace whittle {

// The file a developer of this project would most likely edit: one that the image's start command
// names, else one named like a main file, else the source file nearest to the root; ties by path.
// Only files that a COPY or ADD of the context takes. "" if there is none.
std::string pick_source_file(const Dockerfile& file,
                             const Evaluation& evaluation,
                             const BuildContext& context);

// The file with one more line: blanks only, which no language here minds. `salt` makes it differ
// from run to run, so that a cache of an earlier run cannot answer.
std::string with_one_more_line(std::string_view content, std::string_view salt);

}  // namespace whittle
