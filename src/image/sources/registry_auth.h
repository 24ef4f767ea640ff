// Inside of sources: how one registry wants to be logged in to (distribution's token
// authentication and its OAuth2 variant; RFC 9110 section 11, RFC 6750), and the tokens it gave.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "image/source.h"
#include "image/sources/registry_credentials.h"
#include "net/http.h"

namespace whittle {

// One way to log in that a 401 offers.
struct Challenge {
  std::string scheme;                         // lower case: "bearer", "basic"
  std::map<std::string, std::string> params;  // names in lower case

  std::string param(const std::string& name) const {
    auto found = params.find(name);
    return found == params.end() ? std::string() : found->second;
  }
};

// All challenges of a WWW-Authenticate header; what is malformed is left out.
std::vector<Challenge> parse_challenges(std::string_view header);

struct TokenAnswer {
  std::string token;
  uint64_t expires_in_seconds = 60;
};

// What a token server answers. Invalid without a token.
Result<TokenAnswer> parse_token_answer(std::string_view body, const Limits& limits);

// Logs in to one registry as one user, for pulling one repository. Thread-safe.
class RegistryAuth {
 public:
  // `tls` and `allows_http` as for the registry itself. Everything must outlive the object.
  RegistryAuth(const HttpClient& http,
               std::string host,
               std::string repository,
               const OpenOptions& options)
      : http_(http),
        host_(std::move(host)),
        repository_(std::move(repository)),
        options_(options) {}

  // The value of the Authorization header; "" while nothing is known or needed.
  std::string header() const;
  // The error of a registry that does not let us, with what to do about it.
  Error refused(std::string_view why) const;
  // A request that carried `used` (header() at that time) was answered with 401: logs in as a
  // challenge says. Errors: Failed with a hint for a login that is refused or impossible.
  Status log_in(const HttpResponse& denied, const std::string& used, const TlsOptions& tls);

 private:
  Status load_credentials();
  // `from` is where the challenge came from.
  Result<TokenAnswer> fetch_token(const Challenge& challenge,
                                  const std::string& from,
                                  const TlsOptions& tls) const;

  const HttpClient& http_;
  std::string host_;
  std::string repository_;
  const OpenOptions& options_;
  mutable std::mutex mutex_;
  std::optional<Credentials> credentials_;
  std::string header_;
  std::chrono::steady_clock::time_point expires_ = std::chrono::steady_clock::time_point::max();
};

}  // namespace whittle
