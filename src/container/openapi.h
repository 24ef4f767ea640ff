// OpenAPI 3 and Swagger 2: which requests a service takes. Sources: OpenAPI Specification 3.1 and
// 2.0.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "container/probe.h"

namespace whittle {

// Requests of one document that are made.
inline constexpr size_t kMaxApiRequests = 500;

// The requests of a document in JSON, sorted by path, with the values that it names as examples,
// defaults or choices, or else with ones of the right type. GET and HEAD alone unless `may_write`;
// never what is_harmful_link() says. Errors: Invalid for what is no such document.
Result<std::vector<HttpProbe>> read_openapi(std::string_view json, bool may_write);

}  // namespace whittle
