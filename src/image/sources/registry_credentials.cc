#include "image/sources/registry_credentials.h"

#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "base/environment.h"
#include "base/fs.h"
#include "base/strings.h"
#include "base/subprocess.h"
#include "image/json.h"
#include "image/sources/base64.h"
#include "image/sources/registry_reference.h"

namespace whittle {

using nlohmann::json;

namespace {

constexpr uint64_t kMaxFileBytes = 4ULL << 20;
constexpr uint64_t kHelperTimeoutMs = 30'000;
// Helpers say so in the user name when the secret is a refresh token.
constexpr std::string_view kTokenUser = "<token>";
constexpr std::string_view kHubKey = "https://index.docker.io/v1/";

// "https://index.docker.io/v1/" to "docker.io", "Host:5000/team/" to "host:5000/team".
std::string canonical_key(std::string_view key) {
  for (std::string_view scheme : {"https://", "http://"}) {
    if (key.starts_with(scheme)) key.remove_prefix(scheme.size());
  }
  while (key.ends_with('/')) key.remove_suffix(1);
  for (std::string_view version : {"/v1", "/v2"}) {
    if (key.ends_with(version)) key.remove_suffix(version.size());
  }
  size_t slash = std::min(key.find('/'), key.size());
  return canonical_registry_host(key.substr(0, slash)) + std::string(key.substr(slash));
}

// "host/a/b", "host/a", "host".
std::vector<std::string> candidate_keys(std::string_view host, std::string_view repository) {
  std::string key = fmt::format("{}/{}", host, repository);
  std::vector<std::string> keys = {key};
  for (size_t slash = key.rfind('/'); slash != std::string::npos; slash = key.rfind('/')) {
    key.resize(slash);
    keys.push_back(key);
  }
  return keys;
}

// The member whose name fits best; null if none does.
const json* find_member(const json& object, std::string_view host, std::string_view repository) {
  for (const std::string& wanted : candidate_keys(host, repository)) {
    for (const auto& [key, value] : object.items()) {
      if (canonical_key(key) == wanted) return &value;
    }
  }
  return nullptr;
}

Status split_user(std::string_view text, Credentials& into) {
  size_t colon = text.find(':');
  if (colon == std::string_view::npos)
    return Error(ErrorKind::Invalid, "an `auth` without a colon");
  into.username = text.substr(0, colon);
  into.password = text.substr(colon + 1);
  // Docker once padded with zero bytes.
  while (into.password.ends_with('\0')) into.password.pop_back();
  return {};
}

Result<Credentials> parse_auth(const json& entry) {
  Credentials found;
  if (!entry.is_object()) return found;
  TRY_ASSIGN(found.username, json_string(entry, "username"));
  TRY_ASSIGN(found.password, json_string(entry, "password"));
  TRY_ASSIGN(found.identity_token, json_string(entry, "identitytoken"));
  TRY_ASSIGN(found.registry_token, json_string(entry, "registrytoken"));
  TRY_ASSIGN(std::string auth, json_string(entry, "auth"));
  if (auth.empty()) return found;
  std::optional<std::string> plain = decode_base64(auth);
  if (!plain) return Error(ErrorKind::Invalid, "an `auth` that is not base64");
  TRY(split_user(*plain, found));
  return found;
}

void take_token_user(Credentials& credentials) {
  if (credentials.username != kTokenUser) return;
  credentials.identity_token = std::exchange(credentials.password, "");
  credentials.username.clear();
}

bool is_helper_name(std::string_view name) {
  constexpr std::string_view kExtra = "-_.";
  for (char c : name) {
    if (!is_alpha(c) && !is_digit(c) && kExtra.find(c) == std::string_view::npos) return false;
  }
  return !name.empty() && name.front() != '.';
}

// Empty if the helper knows nothing.
Result<Credentials> ask_helper(const std::string& name,
                               std::string_view host,
                               const OpenOptions& options) {
  Command command;
  command.args = {"docker-credential-" + name, "get"};
  command.input = host == "docker.io" ? std::string(kHubKey) : std::string(host);
  command.timeout_ms = kHelperTimeoutMs;
  TRY_ASSIGN(CommandResult result, run_command(command, *options.cancel));
  if (result.succeeded()) return parse_helper_answer(result.out, options.limits);
  // The protocol's words for it, on either stream.
  if (contains(result.out + result.err, "credentials not found")) return Credentials();
  std::string_view said = trim(result.err.empty() ? result.out : result.err);
  return Error(fmt::format("exit code {}: {}", result.exit_code, printable(said.substr(0, 200))));
}

Result<Credentials> from_file(const fs::path& path,
                              std::string_view host,
                              std::string_view repository,
                              const OpenOptions& options) {
  TRY_ASSIGN(std::string text, read_file(path, kMaxFileBytes));
  TRY_ASSIGN(AuthEntry entry, read_auth_entry(text, host, repository, options.limits));
  if (entry.helper.empty()) return std::move(entry.credentials);
  Result<Credentials> helped = ask_helper(entry.helper, host, options);
  if (helped.ok() && !helped->is_empty()) return helped;
  if (!helped.ok() && helped.error().kind() == ErrorKind::Cancelled) return helped;
  if (!helped.ok()) {
    options.progress->note(
        fmt::format("docker-credential-{}: {}", printable(entry.helper), helped.error().message()));
  }
  return std::move(entry.credentials);
}

Credentials from_environment(std::string_view host) {
  Credentials found;
  std::string only = environment("WHITTLE_REGISTRY_HOST");
  if (!only.empty() && canonical_registry_host(only) != host) return found;
  found.username = environment("WHITTLE_REGISTRY_USERNAME");
  found.password = environment("WHITTLE_REGISTRY_PASSWORD");
  take_token_user(found);
  return found;
}

struct AuthFile {
  fs::path path;
  bool is_named = false;  // by the user, for us
};

std::vector<AuthFile> auth_files(const OpenOptions& options) {
  if (!options.registry.auth_file.empty()) return {{options.registry.auth_file, true}};
  std::vector<AuthFile> files;
  std::string named = environment("REGISTRY_AUTH_FILE");
  if (!named.empty()) files.push_back({named, false});
  std::string home = environment("HOME");
  std::string docker = environment("DOCKER_CONFIG");
  if (docker.empty() && !home.empty()) docker = home + "/.docker";
  if (!docker.empty()) files.push_back({fs::path(docker) / "config.json", false});
  std::string runtime = environment("XDG_RUNTIME_DIR");
  runtime =
      runtime.empty() ? fmt::format("/run/containers/{}", ::getuid()) : runtime + "/containers";
  files.push_back({fs::path(runtime) / "auth.json", false});
  std::string config = environment("XDG_CONFIG_HOME");
  if (config.empty() && !home.empty()) config = home + "/.config";
  if (!config.empty()) files.push_back({fs::path(config) / "containers/auth.json", false});
  return files;
}

}  // namespace

Result<Credentials> parse_helper_answer(std::string_view text, const Limits& limits) {
  Credentials found;
  TRY_ASSIGN(json root, parse_json(text, "credential helper", limits));
  TRY_ASSIGN(found.username, json_string(root, "Username"));
  TRY_ASSIGN(found.password, json_string(root, "Secret"));
  take_token_user(found);
  return found;
}

Result<AuthEntry> read_auth_entry(std::string_view text,
                                  std::string_view host,
                                  std::string_view repository,
                                  const Limits& limits) {
  AuthEntry entry;
  if (trim(text).empty()) return entry;
  TRY_ASSIGN(json root, parse_json(text, "auth file", limits));
  if (!root.is_object()) return Error(ErrorKind::Invalid, "auth file: not a JSON object");
  TRY_ASSIGN(const json* auths, json_object(root, "auths"));
  if (auths != nullptr) {
    const json* auth = find_member(*auths, host, repository);
    if (auth != nullptr) {
      TRY_ASSIGN(entry.credentials, parse_auth(*auth));
      take_token_user(entry.credentials);
    }
  }
  TRY_ASSIGN(entry.helper, json_string(root, "credsStore"));
  TRY_ASSIGN(const json* helpers, json_object(root, "credHelpers"));
  const json* own = helpers == nullptr ? nullptr : find_member(*helpers, host, repository);
  if (own != nullptr && own->is_string()) entry.helper = own->get<std::string>();
  if (!entry.helper.empty() && !is_helper_name(entry.helper)) {
    return Error(ErrorKind::Invalid,
                 fmt::format("auth file: `{}` is no name of a helper", printable(entry.helper)));
  }
  return entry;
}

Result<Credentials> find_credentials(std::string_view host,
                                     std::string_view repository,
                                     const OpenOptions& options) {
  Credentials found = from_environment(host);
  if (!found.is_empty()) return found;
  for (const AuthFile& file : auth_files(options)) {
    Result<Credentials> here = from_file(file.path, host, repository, options);
    if (here.ok()) {
      if (!here->is_empty()) return here;
      continue;
    }
    if (here.error().kind() == ErrorKind::Cancelled) return here;
    Error error = std::move(here).error().with(printable(file.path.string()));
    if (file.is_named) return error;
    // Public images need no login: another program's broken file does not keep us from them.
    if (error.kind() != ErrorKind::NotFound) options.progress->note(error.message());
  }
  return Credentials();
}

}  // namespace whittle
