// The Docker Engine API over its socket: the few calls that whittle needs.
// Source: Docker Engine API v1.41 to v1.51 (docs.docker.com/reference/api/engine).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.h"
#include "base/fs.h"
#include "base/result.h"
#include "container/engine.h"

namespace whittle {

// Where a daemon listens.
struct DockerEndpoint {
  std::string host;         // as DOCKER_HOST has it: "unix:///var/run/docker.sock", "tcp://h:2375"
  std::string unix_socket;  // path, or ""
  std::string base_url;     // "http://localhost", "https://h:2376"
  fs::path tls_folder;      // client certificates, or empty
  bool is_default = false;  // what programs use that look at DOCKER_HOST only
};

// Usage for a form that is not handled (ssh://, npipe://), with a hint.
Result<DockerEndpoint> parse_docker_host(std::string_view host);

// Knows one daemon. Thread-safe after connect().
class DockerApi {
 public:
  // Pings the daemon and settles on an API version. NotFound if nothing answers; Unsupported for
  // Podman's imitation.
  static Result<DockerApi> connect(DockerEndpoint endpoint, const CancelToken& cancel);

  const DockerEndpoint& endpoint() const { return endpoint_; }

  const std::string& server_version() const { return server_version_; }

  // Creates a container with published ports on 127.0.0.1; returns its id. NotFound: no such image.
  Result<std::string> create_container(const RunRequest& request,
                                       const std::string& name,
                                       const std::string& run_id,
                                       const CancelToken& cancel) const;
  // Invalid: the image's command cannot be started.
  Status start_container(const std::string& id, const CancelToken& cancel) const;

  struct Inspected {
    ContainerState state;
    std::map<uint16_t, uint16_t> ports;
  };

  Result<Inspected> inspect_container(const std::string& id, const CancelToken& cancel) const;
  Result<std::string> logs(const std::string& id,
                           uint64_t max_bytes,
                           const CancelToken& cancel) const;
  // SIGKILL after `grace_ms`. A missing or ended one is no error.
  Status stop_container(const std::string& id, uint64_t grace_ms) const;
  // Lays the content of a tar archive into a folder of a container that need not run.
  Status upload(const std::string& id,
                const std::string& folder,
                std::string archive,
                const CancelToken& cancel) const;
  // One file of a container that need not run. NotFound, Limit.
  Result<std::string> download(const std::string& id,
                               const std::string& path,
                               uint64_t max_bytes) const;
  // With its anonymous volumes. A missing one is no error.
  Status remove_container(const std::string& id) const;

  // The image's id, or "" if there is none of that name.
  Result<std::string> image_id(const std::string& name, const CancelToken& cancel) const;
  Status tag_image(const std::string& image,
                   const std::string& name,
                   const CancelToken& cancel) const;
  // `force`: also with several names. Parents without a name stay. A missing or used one is no
  // error.
  Status remove_image(const std::string& name, bool force) const;
  // Removes an image that no name points to and nothing is built on; any other stays. False while
  // something uses it.
  Result<bool> remove_unnamed_image(const std::string& id) const;
  // Writes `docker save` of the image.
  Status save_image(const std::string& name, const fs::path& file, const CancelToken& cancel) const;

  // Both with kRunLabel=run_id.
  Status create_network(const std::string& name,
                        const std::string& run_id,
                        const CancelToken& cancel) const;
  Status create_volume(const std::string& name,
                       const std::string& run_id,
                       const CancelToken& cancel) const;

  // Ids of what carries kRunLabel=run_id; of volumes the names.
  enum class Kind { Containers, Images, Networks, Volumes };
  Result<std::vector<std::string>> labelled(Kind kind, const std::string& run_id) const;
  Status remove_network(const std::string& id) const;
  Status remove_volume(const std::string& name) const;

 private:
  struct Call;
  struct Answer;
  Result<Answer> call(const Call& call, const CancelToken& cancel) const;
  Status remove(const std::string& path) const;
  Result<std::string> name_of_server(const CancelToken& cancel) const;

  DockerEndpoint endpoint_;
  std::string api_version_;
  std::string server_version_;
};

}  // namespace whittle
