#include "image/sources/engine_host.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/environment.h"
#include "base/fs.h"
#include "base/strings.h"
#include "codec/digest.h"
#include "image/json.h"

namespace whittle {

using nlohmann::json;

namespace {

fs::path docker_config_folder() {
  std::string folder = environment("DOCKER_CONFIG");
  return folder.empty() ? fs::path(environment("HOME")) / ".docker" : fs::path(folder);
}

EngineHost unix_host(std::string path) {
  EngineHost host;
  host.unix_socket = std::move(path);
  host.base_url = "http://localhost";
  return host;
}

bool is_socket(const std::string& path) {
  std::error_code ignored;
  return fs::is_socket(path, ignored);
}

// The system's socket; the user's own where that is not there (rootless Docker).
EngineHost default_docker_host() {
  std::string system = "/var/run/docker.sock";
  std::string runtime = environment("XDG_RUNTIME_DIR");
  if (is_socket(system) || runtime.empty() || !is_socket(runtime + "/docker.sock"))
    return unix_host(system);
  return unix_host(runtime + "/docker.sock");
}

// What a folder of Docker's certificates holds: all three for both sides, or only the authority's.
void use_certificates(const fs::path& folder, TlsOptions& tls) {
  std::error_code ignored;
  if (fs::exists(folder / "cert.pem", ignored)) {
    tls.folder = folder;
  } else if (fs::exists(folder / "ca.pem", ignored)) {
    tls.ca_files = {(folder / "ca.pem").string()};
  }
}

Result<EngineHost> host_of_environment(const std::string& text) {
  bool verifies = !environment("DOCKER_TLS_VERIFY").empty();
  bool uses_tls = verifies || !environment("DOCKER_TLS").empty();
  TRY_ASSIGN(EngineHost host, parse_engine_host(text, "DOCKER_HOST", uses_tls));
  if (!host.base_url.starts_with("https://")) return host;
  std::string folder = environment("DOCKER_CERT_PATH");
  use_certificates(folder.empty() ? docker_config_folder() : fs::path(folder), host.tls);
  host.tls.verifies = verifies || !uses_tls;
  return host;
}

// "" for the default one.
Result<std::string> context_name(const Limits& limits) {
  std::string name = environment("DOCKER_CONTEXT");
  if (name.empty()) {
    Result<std::string> text =
        read_file(docker_config_folder() / "config.json", limits.max_json_bytes);
    if (!text.ok()) return std::string();
    TRY_ASSIGN(json config, parse_json(*text, "config.json", limits));
    TRY_ASSIGN(name, json_string(config, "currentContext"));
  }
  return name == "default" ? std::string() : name;
}

// A context's folders are named by the digest of its name (docker/cli, cli/context/store).
Result<EngineHost> host_of_context(const std::string& name, const Limits& limits) {
  std::string origin = fmt::format("context `{}`", printable(name));
  std::string id(digest_hex(digest_of(name)));
  fs::path contexts = docker_config_folder() / "contexts";
  Result<std::string> text = read_file(contexts / "meta" / id / "meta.json", limits.max_json_bytes);
  if (!text.ok()) {
    return Error(ErrorKind::NotFound, fmt::format("there is no Docker {}", origin))
        .hint("Choose another one: docker context ls, docker context use NAME");
  }
  TRY_ASSIGN(json meta, parse_json(*text, "meta.json", limits));
  TRY_ASSIGN(const json* endpoints, json_object(meta, "Endpoints"));
  if (endpoints == nullptr)
    return Error(ErrorKind::Invalid, fmt::format("{} has no endpoint", origin));
  TRY_ASSIGN(const json* docker, json_object(*endpoints, "docker"));
  if (docker == nullptr)
    return Error(ErrorKind::Invalid, fmt::format("{} has no endpoint for Docker", origin));
  TRY_ASSIGN(std::string host_text, json_string(*docker, "Host"));
  fs::path certificates = contexts / "tls" / id / "docker";
  std::error_code ignored;
  bool has_certificates = fs::is_directory(certificates, ignored);
  TRY_ASSIGN(EngineHost host, parse_engine_host(host_text, origin, has_certificates));
  if (!host.base_url.starts_with("https://")) return host;
  use_certificates(certificates, host.tls);
  host.tls.verifies = !(docker->contains("SkipTLSVerify") && (*docker)["SkipTLSVerify"] == true);
  return host;
}

}  // namespace

Result<EngineHost> parse_engine_host(std::string_view text,
                                     std::string_view origin,
                                     bool uses_tls) {
  if (text.starts_with('/')) return unix_host(std::string(text));
  size_t colon = text.find("://");
  std::string_view scheme = text.substr(0, colon);
  std::string_view rest = colon == std::string_view::npos ? "" : text.substr(colon + 3);
  if (scheme == "unix" && !rest.empty()) return unix_host(std::string(rest));
  if (scheme == "ssh") {
    return Error(ErrorKind::Unsupported,
                 fmt::format("{}: {}: engines behind ssh are not handled", origin, printable(text)))
        .hint(
            "Forward its socket: ssh -nNT -L /tmp/engine.sock:/var/run/docker.sock HOST, and set "
            "DOCKER_HOST=unix:///tmp/engine.sock");
  }
  bool is_tcp = scheme == "tcp" || scheme == "http" || scheme == "https";
  if (!is_tcp || rest.empty()) {
    return Error(ErrorKind::Unsupported,
                 fmt::format("{}: {} is no address of an engine", origin, printable(text)))
        .hint("Use unix:///path/to/socket or tcp://host:port");
  }
  bool is_secure = scheme == "https" || (scheme == "tcp" && uses_tls);
  std::string_view address = rest.substr(0, rest.find('/'));
  std::string host(address);
  size_t bracket = address.rfind(']');
  bool has_port =
      address.find(':', bracket == std::string_view::npos ? 0 : bracket) != std::string_view::npos;
  if (!has_port && scheme == "tcp") host += is_secure ? ":2376" : ":2375";
  EngineHost found;
  found.base_url = fmt::format("{}://{}", is_secure ? "https" : "http", host);
  return found;
}

Result<EngineHost> docker_host(const OpenOptions& options) {
  if (!options.docker_socket.empty()) return unix_host(options.docker_socket);
  std::string host = environment("DOCKER_HOST");
  if (!host.empty()) return host_of_environment(host);
  TRY_ASSIGN(std::string context, context_name(options.limits));
  return context.empty() ? Result<EngineHost>(default_docker_host())
                         : host_of_context(context, options.limits);
}

Result<EngineHost> podman_host(const OpenOptions& options) {
  if (!options.podman_socket.empty()) return unix_host(options.podman_socket);
  std::string host = environment("CONTAINER_HOST");
  if (!host.empty()) return parse_engine_host(host, "CONTAINER_HOST", false);
  std::string runtime = environment("XDG_RUNTIME_DIR");
  std::string own = runtime + "/podman/podman.sock";
  std::string system = "/run/podman/podman.sock";
  if (!runtime.empty() && is_socket(own)) return unix_host(own);
  if (is_socket(system)) return unix_host(system);
  return Error(ErrorKind::NotFound, "no socket of Podman is there");
}

}  // namespace whittle
