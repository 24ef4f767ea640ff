// Package URLs ("purl"): one spelling for a package of any ecosystem. Source: the package-url
// specification (ECMA-427) with its definitions of types.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "model/package.h"

namespace whittle {

// The parts of a URL, decoded.
struct PackageUrl {
  std::string type;        // lower case
  std::string name_space;  // "github.com/spf13", "@angular", "debian"; "" for none
  std::string name;
  std::string version;
  std::map<std::string, std::string> qualifiers;
  std::string subpath;
  bool operator==(const PackageUrl&) const = default;
};

// The canonical text: names spelled as their type wants them, qualifiers by key.
std::string to_string(const PackageUrl& url);
// nullopt for what is no package URL. Takes what is not canonical, as the specification asks.
std::optional<PackageUrl> parse_package_url(std::string_view text);

// "pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12". Packages of an operating system are
// named after the distribution.
std::string package_url(const Package& package, const Distribution& distribution);
// The other way: what the URL tells of the package and, for one of an operating system, of the
// distribution (`id` and `version`; both "" where it does not).
Package package_of(const PackageUrl& url);
Distribution distribution_of(const PackageUrl& url);

}  // namespace whittle
