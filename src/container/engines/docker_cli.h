// The `docker` programs on PATH, and which of them to build with.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/fs.h"

namespace whittle {

struct DockerCli {
  fs::path program;
  std::string version;    // "20.10.24+dfsg1"
  bool buildkit = false;  // can drive BuildKit: the buildx plugin is there, or it is from before 23
                          // and has it built in
};

// "Docker version 28.2.2, build e6534b4" gives "28.2.2"; nullopt for another program (Podman's
// imitation).
std::optional<std::string> parse_docker_version(std::string_view output);

// True if a client of that version has BuildKit built in: 18.09 up to 22.
bool has_builtin_buildkit(std::string_view version);

// The first on PATH that can do BuildKit, else the first at all; nullopt if there is none.
std::optional<DockerCli> choose_docker_cli(const CancelToken& cancel);

}  // namespace whittle
