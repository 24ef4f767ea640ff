// NuGetVersion: up to four numbers, SemVer 2 labels in any case, metadata left out.
#include "base/strings.h"
#include "vuln/versions/precedence.h"
#include "vuln/versions/rows.h"

namespace whittle {

int compare_nuget(std::string_view a, std::string_view b) {
  Precedence left = precedence_of(a);
  Precedence right = precedence_of(b);
  int order = compare_number_lists(left.numbers, right.numbers);
  return order != 0 ? order : compare_labels(to_lower(left.label), to_lower(right.label));
}

bool is_nuget_version(std::string_view version) {
  return precedence_of(version).is_sound;
}

}  // namespace whittle
