// What runs beside an image, and how the image itself is run there: services of a Compose file as
// plain values, with nothing left to expand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/image.h"

namespace whittle {

// Services of one file that are looked at.
inline constexpr size_t kMaxServices = 200;

struct ServiceMount {
  enum class Kind : uint8_t {
    Bind,    // of this machine: source is an absolute path
    Volume,  // source: its name in the file; "": of this service alone
    Tmpfs,
  };
  Kind kind = Kind::Volume;
  std::string source;
  std::string destination;
  bool is_read_only = false;  // as the file has it
  std::string options = {};   // of a tmpfs: "size=64m"
};

// What a service waits for before it starts.
enum class NeedCondition : uint8_t { Started, Healthy, Completed };

struct ServiceNeed {
  std::string service;
  NeedCondition condition = NeedCondition::Started;
  bool is_required = true;
  uint32_t line = 1;
};

struct Service {
  std::string name;
  uint32_t line = 1;
  std::vector<std::string> images;           // names it may have in an engine, the likeliest first
  bool has_image = false;                    // the file names it; else it is built
  std::optional<std::string> build_context;  // absolute; of one that is built from a folder
  std::string build_dockerfile;              // relative to it; "" for the usual ones
  std::vector<std::string> entrypoint;       // empty: the image's
  std::vector<std::string> command;          // empty: the image's, unless `entrypoint` is there
  std::vector<std::pair<std::string, std::string>> env;
  std::string user;
  std::string working_dir;
  std::vector<std::string> aliases;  // names it answers to, its own first
  std::vector<uint16_t> published;   // TCP ports of the container that the file publishes
  std::vector<uint16_t> exposed;     // others that it names
  std::vector<ServiceMount> mounts;
  std::optional<HealthCheck> health_check;  // in place of the image's
  uint64_t memory_bytes = 0;                // 0: no limit
  std::vector<std::string> run_options;     // words that `docker run` and `podman run` share
  std::string restart;                      // "on-failure:3"; "" for never
  std::vector<ServiceNeed> needs;
  bool is_optional = false;  // in a profile
  std::vector<std::string> notes;
};

// The service under test and those it runs beside.
struct ServicePlan {
  std::string file;
  Service target;
  std::vector<Service> others;  // in the order in which they are started
  std::vector<std::string> notes;
};

}  // namespace whittle
