#include "vuln/ecosystems.h"

#include "base/strings.h"

namespace whittle {

const std::vector<Ecosystem>& ecosystem_table() {
  static const std::vector<Ecosystem> table = {
      {"AlmaLinux", "rpm", "rpm", NameRule::AsIs, true},
      {"Alpine", "apk", "apk", NameRule::AsIs, true},
      {"Azure Linux", "rpm", "rpm", NameRule::AsIs, true},
      {"Bitnami", "bitnami", "bitnami", NameRule::LowerCase},
      {"CRAN", "numbers", "cran"},
      {"Chainguard", "apk", "apk", NameRule::AsIs, true},
      {"Debian", "dpkg", "deb", NameRule::AsIs, true},
      {"Go", "go", "golang"},
      {"Hackage", "numbers", "hackage"},
      {"Hex", "semver", "hex", NameRule::LowerCase},
      {"Julia", "semver", "julia"},
      {"Mageia", "rpm", "rpm", NameRule::AsIs, true},
      {"Maven", "maven", "maven", NameRule::MavenColon},
      {"MinimOS", "apk", "apk", NameRule::AsIs, true},
      {"NuGet", "nuget", "nuget", NameRule::LowerCase},
      {"Packagist", "composer", "composer", NameRule::LowerCase},
      {"Photon OS", "rpm", "rpm", NameRule::AsIs, true},
      {"Pub", "semver", "pub"},
      {"PyPI", "pep440", "pypi", NameRule::Pep503},
      {"Red Hat", "rpm", "rpm", NameRule::AsIs, true},
      {"Rocky Linux", "rpm", "rpm", NameRule::AsIs, true},
      {"RubyGems", "gem", "gem"},
      {"SUSE", "rpm", "rpm", NameRule::AsIs, true},
      {"Ubuntu", "dpkg", "deb", NameRule::AsIs, true},
      {"Wolfi", "apk", "apk", NameRule::AsIs, true},
      {"crates.io", "semver", "cargo"},
      {"npm", "semver", "npm"},
      {"openEuler", "rpm", "rpm", NameRule::AsIs, true},
      {"openSUSE", "rpm", "rpm", NameRule::AsIs, true},
  };
  return table;
}

const Ecosystem* find_ecosystem(std::string_view name) {
  std::string_view base = name.substr(0, name.find(':'));
  for (const Ecosystem& ecosystem : ecosystem_table()) {
    if (ecosystem.name == base) return &ecosystem;
  }
  return nullptr;
}

namespace {

// PEP 503: runs of "-", "_" and "." are one "-".
std::string pep503(std::string_view name) {
  std::string out;
  for (char c : to_lower(name)) {
    bool is_dash = c == '-' || c == '_' || c == '.';
    if (!is_dash) {
      out += c;
    } else if (out.empty() || out.back() != '-') {
      out += '-';
    }
  }
  return out;
}

// "12" of "12.7".
std::string_view major(std::string_view version) {
  return version.substr(0, version.find('.'));
}

bool fits_major(std::string_view release, const Distribution& distribution) {
  return !distribution.version.empty() && release == major(distribution.version);
}

bool fits_version(std::string_view release, const Distribution& distribution) {
  return !distribution.version.empty() && release == distribution.version;
}

bool fits_any(std::string_view /*release*/, const Distribution& /*distribution*/) {
  return true;
}

// "v3.19": the branch that the repositories name, else the version's first two numbers.
bool fits_alpine(std::string_view release, const Distribution& distribution) {
  if (!distribution.branch.empty()) return release == distribution.branch;
  std::vector<std::string_view> numbers = split(distribution.version, '.');
  if (numbers.size() < 2 || !release.starts_with('v')) return false;
  return release.substr(1) == std::string(numbers[0]) + "." + std::string(numbers[1]);
}

// "22.04", "22.04:LTS", "Pro:22.04:LTS" (and "Pro:FIPS:22.04:LTS", which is another distribution).
bool fits_ubuntu(std::string_view release, const Distribution& distribution) {
  if (release.starts_with("Pro:")) release.remove_prefix(4);
  if (release.ends_with(":LTS")) release.remove_suffix(4);
  return fits_version(release, distribution);
}

// "enterprise_linux:9::baseos", "rhel_eus:9.2::appstream" by the number behind the product.
bool fits_red_hat(std::string_view release, const Distribution& distribution) {
  std::vector<std::string_view> parts = split(release, ':');
  if (parts.size() < 2 || distribution.version.empty()) return false;
  if (parts[0] == "enterprise_linux") return parts[1] == major(distribution.version);
  bool is_stream = parts[0].starts_with("rhel_") && contains(parts[1], ".");
  return is_stream && parts[1] == distribution.version;
}

// "Leap 15.5", "Tumbleweed"; "Linux Enterprise Server 15 SP5" and its modules.
bool fits_suse(std::string_view release, const Distribution& distribution) {
  if (release == "Tumbleweed") return contains(distribution.id, "tumbleweed");
  std::vector<std::string_view> numbers = split(distribution.version, '.');
  if (release.starts_with("Leap ")) {
    return distribution.id == "opensuse-leap" && release.substr(5) == distribution.version;
  }
  if (numbers.empty() || numbers[0].empty()) return false;
  std::string end = " " + std::string(numbers[0]);
  if (numbers.size() > 1 && numbers[1] != "0") end += " SP" + std::string(numbers[1]);
  return release.ends_with(end);
}

const std::vector<DistributionRow>& distribution_table() {
  static const std::vector<DistributionRow> table = {
      {"debian", "Debian", NamedBy::Source, fits_major},
      {"ubuntu", "Ubuntu", NamedBy::Source, fits_ubuntu},
      {"alpine", "Alpine", NamedBy::Source, fits_alpine},
      {"wolfi", "Wolfi", NamedBy::Both, fits_any},
      {"chainguard", "Chainguard", NamedBy::Both, fits_any},
      {"minimos", "MinimOS", NamedBy::Both, fits_any},
      {"rhel", "Red Hat", NamedBy::Both, fits_red_hat},
      {"centos", "Red Hat", NamedBy::Both, fits_red_hat},
      {"rocky", "Rocky Linux", NamedBy::Both, fits_major},
      {"almalinux", "AlmaLinux", NamedBy::Both, fits_major},
      {"sles", "SUSE", NamedBy::Both, fits_suse},
      {"sled", "SUSE", NamedBy::Both, fits_suse},
      {"opensuse-leap", "openSUSE", NamedBy::Both, fits_suse},
      {"opensuse-tumbleweed", "openSUSE", NamedBy::Both, fits_suse},
      {"azurelinux", "Azure Linux", NamedBy::Both, fits_major},
      {"mariner", "Azure Linux", NamedBy::Both, fits_major},
      {"mageia", "Mageia", NamedBy::Source, fits_major},
      {"photon", "Photon OS", NamedBy::Both, fits_version},
      {"openEuler", "openEuler", NamedBy::Both, fits_version},
  };
  return table;
}

}  // namespace

std::string index_name(const Ecosystem& ecosystem, std::string_view name) {
  switch (ecosystem.name_rule) {
    case NameRule::LowerCase:
      return to_lower(name);
    case NameRule::Pep503:
      return pep503(name);
    case NameRule::MavenColon:
      return replace_all(name, "/", ":");
    case NameRule::AsIs:
      break;
  }
  return std::string(name);
}

const DistributionRow* find_distribution(const Distribution& distribution) {
  for (const DistributionRow& row : distribution_table()) {
    if (row.id == distribution.id) return &row;
  }
  return nullptr;
}

}  // namespace whittle
