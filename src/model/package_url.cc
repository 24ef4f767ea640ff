#include "model/package_url.h"

#include <algorithm>
#include <vector>

#include "base/strings.h"

namespace whittle {

namespace {

// How a type wants its parts.
struct TypeRules {
  std::string_view type;
  char separator = 0;  // between namespace and name in a Package's name; 0: there is none
  bool lowers_namespace = false;
  bool lowers_name = false;
  bool is_of_system = false;           // the namespace is the distribution
  std::string_view architecture = {};  // the qualifier that says it; "" for none
  bool has_dashes = false;             // '_' in names is '-'
};

constexpr TypeRules kTypes[] = {
    {"deb", 0, true, true, true, "arch"},
    {"apk", 0, true, true, true, "arch"},
    {"rpm", 0, true, false, true, "arch"},
    {"bitnami", 0, false, true, false, "arch"},
    {"cargo"},
    {"composer", '/', true, true},
    {"conda", 0, false, false, false, "subdir"},
    {"gem", 0, false, false, false, "platform"},
    {"golang", '/', true, true},
    {"maven", ':'},
    {"npm", '/', true, true},
    {"nuget"},
    {"pypi", 0, false, true, false, {}, true},
};

constexpr TypeRules kOtherType{};

const TypeRules& rules_of(std::string_view type) {
  for (const TypeRules& rules : kTypes) {
    if (rules.type == type) return rules;
  }
  return kOtherType;
}

bool is_plain(char c) {
  return is_alpha(c) || is_digit(c) || contains(".-_~:", std::string_view(&c, 1));
}

void append_encoded(std::string_view text, bool keeps_slashes, std::string& into) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  for (char c : text) {
    if (is_plain(c) || (c == '/' && keeps_slashes)) {
      into.push_back(c);
      continue;
    }
    auto byte = static_cast<unsigned char>(c);
    into.push_back('%');
    into.push_back(kHex[byte >> 4]);
    into.push_back(kHex[byte & 15]);
  }
}

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// A '%' without two digits behind it stands for itself.
std::string decoded(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0) {
      result.push_back(text[i]);
      continue;
    }
    result.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return result;
}

// Segments decoded, also those split by an encoded slash, which no segment may have; empty ones are
// none, and those of `dropped` neither.
std::string decoded_segments(std::string_view text,
                             std::initializer_list<std::string_view> dropped) {
  std::string plain = decoded(text);
  std::string result;
  for (std::string_view segment : split(plain, '/')) {
    if (segment.empty() || std::find(dropped.begin(), dropped.end(), segment) != dropped.end())
      continue;
    if (!result.empty()) result.push_back('/');
    result += segment;
  }
  return result;
}

bool is_type(std::string_view text) {
  return !text.empty() && !is_digit(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_alpha(c) || is_digit(c) || c == '.' || c == '-';
         });
}

void spell(PackageUrl& url) {
  const TypeRules& rules = rules_of(url.type);
  if (rules.lowers_namespace) url.name_space = to_lower(url.name_space);
  if (rules.lowers_name) url.name = to_lower(url.name);
  if (rules.has_dashes) std::replace(url.name.begin(), url.name.end(), '_', '-');
}

// The vendor, where it is not called what os-release calls it.
std::string vendor_of(const Distribution& distribution) {
  if (distribution.id == "rhel") return "redhat";
  if (distribution.id.starts_with("opensuse")) return "opensuse";
  if (distribution.id.starts_with("sle")) return "suse";
  return distribution.id;
}

// Keys are never encoded, so others cannot be written.
bool is_qualifier_key(std::string_view text) {
  return !text.empty() && is_alpha(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_alpha(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
         });
}

void read_qualifiers(std::string_view text, PackageUrl& url) {
  for (std::string_view pair : split(text, '&')) {
    size_t equals = pair.find('=');
    if (equals == std::string_view::npos || !is_qualifier_key(pair.substr(0, equals))) continue;
    std::string value = decoded(pair.substr(equals + 1));
    if (!value.empty()) url.qualifiers[to_lower(pair.substr(0, equals))] = std::move(value);
  }
}

// Takes what stands behind the last `mark` off `text`; "" without one.
std::string_view take_behind_last(char mark, std::string_view& text) {
  size_t at = text.rfind(mark);
  if (at == std::string_view::npos) return {};
  std::string_view behind = text.substr(at + 1);
  text = text.substr(0, at);
  return behind;
}

// "1:2.3-4" to "2.3-4" and the epoch; a version without one is left alone.
void split_epoch(PackageUrl& url) {
  size_t colon = url.version.find(':');
  if (colon == std::string::npos || !parse_u64(url.version.substr(0, colon))) return;
  url.qualifiers["epoch"] = url.version.substr(0, colon);
  url.version.erase(0, colon + 1);
}

}  // namespace

std::string to_string(const PackageUrl& source) {
  PackageUrl url = source;
  spell(url);
  std::string text = "pkg:" + url.type + "/";
  if (!url.name_space.empty()) {
    append_encoded(url.name_space, true, text);
    text.push_back('/');
  }
  append_encoded(url.name, false, text);
  if (!url.version.empty()) {
    text.push_back('@');
    append_encoded(url.version, false, text);
  }
  char mark = '?';
  for (const auto& [key, value] : url.qualifiers) {
    if (value.empty()) continue;
    text += mark + key + "=";
    append_encoded(value, true, text);
    mark = '&';
  }
  if (!url.subpath.empty()) {
    text.push_back('#');
    append_encoded(url.subpath, true, text);
  }
  return text;
}

std::optional<PackageUrl> parse_package_url(std::string_view text) {
  constexpr std::string_view kScheme = "pkg:";
  if (!equals_ignoring_case(text.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  text.remove_prefix(kScheme.size());
  PackageUrl url;
  url.subpath = decoded_segments(take_behind_last('#', text), {".", ".."});
  read_qualifiers(take_behind_last('?', text), url);
  while (text.starts_with('/')) text.remove_prefix(1);
  while (text.ends_with('/')) text.remove_suffix(1);
  size_t slash = text.find('/');
  if (slash == std::string_view::npos || !is_type(text.substr(0, slash))) return std::nullopt;
  url.type = to_lower(text.substr(0, slash));
  text.remove_prefix(slash + 1);
  // An '@' that begins a segment is npm's scope, written without its percent-encoding.
  size_t at = text.rfind('@');
  if (at != std::string_view::npos && at > 0 && text[at - 1] != '/')
    url.version = decoded(take_behind_last('@', text));
  std::string_view rest = text;
  std::string_view last = contains(text, "/") ? take_behind_last('/', rest) : text;
  url.name = decoded(last);
  if (last.size() != text.size()) url.name_space = decoded_segments(rest, {});
  if (url.name.empty()) return std::nullopt;
  spell(url);
  return url;
}

std::string package_url(const Package& package, const Distribution& distribution) {
  const TypeRules& rules = rules_of(package.type);
  PackageUrl url;
  url.type = package.type;
  url.name = package.name;
  url.version = package.version;
  size_t cut = rules.separator == 0 ? std::string::npos : url.name.rfind(rules.separator);
  if (cut != std::string::npos && cut > 0 && cut + 1 < url.name.size()) {
    url.name_space = url.name.substr(0, cut);
    url.name.erase(0, cut + 1);
    if (rules.separator == ':')
      std::replace(url.name_space.begin(), url.name_space.end(), ':', '/');
  }
  if (!rules.architecture.empty())
    url.qualifiers[std::string(rules.architecture)] = package.architecture;
  if (rules.is_of_system) {
    url.name_space = vendor_of(distribution);
    if (!distribution.id.empty() && !distribution.version.empty())
      url.qualifiers["distro"] = distribution.id + "-" + distribution.version;
  }
  if (package.type == "rpm") split_epoch(url);
  return to_string(url);
}

Package package_of(const PackageUrl& url) {
  const TypeRules& rules = rules_of(url.type);
  auto qualifier = [&](std::string_view key) {
    auto at = url.qualifiers.find(std::string(key));
    return at == url.qualifiers.end() ? std::string() : at->second;
  };
  Package package;
  package.type = url.type;
  package.name = url.name;
  package.version = url.version;
  if (rules.separator != 0 && !url.name_space.empty())
    package.name = url.name_space + rules.separator + url.name;
  if (!rules.architecture.empty()) package.architecture = qualifier(rules.architecture);
  std::string epoch = url.type == "rpm" ? qualifier("epoch") : "";
  if (!epoch.empty() && epoch != "0") package.version = epoch + ":" + package.version;
  return package;
}

Distribution distribution_of(const PackageUrl& url) {
  Distribution distribution;
  if (!rules_of(url.type).is_of_system) return distribution;
  distribution.id = url.name_space;
  auto at = url.qualifiers.find("distro");
  if (at == url.qualifiers.end()) return distribution;
  // "debian-12", "opensuse-leap-15.6"; only a version: the id is the namespace.
  size_t dash = at->second.rfind('-');
  if (dash != std::string::npos && dash + 1 < at->second.size() && is_digit(at->second[dash + 1])) {
    distribution.id = at->second.substr(0, dash);
    distribution.version = at->second.substr(dash + 1);
  } else if (is_digit(at->second.front())) {
    distribution.version = at->second;
  } else {
    distribution.codename = at->second;
  }
  return distribution;
}

}  // namespace whittle
