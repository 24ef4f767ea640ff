// The config.json of an OCI bundle: what Docker would give a container of an image by default, with
// loopback only. Sources: OCI runtime-spec v1.0.2 (config.md, config-linux.md); defaults as in moby
// oci/defaults.go.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/fs.h"
#include "base/result.h"
#include "container/engine.h"
#include "container/exec_user.h"
#include "model/image.h"

namespace whittle {

struct BundleMount {
  std::string source;       // on the host
  std::string destination;  // in the container
};

struct BundleTmpfs {
  std::string destination;
  std::vector<std::string> options;
};

struct BundleSpec {
  RunConfig config;    // of the image
  RunRequest request;  // env, command, memory limit
  ExecUser user;
  fs::path rootfs;
  std::string hostname;
  std::string cgroup;               // path, "" for the runtime's choice
  std::vector<BundleMount> mounts;  // files and volumes
  bool limit_memory = false;        // the cgroup can
  bool limit_swap = false;
  bool mount_cgroup = true;
  bool limit_processes = false;
  bool read_only = false;  // the root file system
  bool no_new_privileges = false;
  std::vector<BundleTmpfs> tmpfs;
  std::string seccomp;             // a profile as the runtime takes it (JSON), "" for none
  bool unprivileged_ports = true;  // the kernel knows net.ipv4.ip_unprivileged_port_start
  std::vector<std::string>
      capabilities;  // "CAP_CHOWN"; those of default_capabilities() that this process may give
};

// Docker's default set, sorted.
const std::vector<std::string>& default_capabilities();
// Those of the default set that a process with these bits (CapBnd of /proc/PID/status) can pass on.
std::vector<std::string> allowed_capabilities(uint64_t bounding_set);

// "SYS_PTRACE" and "SYS_ADMIN" as the bundle names them, where these bits can pass them on.
std::vector<std::string> granted_capabilities(const std::vector<std::string>& wanted,
                                              uint64_t bounding_set);

// Whether a capability of capabilities(7), "CAP_CHOWN", is one that containers may have at all, and
// these bits can pass it on.
bool can_give_capability(const std::string& name, uint64_t bounding_set);

// The JSON text. Usage when there is no command to run.
Result<std::string> bundle_config(const BundleSpec& spec);

// The part of `buildah inspect --type image` that a container runs by.
Result<RunConfig> parse_buildah_inspect(const std::string& text);

}  // namespace whittle
