// What the forms of an inventory share: names, identities, licenses, where a package came from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/analysis_report.h"

namespace whittle {

// Those that are installed, in the order of the catalog: all before the first that is not.
size_t installed_count(const PackageCatalog& catalog);

// "2024-05-01T12:00:00Z"
std::string utc_text(int64_t seconds);
// RFC 3339 in any time zone to seconds since 1970; nullopt for what is none.
std::optional<int64_t> parse_time(std::string_view text);

// An UUID (RFC 9562, version 5) of the image and what was found in it, so that one image gives one
// document.
std::string sbom_uuid(const SbomReport& report);

// "pkg:oci/debian@sha256:...?arch=amd64&repository_url=..."; "" for an image without a digest.
std::string image_url(const Analysis& analysis);
// "pkg:docker/team/shop@1.4", for an image that has a name and no digest; "" without a name.
std::string image_name_url(const Analysis& analysis);

// What is known of a package beside the fields of every format, by the names that read_sbom() of
// packages/ knows: "whittle:layer", "whittle:source:name", ...
std::vector<std::pair<std::string, std::string>> sbom_properties(const Analysis& analysis,
                                                                 const Package& package);

}  // namespace whittle
