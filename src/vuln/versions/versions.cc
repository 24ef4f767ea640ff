#include "vuln/versions/versions.h"

#include "vuln/versions/rows.h"

namespace whittle {

const std::vector<VersionOrder>& version_orders() {
  static const std::vector<VersionOrder> table = {
      {"apk", "apk-tools 3: Alpine, Wolfi, Chainguard", compare_apk, is_apk_version},
      {"bitnami", "SemVer with a revision behind it", compare_bitnami, is_bitnami_version},
      {"composer", "PHP's version_compare, as Composer", compare_composer, is_composer_version},
      {"dpkg", "Debian Policy 5.6.12", compare_dpkg, is_dpkg_version},
      {"gem", "Gem::Version of RubyGems", compare_gem, is_gem_version},
      {"go", "Go modules, the standard library's releases", compare_go, is_go_version},
      {"maven", "Maven's ComparableVersion", compare_maven, is_maven_version},
      {"nuget", "NuGetVersion: four numbers, labels in any case", compare_nuget, is_nuget_version},
      {"numbers", "lists of numbers: CRAN, Hackage", compare_numbers, is_numbers_version},
      {"pep440", "PEP 440, and what was before it", compare_pep440, is_pep440_version},
      {"rpm", "rpmvercmp of epoch, version, release", compare_rpm, is_rpm_version},
      {"semver", "SemVer 2.0.0, read generously", compare_semver, is_semver_version},
  };
  return table;
}

const VersionOrder* find_version_order(std::string_view name) {
  for (const VersionOrder& order : version_orders()) {
    if (order.name == name) return &order;
  }
  return nullptr;
}

}  // namespace whittle
