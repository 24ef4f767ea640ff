// URLs: taking them apart, resolving redirects, percent-encoding (RFC 3986, by libcurl's parser).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace whittle {

struct Url {
  std::string scheme;  // lower case: "http", "https"
  std::string host;    // lower case; IPv6 addresses in brackets
  uint16_t port = 0;   // the scheme's own when the text names none
  std::string path;    // "/" at least, as written
  std::string query;   // without '?'

  bool has_origin_of(const Url& other) const {
    return scheme == other.scheme && host == other.host && port == other.port;
  }
};

// Of an absolute http or https URL; Invalid otherwise, also for one that carries a user or
// password.
Result<Url> parse_url(std::string_view text);
// Where `location` leads from `base`, as an absolute URL without a fragment. Invalid as parse_url.
Result<std::string> resolve_url(const std::string& base, const std::string& location);
// "localhost", names below it, 127.0.0.0/8 and ::1, with or without a port or brackets.
bool is_loopback_host(std::string_view host);

// For a path segment or a query value: everything but unreserved characters (RFC 3986) and those of
// `extra_allowed` as %XX.
std::string percent_encode(std::string_view text, std::string_view extra_allowed = "");

}  // namespace whittle
