// The ecosystems of OSV: by which order their versions go, how their names are written, and which
// packages of an image are theirs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/package.h"
#include "vuln/versions/versions.h"

namespace whittle {

enum class NameRule : uint8_t { AsIs, LowerCase, Pep503, MavenColon };

struct Ecosystem {
  std::string_view name;   // "Debian"; what follows ":" in a record is its release
  std::string_view order;  // a row of version_orders()
  std::string_view type;   // of packages: "deb"
  NameRule name_rule = NameRule::AsIs;
  bool is_distribution = false;
};

const std::vector<Ecosystem>& ecosystem_table();
// Of "Debian" and "Debian:12"; null for one that no package of an image belongs to.
const Ecosystem* find_ecosystem(std::string_view name);
// As the index has it: "Foo_Bar" of PyPI is "foo-bar".
std::string index_name(const Ecosystem& ecosystem, std::string_view name);

// Which package of the distribution a record's name is.
enum class NamedBy : uint8_t { Source, Binary, Both };

// A distribution: the ecosystem with its advisories and the releases that are meant.
struct DistributionRow {
  std::string_view id;         // of os-release: "debian"
  std::string_view ecosystem;  // "Debian"
  NamedBy named_by;
  // True if the release of a record ("12", "22.04:LTS") is the image's.
  bool (*fits)(std::string_view release, const Distribution& distribution);
};

// By ID, else by ID_LIKE where the versions are the same (none yet); null for an unknown one.
const DistributionRow* find_distribution(const Distribution& distribution);

}  // namespace whittle
