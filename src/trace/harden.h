// Runtime limits that a traced program keeps: a seccomp profile, an AppArmor profile,
// capabilities, a read-only root.
#pragma once

#include <string>
#include <vector>

#include "model/image.h"
#include "model/trace.h"

namespace whittle {

struct Hardening {
  std::vector<std::string> syscalls;      // allowed; sorted
  std::string seccomp;                    // the profile as Docker, Podman and runc read it (JSON)
  std::string apparmor;                   // rules of a profile (trace/apparmor.h)
  std::vector<std::string> capabilities;  // "NET_BIND_SERVICE": to add to none; sorted
  std::vector<std::string> writable;      // folders outside of volumes that are written to; sorted
  std::vector<std::string> run_options;   // of `docker run`, without the seccomp profile
  std::vector<std::string> nonroot_obstacles;  // what keeps it from running as another user
  bool runs_as_root = false;
};

// What the runs of `trace` needed and no more; `config` is the image's. Things that no run did are
// refused, so a trace that does not cover what the program can do makes limits that are too tight.
Hardening harden(const Trace& trace, const RunConfig& config);

// One text of the hardening as a file.
struct HardeningFile {
  std::string name;  // "seccomp.json"
  std::string bytes;
};

// seccomp.json, apparmor.profile, run.sh, compose.yaml, kubernetes.yaml, and obstacles.txt.
std::vector<HardeningFile> hardening_files(const Hardening& hardening, const std::string& image);

// The same as text: options of `docker run`, a service for compose, a securityContext for
// Kubernetes. `name` of the service and image.
std::string hardening_shell(const Hardening& hardening, const std::string& image);
std::string hardening_compose(const Hardening& hardening, const std::string& image);
std::string hardening_kubernetes(const Hardening& hardening, const std::string& image);

}  // namespace whittle
