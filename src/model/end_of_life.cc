// Dates as they were known in the middle of 2025; where long-term support is free for everybody
// (Debian LTS) its end counts. The makers' lists, to check by: wiki.debian.org/LTS,
// ubuntu.com/about/ release-cycle, alpinelinux.org/releases, docs.fedoraproject.org (life cycle),
// centos.org, aws.amazon.com (Amazon Linux), en.opensuse.org/Lifetime,
// devguide.python.org/versions, nodejs.org (release schedule), ruby-lang.org (branches),
// php.net/supported-versions, go.dev/doc/devel/release, dotnet.microsoft.com (support policy),
// postgresql.org/support/ versioning, mysql.com (lifetime support), mongodb.com (support policy).
#include "model/end_of_life.h"

#include <algorithm>
#include <array>

namespace whittle {

namespace {

constexpr EndOfLife kRows[] = {
    {"debian", "7", "2018-05-31"},
    {"debian", "8", "2020-06-30"},
    {"debian", "9", "2022-06-30"},
    {"debian", "10", "2024-06-30"},
    {"debian", "11", "2026-08-31"},
    {"debian", "12", "2028-06-30"},
    {"debian", "13", "2030-06-30"},
    {"ubuntu", "12.04", "2017-04-28"},
    {"ubuntu", "14.04", "2019-04-25"},
    {"ubuntu", "16.04", "2021-04-30"},
    {"ubuntu", "17.10", "2018-07-19"},
    {"ubuntu", "18.04", "2023-05-31"},
    {"ubuntu", "18.10", "2019-07-18"},
    {"ubuntu", "19.04", "2020-01-23"},
    {"ubuntu", "19.10", "2020-07-17"},
    {"ubuntu", "20.04", "2025-05-31"},
    {"ubuntu", "20.10", "2021-07-22"},
    {"ubuntu", "21.04", "2022-01-20"},
    {"ubuntu", "21.10", "2022-07-14"},
    {"ubuntu", "22.04", "2027-06-30"},
    {"ubuntu", "22.10", "2023-07-20"},
    {"ubuntu", "23.04", "2024-01-25"},
    {"ubuntu", "23.10", "2024-07-11"},
    {"ubuntu", "24.04", "2029-06-30"},
    {"ubuntu", "24.10", "2025-07-10"},
    {"ubuntu", "25.04", "2026-01-15"},
    {"alpine", "3.3", "2017-11-01"},
    {"alpine", "3.4", "2018-05-01"},
    {"alpine", "3.5", "2018-11-01"},
    {"alpine", "3.6", "2019-05-01"},
    {"alpine", "3.7", "2019-11-01"},
    {"alpine", "3.8", "2020-05-01"},
    {"alpine", "3.9", "2020-11-01"},
    {"alpine", "3.10", "2021-05-01"},
    {"alpine", "3.11", "2021-11-01"},
    {"alpine", "3.12", "2022-05-01"},
    {"alpine", "3.13", "2022-11-01"},
    {"alpine", "3.14", "2023-05-01"},
    {"alpine", "3.15", "2023-11-01"},
    {"alpine", "3.16", "2024-05-23"},
    {"alpine", "3.17", "2024-11-22"},
    {"alpine", "3.18", "2025-05-09"},
    {"alpine", "3.19", "2025-11-01"},
    {"alpine", "3.20", "2026-04-01"},
    {"alpine", "3.21", "2026-11-01"},
    {"alpine", "3.22", "2027-05-01"},
    {"centos", "5", "2017-03-31"},
    {"centos", "centos5", "2017-03-31"},
    {"centos", "6", "2020-11-30"},
    {"centos", "centos6", "2020-11-30"},
    {"centos", "7", "2024-06-30"},
    {"centos", "centos7", "2024-06-30"},
    {"centos", "8", "2021-12-31"},
    {"centos", "centos8", "2021-12-31"},
    {"centos", "stream8", "2024-05-31"},
    {"centos", "stream9", "2027-05-31"},
    {"fedora", "30", "2020-05-26"},
    {"fedora", "31", "2020-11-24"},
    {"fedora", "32", "2021-05-25"},
    {"fedora", "33", "2021-11-30"},
    {"fedora", "34", "2022-06-07"},
    {"fedora", "35", "2022-12-13"},
    {"fedora", "36", "2023-05-16"},
    {"fedora", "37", "2023-12-05"},
    {"fedora", "38", "2024-05-21"},
    {"fedora", "39", "2024-11-26"},
    {"fedora", "40", "2025-05-13"},
    {"fedora", "41", "2025-12-15"},
    {"amazonlinux", "1", "2023-12-31"},
    {"amazonlinux", "2018.03", "2023-12-31"},
    {"amazonlinux", "2", "2026-06-30"},
    {"amazonlinux", "2023", "2029-06-30"},
    {"opensuse/leap", "15.3", "2022-12-31"},
    {"opensuse/leap", "15.4", "2023-12-07"},
    {"opensuse/leap", "15.5", "2024-12-31"},
    {"opensuse/leap", "15.6", "2026-04-30"},
    {"python", "2", "2020-01-01"},
    {"python", "2.7", "2020-01-01"},
    {"python", "3.4", "2019-03-18"},
    {"python", "3.5", "2020-09-30"},
    {"python", "3.6", "2021-12-23"},
    {"python", "3.7", "2023-06-27"},
    {"python", "3.8", "2024-10-07"},
    {"python", "3.9", "2025-10-31"},
    {"python", "3.10", "2026-10-31"},
    {"python", "3.11", "2027-10-31"},
    {"python", "3.12", "2028-10-31"},
    {"python", "3.13", "2029-10-31"},
    {"node", "4", "2018-04-30"},
    {"node", "6", "2019-04-30"},
    {"node", "8", "2019-12-31"},
    {"node", "9", "2018-06-30"},
    {"node", "10", "2021-04-30"},
    {"node", "11", "2019-06-01"},
    {"node", "12", "2022-04-30"},
    {"node", "13", "2020-06-01"},
    {"node", "14", "2023-04-30"},
    {"node", "15", "2021-06-01"},
    {"node", "16", "2023-09-11"},
    {"node", "17", "2022-06-01"},
    {"node", "18", "2025-04-30"},
    {"node", "19", "2023-06-01"},
    {"node", "20", "2026-04-30"},
    {"node", "21", "2024-06-01"},
    {"node", "22", "2027-04-30"},
    {"node", "23", "2025-06-01"},
    {"node", "24", "2028-04-30"},
    {"ruby", "2.4", "2020-04-05"},
    {"ruby", "2.5", "2021-04-05"},
    {"ruby", "2.6", "2022-04-12"},
    {"ruby", "2.7", "2023-03-31"},
    {"ruby", "3.0", "2024-04-23"},
    {"ruby", "3.1", "2025-03-26"},
    {"ruby", "3.2", "2026-03-31"},
    {"ruby", "3.3", "2027-03-31"},
    {"ruby", "3.4", "2028-03-31"},
    {"php", "5", "2018-12-31"},
    {"php", "5.6", "2018-12-31"},
    {"php", "7", "2022-11-28"},
    {"php", "7.0", "2019-01-10"},
    {"php", "7.1", "2019-12-01"},
    {"php", "7.2", "2020-11-30"},
    {"php", "7.3", "2021-12-06"},
    {"php", "7.4", "2022-11-28"},
    {"php", "8.0", "2023-11-26"},
    {"php", "8.1", "2025-12-31"},
    {"php", "8.2", "2026-12-31"},
    {"php", "8.3", "2027-12-31"},
    {"php", "8.4", "2028-12-31"},
    {"golang", "1.12", "2020-02-25"},
    {"golang", "1.13", "2020-08-11"},
    {"golang", "1.14", "2021-02-16"},
    {"golang", "1.15", "2021-08-16"},
    {"golang", "1.16", "2022-03-15"},
    {"golang", "1.17", "2022-08-02"},
    {"golang", "1.18", "2023-02-01"},
    {"golang", "1.19", "2023-08-08"},
    {"golang", "1.20", "2024-02-06"},
    {"golang", "1.21", "2024-08-13"},
    {"golang", "1.22", "2025-02-11"},
    {"dotnet", "2.1", "2021-08-21"},
    {"dotnet", "3.1", "2022-12-13"},
    {"dotnet", "5.0", "2022-05-10"},
    {"dotnet", "6.0", "2024-11-12"},
    {"dotnet", "7.0", "2024-05-14"},
    {"dotnet", "8.0", "2026-11-10"},
    {"postgres", "9.5", "2021-02-11"},
    {"postgres", "9.6", "2021-11-11"},
    {"postgres", "10", "2022-11-10"},
    {"postgres", "11", "2023-11-09"},
    {"postgres", "12", "2024-11-21"},
    {"postgres", "13", "2025-11-13"},
    {"postgres", "14", "2026-11-12"},
    {"postgres", "15", "2027-11-11"},
    {"postgres", "16", "2028-11-09"},
    {"postgres", "17", "2029-11-08"},
    {"mysql", "5.6", "2021-02-05"},
    {"mysql", "5.7", "2023-10-31"},
    {"mysql", "8.0", "2026-04-30"},
    {"mongo", "4.2", "2023-04-30"},
    {"mongo", "4.4", "2024-02-29"},
    {"mongo", "5.0", "2024-10-31"},
    {"mongo", "6.0", "2025-07-31"},
};

struct Release {
  std::string_view name;
  std::string_view product;
  std::string_view cycle;
};

constexpr Release kReleases[] = {
    {"wheezy", "debian", "7"},
    {"jessie", "debian", "8"},
    {"stretch", "debian", "9"},
    {"buster", "debian", "10"},
    {"bullseye", "debian", "11"},
    {"bookworm", "debian", "12"},
    {"trixie", "debian", "13"},
    {"precise", "ubuntu", "12.04"},
    {"trusty", "ubuntu", "14.04"},
    {"xenial", "ubuntu", "16.04"},
    {"bionic", "ubuntu", "18.04"},
    {"focal", "ubuntu", "20.04"},
    {"jammy", "ubuntu", "22.04"},
    {"noble", "ubuntu", "24.04"},
    {"kinetic", "ubuntu", "22.10"},
    {"lunar", "ubuntu", "23.04"},
    {"mantic", "ubuntu", "23.10"},
    {"oracular", "ubuntu", "24.10"},
};

// Names that node gives its lines.
constexpr Release kNodeReleases[] = {
    {"boron", "node", "6"},
    {"carbon", "node", "8"},
    {"dubnium", "node", "10"},
    {"erbium", "node", "12"},
    {"fermium", "node", "14"},
    {"gallium", "node", "16"},
    {"hydrogen", "node", "18"},
    {"iron", "node", "20"},
    {"jod", "node", "22"},
};

const EndOfLife* row_of(std::string_view product, std::string_view cycle) {
  const EndOfLife* row = std::find_if(std::begin(kRows), std::end(kRows), [&](const EndOfLife& r) {
    return r.product == product && r.cycle == cycle;
  });
  return row == std::end(kRows) ? nullptr : row;
}

template <size_t size>
const EndOfLife* row_of_name(const Release (&releases)[size],
                             std::string_view product,
                             std::string_view word) {
  for (const Release& release : releases) {
    bool is_it = release.name == word && (product.empty() || release.product == product);
    if (is_it) return row_of(release.product, release.cycle);
  }
  return nullptr;
}

}  // namespace

const EndOfLife* find_end_of_life(std::string_view product, std::string_view version) {
  version = version.substr(0, version.find('-'));
  if (const EndOfLife* row = row_of_name(kReleases, product, version)) return row;
  if (const EndOfLife* row = row_of_name(kNodeReleases, product, version)) return row;
  // The longest front of the version that is a cycle: "3.7.4", "3.7", "3".
  while (!version.empty()) {
    if (const EndOfLife* row = row_of(product, version)) return row;
    size_t dot = version.rfind('.');
    version = dot == version.npos ? "" : version.substr(0, dot);
  }
  return nullptr;
}

const EndOfLife* find_release(std::string_view word) {
  constexpr std::string_view kAlpine = "alpine";
  if (word.starts_with(kAlpine) && word.size() > kAlpine.size())
    return find_end_of_life("alpine", word.substr(kAlpine.size()));
  return row_of_name(kReleases, "", word);
}

}  // namespace whittle
