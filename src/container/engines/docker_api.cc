#include "container/engines/docker_api.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <nlohmann/json.hpp>

#include "base/strings.h"
#include "codec/tar.h"
#include "container/log_tail.h"
#include "container/packed_files.h"
#include "net/http.h"
#include "net/url.h"

namespace whittle {

namespace {

using nlohmann::json;

constexpr uint64_t kCallTimeoutMs = 60'000;
constexpr uint64_t kRemoveTimeoutMs = 30'000;
constexpr uint64_t kPingTimeoutMs = 5'000;
constexpr uint64_t kMaxAnswerBytes = 64ULL << 20;
constexpr uint32_t kNewestMinor = 51;  // of API 1.x: the newest that these calls were written for
constexpr uint64_t kMaxLogLines = 20'000;
constexpr std::string_view kMaxLogFile = "16m";  // what the daemon keeps of one container's output

json parse_json(const std::string& text) {
  return json::parse(text, nullptr, false);
}

// A field that may be absent or of another type.
std::string text_at(const json& object, const char* key) {
  auto it = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && it != object.end() && it->is_string() ? it->get<std::string>()
                                                                     : std::string();
}

const json& member(const json& object, const char* key) {
  static const json kNull;
  auto it = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && it != object.end() ? *it : kNull;
}

bool flag_at(const json& object, const char* key) {
  const json& value = member(object, key);
  return value.is_boolean() && value.get<bool>();
}

uint32_t minor_of(std::string_view version) {
  size_t dot = version.find('.');
  if (dot == std::string_view::npos) return 0;
  return static_cast<uint32_t>(parse_u64(version.substr(dot + 1)).value_or(0));
}

// "repo:tag" in two; the tag is "latest" when absent.
std::pair<std::string, std::string> split_tag(const std::string& name) {
  size_t colon = name.rfind(':');
  if (colon == std::string::npos || name.find('/', colon) != std::string::npos)
    return {name, "latest"};
  return {name.substr(0, colon), name.substr(colon + 1)};
}

// Takes the frames of an attached stream apart: 8 bytes of header (stream, 0, 0, 0, size as big
// endian), then data.
class FrameReader {
 public:
  explicit FrameReader(ByteTail& sink) : sink_(sink) {}

  void add(std::string_view bytes) {
    while (!bytes.empty()) {
      size_t n = 0;
      if (left_ > 0) {
        n = std::min<size_t>(left_, bytes.size());
        sink_.add(bytes.substr(0, n));
        left_ -= n;
      } else {
        n = std::min<size_t>(8 - header_.size(), bytes.size());
        header_ += bytes.substr(0, n);
        if (header_.size() == 8) start_frame();
      }
      bytes.remove_prefix(n);
    }
  }

 private:
  void start_frame() {
    for (size_t i = 4; i < 8; ++i) left_ = (left_ << 8) | static_cast<unsigned char>(header_[i]);
    header_.clear();
  }

  ByteTail& sink_;
  std::string header_;
  size_t left_ = 0;
};

json create_body(const RunRequest& request, const std::string& run_id) {
  json body = {{"Image", request.image},
               {"Labels", {{std::string(kRunLabel), run_id}}},
               {"Env", json::array()},
               {"ExposedPorts", json::object()}};
  for (const auto& [name, value] : request.env) body["Env"].push_back(name + "=" + value);
  if (!request.command.empty()) body["Cmd"] = request.command;
  if (!request.entrypoint.empty()) body["Entrypoint"] = request.entrypoint;
  if (!request.user.empty()) body["User"] = request.user;
  if (!request.folder.empty()) body["Volumes"][request.folder] = json::object();
  if (request.no_health_check) body["Healthcheck"] = {{"Test", json::array({"NONE"})}};
  json bindings = json::object();
  for (uint16_t port : request.publish) {
    std::string key = fmt::format("{}/tcp", port);
    body["ExposedPorts"][key] = json::object();
    bindings[key] = json::array({{{"HostIp", "127.0.0.1"}, {"HostPort", ""}}});
  }
  body["HostConfig"] = {
      {"PortBindings", bindings},
      {"LogConfig",
       {{"Type", "json-file"},
        {"Config", {{"max-size", std::string(kMaxLogFile)}, {"max-file", "1"}}}}}};
  if (!request.add_capabilities.empty()) body["HostConfig"]["CapAdd"] = request.add_capabilities;
  if (request.max_processes > 0) body["HostConfig"]["PidsLimit"] = request.max_processes;
  if (request.memory_bytes > 0) {
    body["HostConfig"]["Memory"] = request.memory_bytes;
    body["HostConfig"]["MemorySwap"] = request.memory_bytes;
  }
  return body;
}

void read_ports(const json& ports, std::map<uint16_t, uint16_t>& out) {
  if (!ports.is_object()) return;
  for (const auto& [key, bindings] : ports.items()) {
    std::optional<uint64_t> inside = parse_u64(std::string_view(key).substr(0, key.find('/')));
    if (!inside || !key.ends_with("/tcp") || !bindings.is_array()) continue;
    for (const json& binding : bindings) {
      std::optional<uint64_t> outside = parse_u64(text_at(binding, "HostPort"));
      if (outside && *inside < 65536 && *outside < 65536) {
        out[static_cast<uint16_t>(*inside)] = static_cast<uint16_t>(*outside);
      }
    }
  }
}

}  // namespace

Result<DockerEndpoint> parse_docker_host(std::string_view host) {
  DockerEndpoint endpoint;
  endpoint.host = host;
  if (host.starts_with("unix://")) {
    endpoint.unix_socket = host.substr(7);
    endpoint.base_url = "http://localhost";
    return endpoint;
  }
  if (!host.starts_with("tcp://") && !host.starts_with("http://") &&
      !host.starts_with("https://")) {
    return Error(ErrorKind::Usage,
                 fmt::format("DOCKER_HOST `{}` is of a kind that is not handled", printable(host)))
        .hint("Use unix:///path or tcp://host:port");
  }
  std::string_view address = host.substr(host.find("://") + 3);
  while (!address.empty() && address.back() == '/') address.remove_suffix(1);
  const char* verify = std::getenv("DOCKER_TLS_VERIFY");
  bool tls = host.starts_with("https://") || (verify != nullptr && *verify != '\0');
  if (tls) {
    const char* folder = std::getenv("DOCKER_CERT_PATH");
    const char* home = std::getenv("HOME");
    endpoint.tls_folder =
        folder != nullptr ? fs::path(folder) : fs::path(home == nullptr ? "/" : home) / ".docker";
  }
  endpoint.base_url = fmt::format("{}://{}", tls ? "https" : "http", address);
  return endpoint;
}

struct DockerApi::Call {
  std::string method = "GET";
  std::string path;  // without the version
  std::string body;  // JSON
  uint64_t timeout_ms = kCallTimeoutMs;
  bool versioned = true;
  std::function<bool(std::string_view)> on_body;
};

struct DockerApi::Answer {
  int status = 0;
  std::string body;
  std::map<std::string, std::string> headers;

  bool ok() const { return status >= 200 && status < 400; }

  // The daemon's own words.
  std::string message() const {
    std::string text = text_at(parse_json(body), "message");
    return printable(trim(text.empty() ? body : text));
  }

  Error error(std::string_view what) const {
    ErrorKind kind = status == 404 ? ErrorKind::NotFound : ErrorKind::Failed;
    return Error(kind, fmt::format("{}: {} (status {})", what, message(), status));
  }
};

Result<DockerApi::Answer> DockerApi::call(const Call& call, const CancelToken& cancel) const {
  HttpRequest request;
  request.method = call.method;
  request.url = endpoint_.base_url + (call.versioned ? "/v" + api_version_ : "") + call.path;
  request.unix_socket = endpoint_.unix_socket;
  request.tls.folder = endpoint_.tls_folder;
  request.body = call.body;
  request.timeout_ms = call.timeout_ms;
  request.max_body_bytes = kMaxAnswerBytes;
  request.on_body = call.on_body;
  request.headers = {"Content-Type: application/json", "Expect:"};
  TRY_ASSIGN(HttpResponse response, http_request(request, cancel));
  if (response.failure != HttpFailure::None) {
    ErrorKind kind =
        response.failure == HttpFailure::Refused ? ErrorKind::NotFound : ErrorKind::Failed;
    return Error(kind,
                 fmt::format("{} does not answer: {}", printable(endpoint_.host), response.why));
  }
  return Answer{response.status, std::move(response.body), std::move(response.headers)};
}

Result<DockerApi> DockerApi::connect(DockerEndpoint endpoint, const CancelToken& cancel) {
  DockerApi api;
  api.endpoint_ = std::move(endpoint);
  Call ping;
  ping.path = "/_ping";
  ping.timeout_ms = kPingTimeoutMs;
  ping.versioned = false;
  TRY_ASSIGN(Answer answer, api.call(ping, cancel));
  if (!answer.ok()) return answer.error(api.endpoint_.host);
  if (answer.headers.count("libpod-api-version") > 0) {
    return Error(ErrorKind::Unsupported, api.endpoint_.host + " belongs to Podman")
        .hint("Use --engine podman");
  }
  std::string newest = answer.headers["api-version"];
  uint32_t minor = std::min(minor_of(newest), kNewestMinor);
  if (minor == 0)
    return Error(ErrorKind::Unsupported, api.endpoint_.host + " does not speak Docker's API");
  api.api_version_ = fmt::format("1.{}", minor);
  TRY_ASSIGN(api.server_version_, api.name_of_server(cancel));
  return api;
}

Result<std::string> DockerApi::name_of_server(const CancelToken& cancel) const {
  Call version;
  version.path = "/version";
  version.timeout_ms = kPingTimeoutMs;
  TRY_ASSIGN(Answer answer, call(version, cancel));
  if (!answer.ok()) return answer.error("cannot ask for the version");
  return printable(text_at(parse_json(answer.body), "Version"));
}

Result<std::string> DockerApi::create_container(const RunRequest& request,
                                                const std::string& name,
                                                const std::string& run_id,
                                                const CancelToken& cancel) const {
  Call create;
  create.method = "POST";
  create.path = "/containers/create?name=" + percent_encode(name);
  create.body = create_body(request, run_id).dump(-1, ' ', false, json::error_handler_t::replace);
  TRY_ASSIGN(Answer answer, call(create, cancel));
  if (!answer.ok()) {
    Error error = answer.error("cannot create a container of " + printable(request.image));
    if (answer.status == 400) return Error(ErrorKind::Invalid, error.message());
    return error;
  }
  std::string id = text_at(parse_json(answer.body), "Id");
  if (id.empty()) return Error(ErrorKind::Invalid, "the daemon names no container");
  return id;
}

Status DockerApi::start_container(const std::string& id, const CancelToken& cancel) const {
  Call start;
  start.method = "POST";
  start.path = fmt::format("/containers/{}/start", percent_encode(id));
  TRY_ASSIGN(Answer answer, call(start, cancel));
  if (answer.ok()) return {};
  Error error = answer.error("cannot start the container");
  // The daemon's status for a command that cannot be run is 400 (older: 404 or 500 from the
  // runtime).
  std::string text = to_lower(error.message());
  bool command = answer.status == 400 || contains(text, "exec:") ||
                 contains(text, "executable file not found") || contains(text, "exec format error");
  return command ? Error(ErrorKind::Invalid, error.message()) : error;
}

Result<DockerApi::Inspected> DockerApi::inspect_container(const std::string& id,
                                                          const CancelToken& cancel) const {
  Call inspect;
  inspect.path = fmt::format("/containers/{}/json", percent_encode(id));
  TRY_ASSIGN(Answer answer, call(inspect, cancel));
  if (!answer.ok()) return answer.error("cannot inspect the container");
  json body = parse_json(answer.body);
  const json& state = member(body, "State");
  Inspected out;
  out.state.running = flag_at(state, "Running");
  out.state.out_of_memory = flag_at(state, "OOMKilled");
  const json& code = member(state, "ExitCode");
  if (code.is_number_integer()) out.state.exit_code = code.get<int>();
  read_ports(member(member(body, "NetworkSettings"), "Ports"), out.ports);
  return out;
}

Result<std::string> DockerApi::logs(const std::string& id,
                                    uint64_t max_bytes,
                                    const CancelToken& cancel) const {
  ByteTail tail(max_bytes);
  FrameReader frames(tail);
  Call logs;
  logs.path = fmt::format(
      "/containers/{}/logs?stdout=1&stderr=1&tail={}", percent_encode(id), kMaxLogLines);
  logs.on_body = [&](std::string_view bytes) {
    frames.add(bytes);
    return true;
  };
  TRY_ASSIGN(Answer answer, call(logs, cancel));
  if (!answer.ok())
    return Error(fmt::format("cannot read the container's output (status {})", answer.status));
  return tail.take();
}

Status DockerApi::stop_container(const std::string& id, uint64_t grace_ms) const {
  CancelToken never;
  Call stop;
  stop.method = "POST";
  stop.path = fmt::format("/containers/{}/stop?t={}", percent_encode(id), (grace_ms + 999) / 1000);
  stop.timeout_ms = grace_ms + kRemoveTimeoutMs;
  TRY_ASSIGN(Answer answer, call(stop, never));
  if (answer.ok() || answer.status == 404) return {};
  return answer.error("cannot stop the container");
}

Status DockerApi::upload(const std::string& id,
                         const std::string& folder,
                         std::string archive,
                         const CancelToken& cancel) const {
  Call put;
  put.method = "PUT";
  put.path =
      fmt::format("/containers/{}/archive?path={}", percent_encode(id), percent_encode(folder));
  put.body = std::move(archive);
  TRY_ASSIGN(Answer answer, call(put, cancel));
  if (!answer.ok()) return answer.error("cannot put files into the container");
  return {};
}

Result<std::string> DockerApi::download(const std::string& id,
                                        const std::string& path,
                                        uint64_t max_bytes) const {
  CancelToken never;
  std::string archive;
  bool is_too_big = false;
  Call get;
  get.path =
      fmt::format("/containers/{}/archive?path={}", percent_encode(id), percent_encode(path));
  get.timeout_ms = 0;
  get.on_body = [&](std::string_view bytes) {
    is_too_big = archive.size() + bytes.size() > max_bytes + 4 * kTarBlockBytes;
    if (!is_too_big) archive += bytes;
    return !is_too_big;
  };
  Result<Answer> answer = call(get, never);
  if (is_too_big)
    return Error(ErrorKind::Limit, fmt::format("{} has more than {} bytes", path, max_bytes));
  if (!answer.ok()) return std::move(answer).error();
  if (!answer->ok()) return answer->error("cannot read " + printable(path));
  return unpack_file(std::move(archive));
}

Status DockerApi::remove(const std::string& path) const {
  CancelToken never;
  Call call_remove;
  call_remove.method = "DELETE";
  call_remove.path = path;
  call_remove.timeout_ms = kRemoveTimeoutMs;
  TRY_ASSIGN(Answer answer, call(call_remove, never));
  if (answer.ok() || answer.status == 404 || answer.status == 409) return {};
  return answer.error("cannot remove");
}

Status DockerApi::remove_container(const std::string& id) const {
  return remove(fmt::format("/containers/{}?force=1&v=1", percent_encode(id)));
}

Result<std::string> DockerApi::image_id(const std::string& name, const CancelToken& cancel) const {
  Call inspect;
  inspect.path = fmt::format("/images/{}/json", percent_encode(name));
  TRY_ASSIGN(Answer answer, call(inspect, cancel));
  if (answer.status == 404) return std::string();
  if (!answer.ok()) return answer.error("cannot inspect " + printable(name));
  return text_at(parse_json(answer.body), "Id");
}

Status DockerApi::tag_image(const std::string& image,
                            const std::string& name,
                            const CancelToken& cancel) const {
  auto [repo, tag] = split_tag(name);
  Call tag_call;
  tag_call.method = "POST";
  tag_call.path = fmt::format("/images/{}/tag?repo={}&tag={}",
                              percent_encode(image),
                              percent_encode(repo),
                              percent_encode(tag));
  TRY_ASSIGN(Answer answer, call(tag_call, cancel));
  if (!answer.ok())
    return answer.error(fmt::format("cannot tag {} as {}", printable(image), printable(name)));
  return {};
}

Status DockerApi::remove_image(const std::string& name, bool force) const {
  return remove(fmt::format("/images/{}?force={}&noprune=1", percent_encode(name), force ? 1 : 0));
}

Result<bool> DockerApi::remove_unnamed_image(const std::string& id) const {
  CancelToken never;
  Call image;
  image.path = fmt::format("/images/{}/json", percent_encode(id));
  TRY_ASSIGN(Answer answer, call(image, never));
  const json body = parse_json(answer.body);
  // Deleting by id takes the last name away as well.
  if (!answer.ok() || !member(body, "RepoTags").empty()) return true;
  image.method = "DELETE";
  image.path = fmt::format("/images/{}?noprune=1", percent_encode(id));
  image.timeout_ms = kRemoveTimeoutMs;
  TRY_ASSIGN(Answer removed, call(image, never));
  return removed.status != 409;
}

Status DockerApi::save_image(const std::string& name,
                             const fs::path& file,
                             const CancelToken& cancel) const {
  UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd.is_open()) return errno_error("cannot write " + printable(file.string()), errno);
  Status written;
  Call save;
  save.path = fmt::format("/images/{}/get", percent_encode(name));
  save.timeout_ms = 0;
  save.on_body = [&](std::string_view bytes) {
    written = write_all(fd.get(), bytes);
    return written.ok();
  };
  Result<Answer> answer = call(save, cancel);
  TRY(std::move(written));
  if (!answer.ok()) return std::move(answer).error();
  if (!answer->ok()) return answer->error("cannot save " + printable(name));
  return {};
}

Result<std::vector<std::string>> DockerApi::labelled(Kind kind, const std::string& run_id) const {
  CancelToken never;
  json filters;
  filters["label"] = json::array({fmt::format("{}={}", kRunLabel, run_id)});
  std::string filter = filters.dump();
  std::string_view path = kind == Kind::Containers ? "/containers/json?all=1&filters="
                          : kind == Kind::Images   ? "/images/json?all=1&filters="
                          : kind == Kind::Networks ? "/networks?filters="
                                                   : "/volumes?filters=";
  Call list;
  list.path = std::string(path) + percent_encode(filter);
  TRY_ASSIGN(Answer answer, call(list, never));
  if (!answer.ok()) return answer.error("cannot list");
  std::vector<std::string> ids;
  const json body = parse_json(answer.body);
  bool is_volumes = kind == Kind::Volumes;
  const json& items = is_volumes ? member(body, "Volumes") : body;
  for (const json& item : items.is_array() ? items : json::array()) {
    std::string id = text_at(item, is_volumes ? "Name" : "Id");
    if (!id.empty()) ids.push_back(std::move(id));
  }
  return ids;
}

Status DockerApi::create_network(const std::string& name,
                                 const std::string& run_id,
                                 const CancelToken& cancel) const {
  json body = {{"Name", name}, {"Labels", {{std::string(kRunLabel), run_id}}}};
  Call create;
  create.method = "POST";
  create.path = "/networks/create";
  create.body = body.dump();
  TRY_ASSIGN(Answer answer, call(create, cancel));
  if (!answer.ok()) return answer.error("cannot make a network");
  return {};
}

Status DockerApi::create_volume(const std::string& name,
                                const std::string& run_id,
                                const CancelToken& cancel) const {
  json body = {{"Name", name}, {"Labels", {{std::string(kRunLabel), run_id}}}};
  Call create;
  create.method = "POST";
  create.path = "/volumes/create";
  create.body = body.dump();
  TRY_ASSIGN(Answer answer, call(create, cancel));
  if (!answer.ok()) return answer.error("cannot make a volume");
  return {};
}

Status DockerApi::remove_network(const std::string& id) const {
  return remove("/networks/" + percent_encode(id));
}

Status DockerApi::remove_volume(const std::string& name) const {
  return remove("/volumes/" + percent_encode(name));
}

}  // namespace whittle
