// Probes: checks that the application in an image works.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "container/disk_guard.h"
#include "container/engine.h"
#include "model/image.h"

namespace whittle {

// "[METHOD ]/path[=>status]"
struct HttpProbe {
  std::string method = "GET";
  std::string path = "/";
  // absent: any below 500, and on the second image the same as on the first
  std::optional<int> status = {};
  std::string body = {};
  std::string content_type = {};  // of the body

  std::string name() const;  // "GET /health"; the beginning of a body in brackets
};

Result<HttpProbe> parse_http_probe(std::string_view text);

// The TCP ports of a configuration's exposed ports ("80", "80/tcp", "8000-8003/tcp"), sorted; at
// most kMaxProbePorts.
inline constexpr size_t kMaxProbePorts = 32;
std::vector<uint16_t> exposed_tcp_ports(const RunConfig& config);

// Following what the pages of a service lead to, from the paths of --http-probe on, or from "/".
struct CrawlSpec {
  bool is_on = false;
  size_t max_requests = 200;
  unsigned max_depth = 4;
  uint64_t max_ms = 60'000;
  bool may_write = false;  // also forms that are posted, and methods of a document besides GET
};

// An OpenAPI or Swagger document, whose requests are made: a text, or a path of the service.
struct ApiDocument {
  std::string name;  // "openapi.yaml", "/openapi.json"
  std::optional<std::string> text;
};

struct ProbeSpec {
  // --probe: run by /bin/sh with IMAGE, HOST, PORT, PORT_<n> for each port, WHITTLE_CONTAINER (the
  // container's id) and DOCKER (a program that knows the image; left alone when the user has set
  // it)
  std::vector<std::string> shell;
  std::vector<HttpProbe> http;         // --http-probe
  CrawlSpec crawl;                     // --crawl
  std::vector<ApiDocument> documents;  // --openapi
  // Reads a document that is no JSON; absent: it is an error.
  std::function<Result<std::string>(std::string_view yaml)> yaml_to_json;
  uint64_t start_timeout_ms = 60'000;   // until the ports answer
  uint64_t probe_timeout_ms = 300'000;  // one shell probe
  uint64_t watch_ms = 3'000;            // how long an automatic probe watches for a crash
  uint64_t memory_bytes = 0;
  uint64_t max_written_bytes = kDefaultMaxWrittenBytes;  // to the engine's disk (disk_guard.h)
  uint16_t port = 0;  // the container port probes talk to; 0: the lowest exposed one
  std::vector<std::pair<std::string, std::string>> env;  // of the container

  bool finds_requests() const { return crawl.is_on || !documents.empty(); }

  bool is_automatic() const { return shell.empty() && http.empty() && !finds_requests(); }
};

struct ProbeCheck {
  std::string name;  // "GET /", "shell: ./probe.sh", "stays up for 3 s", "exit code and output"
  bool passed = false;
  std::string observed;  // "status 200, 512 bytes of text/html", "exit code 0"
  std::string detail;    // why it failed; last lines of output
  // Of an HTTP check, for the comparison with the second image:
  int status = 0;          // 0: no HTTP answer
  std::string media_type;  // without parameters
  uint64_t body_bytes = 0;
  std::string body = {};  // its beginning
};

struct ProbeResult {
  bool passed = false;
  std::vector<ProbeCheck> checks;
  // What crawling and documents led to, in order: the second image is asked the same.
  std::vector<HttpProbe> found = {};
  double ready_seconds = 0;  // start until the port answered, or until it ended
  std::string log_tail;      // of the container
  // Of a one-shot command, by the automatic probe:
  std::optional<int> exit_code;   // absent: not a one-shot command
  std::string output;             // the last kept bytes
  bool output_is_stable = false;  // two runs of the original gave the same output
};

// Starts the image, checks it, removes the container. `reference`: the result on the original
// image, which status codes and one-shot output are compared with; null when this is the original.
// Errors only when the engine cannot be asked or on cancellation; an application that does not work
// is a result. Does not watch the disk itself (disk_guard.h).
Result<ProbeResult> run_probe(Engine& engine,
                              const std::string& image,
                              const RunConfig& config,
                              const ProbeSpec& spec,
                              const ProbeResult* reference,
                              const CancelToken& cancel,
                              Progress& progress);

}  // namespace whittle
