// An image as plain values: names, descriptors, configuration, history, layers.
// Words and defaults: OCI image-spec v1.1 (descriptor.md, manifest.md, config.md).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace whittle {

// "sha256:<hex>" (also sha512); "" for none.
using Digest = std::string;

struct Platform {
  std::string os;
  std::string architecture;
  std::string variant;
  std::string os_version;
  bool operator==(const Platform&) const = default;
};

struct Descriptor {
  std::string media_type;
  Digest digest;
  uint64_t size = 0;  // stored bytes
  std::map<std::string, std::string> annotations;
  std::optional<Platform> platform;
};

struct HealthCheck {
  std::vector<std::string> test;  // ["CMD", ...], ["CMD-SHELL", text], ["NONE"]
  int64_t interval_ns = 0;
  int64_t timeout_ns = 0;
  int64_t start_period_ns = 0;
  int64_t retries = 0;
  bool operator==(const HealthCheck&) const = default;
};

// The part of the configuration that a container runs by. Lists in the order of the file.
struct RunConfig {
  std::string user;
  std::vector<std::string> env;  // "K=V"
  std::vector<std::string> entrypoint;
  std::vector<std::string> cmd;
  std::string working_dir;
  std::vector<std::string> exposed_ports;  // "8080/tcp", sorted
  std::vector<std::string> volumes;        // sorted
  std::map<std::string, std::string> labels;
  std::string stop_signal;
  std::vector<std::string> shell;
  std::vector<std::string> on_build;
  std::optional<HealthCheck> health_check;
  bool operator==(const RunConfig&) const = default;
};

struct HistoryEntry {
  std::string created;
  std::string created_by;
  std::string comment;
  std::string author;
  bool empty_layer = false;
};

struct ImageConfig {
  Platform platform;
  std::string created;
  std::string author;
  RunConfig run;
  std::vector<Digest> diff_ids;
  std::vector<HistoryEntry> history;
  std::string raw_json;  // the bytes the digest is of
};

enum class Compression { None, Gzip, Zstd };

// Whether a source can hand out a layer's content.
enum class Availability : uint8_t {
  Here,
  Foreign,    // to be had elsewhere only (Windows base layers)
  Encrypted,  // ocicrypt: media type "...+encrypted"
  Missing,    // the source names it and does not hold it
};

// One layer of an image as its source holds it.
struct Layer {
  Descriptor blob;       // digest "" and size 0 where the source does not know them
  Digest diff_id;        // "" where the configuration names none
  // Index into ImageConfig::history of the instruction that made it, or -1 if the history does not say.
  int history_index = -1;
  Availability availability = Availability::Here;
  std::string why_unavailable;  // one phrase for people: "encrypted for 2 recipients"; "" when it is here
  // Size of the compressed blob the layer came as, where the source remembers that and hands out the
  // plain layer; 0: unknown.
  uint64_t transfer_bytes = 0;
};

struct ImageInfo {
  std::string source;              // transport it was opened through: "docker", "registry", "oci"
  std::vector<std::string> names;  // references the source has for it
  std::map<std::string, std::string> annotations;  // of the manifest
  std::vector<Platform> platforms;  // of the index it was chosen from; empty for a single image
  // The in-toto statement (JSON) with the SLSA provenance that came beside the image; "" without one.
  std::string provenance;
  Digest manifest_digest;          // "" for docker archives of the legacy layout and folders
  Digest config_digest;
  ImageConfig config;
  std::vector<Layer> layers;       // base first
};

}  // namespace whittle
