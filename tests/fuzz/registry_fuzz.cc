// What registries, their users and their login files say: the first line picks the parser, the rest
// is its input. What is accepted keeps its promises.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/strings.h"
#include "codec/digest.h"
#include "image/sources/registry_auth.h"
#include "image/sources/registry_credentials.h"
#include "image/sources/registry_http.h"
#include "image/sources/registry_reference.h"
#include "net/url.h"

namespace {

using namespace whittle;

void must(bool holds) {
  if (!holds) std::abort();
}

void check_reference(std::string_view text) {
  Result<RegistryReference> reference = parse_registry_reference(text);
  if (!reference.ok()) return;
  // Its full name means the same, and makes a URL of one host.
  Result<RegistryReference> again = parse_registry_reference(reference->name());
  must(again.ok() && again->name() == reference->name());
  Result<Url> url = parse_url("https://" + registry_api_host(reference->host) + "/v2/" +
                              reference->repository + "/manifests/" + reference->version());
  if (!url.ok()) return;
  must(url->path == "/v2/" + reference->repository + "/manifests/" + reference->version());
}

void check_challenges(std::string_view text) {
  for (const Challenge& challenge : parse_challenges(text)) {
    must(!challenge.scheme.empty() && challenge.scheme == to_lower(challenge.scheme));
    static_cast<void>(parse_url(challenge.param("realm")).ok());
  }
}

void check_auth_file(std::string_view text) {
  Limits limits;
  for (std::string_view host : {"docker.io", "h.example:5000"}) {
    Result<AuthEntry> entry = read_auth_entry(text, host, "team/app", limits);
    must(!entry.ok() || entry->helper.find('/') == std::string::npos);
  }
  static_cast<void>(parse_helper_answer(text, limits).ok());
  Result<TokenAnswer> token = parse_token_answer(text, limits);
  must(!token.ok() || token->token.find('\n') == std::string::npos);
}

void check_headers(std::string_view text) {
  std::optional<ContentRange> range = parse_content_range(text);
  must(!range || range->first <= range->last);
  static_cast<void>(parse_retry_after(text, 1'600'000'000));
  static_cast<void>(is_loopback_host(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  size_t line = input.find('\n');
  if (line == std::string_view::npos) return 0;
  std::string_view kind = input.substr(0, line);
  std::string_view text = input.substr(line + 1);
  if (kind == "name") check_reference(text);
  if (kind == "challenge") check_challenges(text);
  if (kind == "auth") check_auth_file(text);
  if (kind == "header") check_headers(text);
  return 0;
}
