#include "image/sources/engine_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/fs.h"
#include "base/strings.h"
#include "codec/digest.h"
#include "image/json.h"
#include "net/url.h"

namespace whittle {

using nlohmann::json;

namespace {

constexpr uint64_t kConnectTimeoutMs = 10'000;
constexpr unsigned kInspectPlatform = 49;  // API 1.49: inspect takes a platform
constexpr unsigned kExportPlatform = 48;   // API 1.48: export does

// The engine's own words, when its answer is {"message": "..."}.
std::string message_of(const HttpResponse& reply, const Limits& limits) {
  Result<json> body = parse_json(reply.body, "answer", limits);
  if (body.ok()) {
    Result<std::string> message = json_string(*body, "message");
    if (message.ok() && !message->empty()) return printable(*message);
  }
  return fmt::format("status {}", reply.status);
}

// "1.41" to 41; 0 for anything that is no version.
unsigned minor_of(std::string_view version) {
  if (!version.starts_with("1.")) return 0;
  std::optional<uint64_t> minor = parse_u64(version.substr(2));
  return minor && *minor < 10'000 ? static_cast<unsigned>(*minor) : 0;
}

}  // namespace

Result<HttpResponse> EngineApi::get(const std::string& path,
                                    int body_fd,
                                    const OpenOptions& options) const {
  HttpRequest request;
  request.url = host_.base_url + path;
  request.unix_socket = host_.unix_socket;
  request.tls = host_.tls;
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
  std::string name = printable(host_.name());
  if (response->failure == HttpFailure::Refused) {
    return Error(ErrorKind::NotFound, fmt::format("nothing answers at {}", name));
  }
  if (response->failure != HttpFailure::None)
    return Error(fmt::format("{}: {}", name, response->why));
  if (body_fd < 0 && response->body_bytes > request.max_body_bytes)
    return limit_error("the engine's answer", &Limits::max_json_bytes, options.limits);
  return response;
}

Result<EngineApi> EngineApi::connect(EngineHost host, const OpenOptions& options) {
  EngineApi api;
  api.host_ = std::move(host);
  TRY_ASSIGN(HttpResponse ping, api.get("/_ping", -1, options));
  if (ping.status != 200)
    return Error("the engine does not answer a ping: " + message_of(ping, options.limits));
  api.minor_ = minor_of(ping.header("api-version"));
  if (api.minor_ > 0) api.prefix_ = fmt::format("/v1.{}", api.minor_);
  return api;
}

std::string EngineApi::image_path(std::string_view name) const {
  return prefix_ + "/images/" + percent_encode(name, "/:@");
}

std::string EngineApi::platform_query(unsigned since, const OpenOptions& options) const {
  if (!options.platform || minor_ < since) return "";
  json platform = {{"os", options.platform->os}, {"architecture", options.platform->architecture}};
  if (!options.platform->variant.empty()) platform["variant"] = options.platform->variant;
  return "?platform=" +
         percent_encode(platform.dump(-1, ' ', false, json::error_handler_t::replace));
}

Result<EngineImageFacts> EngineApi::inspect(std::string_view name,
                                            const OpenOptions& options) const {
  std::string path = image_path(name) + "/json" + platform_query(kInspectPlatform, options);
  TRY_ASSIGN(HttpResponse reply, get(path, -1, options));
  if (reply.status == 404) {
    return Error(ErrorKind::NotFound, fmt::format("the engine has no image `{}`", printable(name)))
        .hint("Pull or build it first");
  }
  if (reply.status != 200) return Error(message_of(reply, options.limits));
  TRY_ASSIGN(json body, parse_json(reply.body, "answer", options.limits));
  EngineImageFacts facts;
  TRY_ASSIGN(facts.id, json_string(body, "Id"));
  // Podman gives the bare digits.
  if (!digest_algorithm(facts.id)) facts.id = "sha256:" + facts.id;
  if (!digest_algorithm(facts.id)) facts.id.clear();
  TRY_ASSIGN(facts.names, json_strings(body, "RepoTags"));
  std::erase(facts.names, "<none>:<none>");
  if (facts.names.empty()) {
    TRY_ASSIGN(facts.names, json_strings(body, "RepoDigests"));
    std::erase(facts.names, "<none>@<none>");
  }
  TRY_ASSIGN(const json* rootfs, json_object(body, "RootFS"));
  if (rootfs != nullptr) {
    TRY_ASSIGN(facts.diff_ids, json_strings(*rootfs, "Layers"));
  }
  TRY_ASSIGN(int64_t size, json_integer(body, "Size"));
  facts.size_bytes = static_cast<uint64_t>(std::max<int64_t>(size, 0));
  return facts;
}

Result<UniqueFd> EngineApi::export_image(std::string_view name,
                                         uint64_t stated_bytes,
                                         const OpenOptions& options) const {
  options.progress->phase(
      fmt::format("reading {} from the engine", printable(name)), stated_bytes, "B");
  TRY_ASSIGN(UniqueFd temp, open_unnamed_temp());
  std::string path = image_path(name) + "/get" + platform_query(kExportPlatform, options);
  TRY_ASSIGN(HttpResponse reply, get(path, temp.get(), options));
  if (reply.status == 404) return Error(ErrorKind::NotFound, message_of(reply, options.limits));
  if (reply.status != 200) return Error(message_of(reply, options.limits));
  return temp;
}

}  // namespace whittle
