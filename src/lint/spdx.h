// License expressions as SPDX writes them.
#pragma once

#include <string_view>

namespace whittle {

// "MIT", "GPL-2.0-or-later WITH Classpath-exception-2.0", "(MIT OR Apache-2.0) AND BSD-3-Clause".
// Identifiers in any case. Source: SPDX specification 2.3, annex D; the license list, 3.x.
bool is_spdx_expression(std::string_view text);

}  // namespace whittle
