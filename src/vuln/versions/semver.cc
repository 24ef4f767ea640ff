// SemVer 2.0.0 (semver.org): npm, crates.io, Hex, Pub and others.
#include "vuln/versions/precedence.h"
#include "vuln/versions/rows.h"

namespace whittle {

int compare_semver(std::string_view a, std::string_view b) {
  return compare_precedence(precedence_of(a), precedence_of(b));
}

bool is_semver_version(std::string_view version) {
  return precedence_of(version).is_sound;
}

}  // namespace whittle
