// License expressions as SPDX writes them.
#pragma once

#include <string>
#include <string_view>

namespace whittle {

// "MIT", "GPL-2.0-or-later WITH Classpath-exception-2.0", "(MIT OR Apache-2.0) AND BSD-3-Clause".
// Identifiers in any case. Source: SPDX specification 2.3, annex D; the license list, 3.x.
bool is_spdx_expression(std::string_view text);

// One license of the list as the list writes it ("mit" is "MIT"); "" for anything else.
std::string_view spdx_license(std::string_view text);

// Whether a license of the list came to it after July 2024 (3.24.0). Schemas that spell the list
// out, as that of CycloneDX 1.6, refuse those until they are brought up to date.
bool is_recent_spdx_license(std::string_view id);

// A license as package managers word it to an expression: those are taken as they are, and common
// other names are known ("GPL-2+" of Debian is "GPL-2.0-or-later", "Apache License 2.0",
// "MIT License"). "" for what is none.
std::string to_spdx(std::string_view text);

}  // namespace whittle
