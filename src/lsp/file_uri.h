// URIs of documents to paths. Source: RFC 8089, RFC 3986.
#pragma once

#include <optional>
#include <string_view>

#include "base/fs.h"

namespace whittle {

// The path of "file:///a%20b"; nullopt for another scheme, another host or a bad escape. The way
// back is uri_of() of report/lint_parts.h.
std::optional<fs::path> path_of_uri(std::string_view uri);

}  // namespace whittle
