// CVSS base scores from their vectors, as the specifications of FIRST define them: 2.0, 3.0, 3.1
// and 4.0. Metrics of the threat and the environment are left out of account.
#pragma once

#include <optional>
#include <string_view>

#include "model/scan_report.h"

namespace whittle {

// 0.0 to 10.0; nullopt for what is no whole base vector of a version that is known. "CVSS:3.1/..."
// or the bare "AV:N/AC:L/Au:N/C:P/I:P/A:P" of 2.0.
std::optional<double> cvss_base_score(std::string_view vector);

// By the specification's qualitative scale; of 2.0 by NVD's (there is no Critical).
RiskLevel risk_of_score(double score, bool is_version_2);

// Of "HIGH", "important", "negligible" and the like; Unknown for other words.
RiskLevel risk_of_word(std::string_view word);

}  // namespace whittle
