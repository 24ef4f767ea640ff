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

// A license as package managers word it to an expression: those are taken as they are, and common
// other names are known ("GPL-2+" of Debian is "GPL-2.0-or-later", "Apache License 2.0",
// "MIT License"). "" for what is none.
std::string to_spdx(std::string_view text);

}  // namespace whittle
