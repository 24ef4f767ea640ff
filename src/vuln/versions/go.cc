// Go: golang.org/x/mod/semver for modules (a pseudo-version is a label, "+incompatible" is build
// metadata), and the releases of the toolchain: "go1.21rc2" is 1.21.0-rc.2.
#include "base/strings.h"
#include "vuln/versions/precedence.h"
#include "vuln/versions/rows.h"

namespace whittle {

namespace {

// Without "go", and without what the toolchain appends: "go1.22.1 X:boringcrypto".
std::string_view plain(std::string_view version) {
  version = trim(version);
  if (version.starts_with("go")) version.remove_prefix(2);
  return version.substr(0, version.find_first_of(" \t"));
}

// The toolchain writes "rc2" where SemVer has "rc.2".
std::string dotted_label(std::string_view label) {
  for (std::string_view name : {"rc", "beta"}) {
    if (!label.starts_with(name) || label.size() == name.size()) continue;
    std::string_view number = label.substr(name.size());
    if (number.find_first_not_of("0123456789") != std::string_view::npos) continue;
    return std::string(name) + "." + std::string(number);
  }
  return std::string(label);
}

}  // namespace

int compare_go(std::string_view a, std::string_view b) {
  Precedence left = precedence_of(plain(a));
  Precedence right = precedence_of(plain(b));
  std::string left_label = dotted_label(left.label);
  std::string right_label = dotted_label(right.label);
  left.label = left_label;
  right.label = right_label;
  return compare_precedence(left, right);
}

// "(devel)" and "devel go1.23-abcdef" are none.
bool is_go_version(std::string_view version) {
  return precedence_of(plain(version)).is_sound;
}

}  // namespace whittle
