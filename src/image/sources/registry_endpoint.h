// Inside of sources: one host that serves one repository (the registry itself or a mirror of it):
// http or https, login, retries, and its errors in words (OCI distribution-spec v1.1).
#pragma once

#include <atomic>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "image/source.h"
#include "image/sources/registry_auth.h"
#include "net/http.h"

namespace whittle {

// GET or HEAD of something of the repository.
struct RegistryRequest {
  std::string method = "GET";
  std::string path;  // below /v2/REPOSITORY: "/manifests/latest", "/blobs/sha256:..."
  std::vector<std::string> headers;  // Accept, Range
};

// Thread-safe. `http` and `options` must outlive it.
class RegistryEndpoint {
 public:
  struct Place {
    std::string host;        // of the API, with a port where there is one
    std::string login_host;  // whose credentials count: "docker.io" for registry-1.docker.io
    std::string repository;
    bool is_plain_http = false;  // said so explicitly ("http://...")
    unsigned max_tries = 5;
    TlsOptions tls;
  };

  RegistryEndpoint(const HttpClient& http, Place place, const OpenOptions& options);

  const std::string& host() const { return place_.host; }

  // The answer's head with status 2xx; its body is to be read. Errors: NotFound for 404 and for a
  // host that does not answer at all, Failed with the registry's own words for other statuses,
  // Cancelled.
  Result<HttpStream> open(const RegistryRequest& request) const;

  // True once no connection could be made: not worth another try.
  bool is_down() const { return is_down_; }

 private:
  Result<HttpStream> send(const std::string& scheme, const RegistryRequest& request) const;
  Result<HttpStream> log_in_and_send(const std::string& scheme,
                                     const RegistryRequest& request) const;
  std::string scheme() const;
  Error unreachable(const HttpResponse& head) const;

  const HttpClient& http_;
  Place place_;
  const OpenOptions& options_;
  bool may_use_http_ = false;
  mutable RegistryAuth auth_;
  mutable std::atomic<bool> is_down_{false};
  mutable std::atomic<bool> speaks_http_{false};
  mutable std::atomic<bool> speaks_https_{false};
};

}  // namespace whittle
