// Inside of analyze: what an image's history says, in the words of a Dockerfile.
#pragma once

#include <string>

#include "model/image.h"

namespace whittle {

// "RUN apt-get update", "COPY . /app": the instruction as a Dockerfile would say it, on one line,
// blanks folded, without the build arguments and the shell that builders write in front. Knows
// BuildKit, the classic builder ("#(nop)"), buildah, kaniko, and Windows' shells; anything else is
// as it stands. "" for a history without a command.
std::string command_of(const HistoryEntry& entry);

// True if the entry is of the classic builder's or BuildKit's ADD or COPY of a root file system, as
// the first layer of a distribution's image has it.
bool is_root_file_system(const HistoryEntry& entry);

}  // namespace whittle
