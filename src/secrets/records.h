// Hits as text, to be kept beside a layer's index: a line each, nothing in it that is secret.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "secrets/scanner.h"

namespace whittle {

// "" for no hits.
std::string write_hits(const std::vector<SecretHit>& hits);
// Lines that are no hit are passed over.
std::vector<SecretHit> read_hits(std::string_view text);

}  // namespace whittle
