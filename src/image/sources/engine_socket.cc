// Images of a running Docker or Podman engine, through GET /images/NAME/get of the Engine API at
// its Unix socket. The answer is a docker archive, kept in an unnamed temporary file while the
// image is open.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/fs.h"
#include "base/strings.h"
#include "base/subprocess.h"
#include "image/json.h"
#include "image/sources/openers.h"
#include "net/http.h"
#include "net/url.h"

namespace whittle {

using nlohmann::json;

namespace {

constexpr uint64_t kConnectTimeoutMs = 10'000;

// GET http://localhost/PATH. The body of a success goes to `body_fd` if that is not -1, with
// progress. NotFound if nobody answers at the socket, Failed for a broken transfer.
Result<HttpResponse> socket_get(const std::string& socket,
                                const std::string& path,
                                int body_fd,
                                const OpenOptions& options) {
  HttpRequest request;
  request.url = "http://localhost" + path;
  request.unix_socket = socket;
  request.connect_timeout_ms = kConnectTimeoutMs;
  request.max_body_bytes = options.limits.max_json_bytes;
  Status written;
  uint64_t received = 0;
  if (body_fd >= 0) {
    request.on_body = [&](std::string_view bytes) {
      written = write_all(body_fd, bytes);
      options.progress->update(received += bytes.size());
      return written.ok();
    };
  }
  Result<HttpResponse> response = http_request(request, *options.cancel);
  TRY(std::move(written));
  if (!response.ok()) return response;
  if (response->failure == HttpFailure::Refused) {
    return Error(ErrorKind::NotFound, fmt::format("nothing answers at {}", printable(socket)));
  }
  if (response->failure != HttpFailure::None)
    return Error(fmt::format("{}: {}", printable(socket), response->why));
  if (body_fd < 0 && response->body_bytes > request.max_body_bytes)
    return limit_error("the engine's answer", &Limits::max_json_bytes, options.limits);
  return response;
}

// The engine's own words, when its answer is {"message": "..."}.
std::string message_of(const HttpResponse& reply, const Limits& limits) {
  Result<json> body = parse_json(reply.body, "answer", limits);
  if (body.ok()) {
    Result<std::string> message = json_string(*body, "message");
    if (message.ok() && !message->empty()) return printable(*message);
  }
  return fmt::format("status {}", reply.status);
}

// "/v1.41", from /_ping; what old engines without the header get is no version at all.
Result<std::string> api_prefix(const std::string& socket, const OpenOptions& options) {
  TRY_ASSIGN(HttpResponse ping, socket_get(socket, "/_ping", -1, options));
  if (ping.status != 200)
    return Error("the engine does not answer a ping: " + message_of(ping, options.limits));
  std::string version = ping.header("api-version");
  return version.empty() ? version : "/v" + version;
}

// The size the engine states, for the progress; 0 if it does not.
Result<uint64_t> stated_size(const std::string& socket,
                             const std::string& base,
                             std::string_view name,
                             const OpenOptions& options) {
  TRY_ASSIGN(HttpResponse reply, socket_get(socket, base + "/json", -1, options));
  if (reply.status == 404) {
    return Error(ErrorKind::NotFound, fmt::format("the engine has no image `{}`", printable(name)))
        .hint("Pull or build it first");
  }
  if (reply.status != 200) return Error(message_of(reply, options.limits));
  TRY_ASSIGN(json body, parse_json(reply.body, "answer", options.limits));
  TRY_ASSIGN(int64_t size, json_integer(body, "Size"));
  return static_cast<uint64_t>(std::max<int64_t>(size, 0));
}

Result<Images> open_from_socket(const std::string& socket,
                                std::string_view engine,
                                std::string_view name,
                                const OpenOptions& options) {
  if (name.empty())
    return Error(ErrorKind::Usage, fmt::format("`{}:` needs the name of an image", engine));
  TRY_ASSIGN(std::string prefix, api_prefix(socket, options));
  std::string base = prefix + "/images/" + percent_encode(name, "/:@");
  TRY_ASSIGN(uint64_t size, stated_size(socket, base, name, options));
  options.progress->phase(fmt::format("reading {} from {}", printable(name), engine), size, "B");
  TRY_ASSIGN(UniqueFd temp, open_unnamed_temp());
  TRY_ASSIGN(HttpResponse reply, socket_get(socket, base + "/get", temp.get(), options));
  if (reply.status != 200) return Error(message_of(reply, options.limits));
  TRY_ASSIGN(std::shared_ptr<const Archive> archive, Archive::open(std::move(temp), options));
  return open_docker_archive(archive_store(std::move(archive)), options, engine);
}

// "unix:///path" or "/path" to the path.
Result<std::string> socket_path(std::string_view host, std::string_view variable) {
  constexpr std::string_view kUnix = "unix://";
  if (host.starts_with(kUnix)) return std::string(host.substr(kUnix.size()));
  if (host.starts_with('/')) return std::string(host);
  return Error(ErrorKind::Unsupported,
               fmt::format("{}={}: only Unix sockets are handled", variable, printable(host)));
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Result<std::string> docker_socket(const OpenOptions& options) {
  if (!options.docker_socket.empty()) return options.docker_socket;
  std::string host = environment("DOCKER_HOST");
  if (!host.empty()) return socket_path(host, "DOCKER_HOST");
  return std::string("/var/run/docker.sock");
}

// The named socket, else the user's own, else the system's; "" if none is there.
Result<std::string> podman_socket(const OpenOptions& options) {
  if (!options.podman_socket.empty()) return options.podman_socket;
  std::string host = environment("CONTAINER_HOST");
  if (!host.empty()) return socket_path(host, "CONTAINER_HOST");
  std::string runtime = environment("XDG_RUNTIME_DIR");
  std::string system = "/run/podman/podman.sock";
  for (const std::string& socket :
       {runtime.empty() ? system : runtime + "/podman/podman.sock", system}) {
    std::error_code ignored;
    if (fs::is_socket(socket, ignored)) return socket;
  }
  return std::string();
}

// Podman's socket is often not served: its command line gives the same archive.
Result<Images> open_from_podman_program(std::string_view name, const OpenOptions& options) {
  options.progress->phase(fmt::format("reading {} from podman", printable(name)));
  TRY_ASSIGN(TempDir folder, TempDir::make("podman"));
  fs::path file = folder.path() / "image.tar";
  Command command;
  command.args = {"podman",
                  "save",
                  "--quiet",
                  "--format",
                  "docker-archive",
                  "--output",
                  file.string(),
                  "--",
                  std::string(name)};
  TRY(run_checked(command, *options.cancel));
  TRY_ASSIGN(UniqueFd fd, open_read(file));
  TRY_ASSIGN(std::shared_ptr<const Archive> archive, Archive::open(std::move(fd), options));
  return open_docker_archive(archive_store(std::move(archive)), options, "podman");
}

}  // namespace

Result<Images> open_docker_engine(std::string_view name, const OpenOptions& options) {
  TRY_ASSIGN(std::string socket, docker_socket(options));
  return open_from_socket(socket, "docker", name, options);
}

Result<Images> open_podman_engine(std::string_view name, const OpenOptions& options) {
  TRY_ASSIGN(std::string socket, podman_socket(options));
  if (socket.empty()) return open_from_podman_program(name, options);
  return open_from_socket(socket, "podman", name, options);
}

}  // namespace whittle
