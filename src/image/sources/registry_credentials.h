// Inside of sources: who to log in to a registry as. Reads what `docker login` and `podman login`
// leave behind (docker/cli config.json; containers-auth.json(5)) and asks credential helpers
// (docker-credential-helpers: `docker-credential-NAME get`).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "image/source.h"

namespace whittle {

struct Credentials {
  std::string username;
  std::string password;
  std::string identity_token;  // an OAuth2 refresh token
  std::string registry_token;  // a bearer token as it is

  bool is_empty() const {
    return username.empty() && password.empty() && identity_token.empty() && registry_token.empty();
  }
};

// What a file says about a repository.
struct AuthEntry {
  Credentials credentials;
  std::string helper;  // to be asked first; "" for none
};

// `text` is a config.json or auth.json. The entry of the longest name that fits counts: the
// repository itself, a part of its path, its host. Invalid for JSON of another shape.
Result<AuthEntry> read_auth_entry(std::string_view text,
                                  std::string_view host,
                                  std::string_view repository,
                                  const Limits& limits);
// What a helper printed.
Result<Credentials> parse_helper_answer(std::string_view text, const Limits& limits);

// WHITTLE_REGISTRY_USERNAME and WHITTLE_REGISTRY_PASSWORD (for the host WHITTLE_REGISTRY_HOST, or
// for any if that is not set), then the first that knows the host of: RegistryOptions::auth_file,
// $REGISTRY_AUTH_FILE, Docker's config.json, the auth.json of Podman and others. Empty if there are
// none. A helper that fails is a note, and so is a file that cannot be read, unless it is
// RegistryOptions::auth_file.
Result<Credentials> find_credentials(std::string_view host,
                                     std::string_view repository,
                                     const OpenOptions& options);

}  // namespace whittle
