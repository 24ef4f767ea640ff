// Bitnami: SemVer, and a revision "-4" of the packaging that comes after the version it is of.
#include "vuln/versions/digits.h"
#include "vuln/versions/precedence.h"
#include "vuln/versions/rows.h"

namespace whittle {

namespace {

struct Revised {
  Precedence version;
  std::string_view revision;
};

Revised revised(std::string_view text) {
  Revised result{precedence_of(text), {}};
  std::string_view& label = result.version.label;
  size_t dash = label.rfind('-');
  std::string_view last = dash == std::string_view::npos ? label : label.substr(dash + 1);
  if (!are_digits(last)) return result;
  result.revision = last;
  label = dash == std::string_view::npos ? std::string_view() : label.substr(0, dash);
  return result;
}

}  // namespace

int compare_bitnami(std::string_view a, std::string_view b) {
  Revised left = revised(a);
  Revised right = revised(b);
  int order = compare_precedence(left.version, right.version);
  return order != 0 ? order : compare_digits(left.revision, right.revision);
}

bool is_bitnami_version(std::string_view version) {
  return precedence_of(version).is_sound;
}

}  // namespace whittle
