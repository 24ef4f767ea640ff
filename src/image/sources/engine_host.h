// Inside of sources: where an engine answers. The rules of the docker and podman command lines
// (environment, contexts), without running them.
#pragma once

#include <string>
#include <string_view>

#include "image/source.h"
#include "net/http.h"

namespace whittle {

struct EngineHost {
  std::string unix_socket;  // path; "" for TCP
  std::string base_url;     // "http://localhost", "https://build.example:2376"
  TlsOptions tls;

  // What errors call it.
  std::string name() const { return unix_socket.empty() ? base_url : unix_socket; }
};

// The named socket, else $DOCKER_HOST with $DOCKER_TLS_VERIFY and $DOCKER_CERT_PATH, else the
// context of $DOCKER_CONTEXT or of the configuration, else the system's socket or the user's own.
// Errors: Unsupported for ssh and Windows pipes, NotFound for a context that is not there, Invalid.
Result<EngineHost> docker_host(const OpenOptions& options);
// The named socket, else $CONTAINER_HOST, else the user's own or the system's. NotFound if there is
// none.
Result<EngineHost> podman_host(const OpenOptions& options);

// "unix:///run/x.sock", "/run/x.sock", "tcp://HOST[:PORT]", "http://...", "https://...". `origin`
// is where the text stood.
Result<EngineHost> parse_engine_host(std::string_view text, std::string_view origin, bool uses_tls);

}  // namespace whittle
